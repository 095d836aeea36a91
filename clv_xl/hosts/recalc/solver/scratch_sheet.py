"""The sheet that only the recalculation sees: expressions and tables of results lie there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from clv_xl.cells import Cell, CellError
from clv_xl.hosts.recalc.engine import Engine
from clv_xl.hosts.recalc.formula.grammar import Area, cell_name, column_letters, quote
from clv_xl.hosts.recalc.formula.limits import UnsupportedError
from clv_xl.hosts.recalc.solver.shown_rows import same_rows

Answer: TypeAlias = Cell | list[list[Cell]]

# Columns 1 and 2: one expression a row, with a guard beside it. 3 and 4: the sizes of spilled ones.
# 5 and 6: the sizes of what the formulas of the book spill, one formula a row.
_GUARD, _HEIGHT, _WIDTH, _BOOK_HEIGHT, _BOOK_WIDTH = 2, 3, 4, 5, 6
_FIRST_SPILL: Final = 10
_ROOM: Final = 40
_MOST_AT_ONCE: Final = 190
_FIRST_RESULT: Final = 8_001
_LAST_RESULT: Final = 16_000


class Scratch:
    """Expressions in, values out; result tables in, references out."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._row, self._column, self._shelf = 1, _FIRST_RESULT, 0
        self._kept: dict[int, list[tuple[str, list[list[Cell]]]]] = {}
        self._watched = 0
        self._expected: list[str] = []
        self._known: dict[str, Answer] = {}

    def keep(self, table: list[list[Cell]]) -> str:
        """Put a result table down and return the reference to it; the same table lies there once.

        A formula whose results are the same as before then reads the same as before.
        """
        alike = self._kept.setdefault(hash(tuple(map(tuple, table))), [])
        for reference, kept in alike:
            if same_rows(table, kept):
                return reference
        reference = self._put_down(table)
        alike.append((reference, table))
        return reference

    def _put_down(self, table: list[list[Cell]]) -> str:
        height, width = len(table), len(table[0])
        if self._column + width > _LAST_RESULT:
            self._row, self._column, self._shelf = self._row + self._shelf, _FIRST_RESULT, 0
        self._engine.set_table(self._engine.scratch, self._row, self._column, table)
        first = f"${column_letters(self._column)}${self._row}"
        last = f"${column_letters(self._column + width - 1)}${self._row + height - 1}"
        self._shelf = max(self._shelf, height)
        self._column += width
        return f"{quote(self._engine.scratch_name)}!{first}:{last}"

    def expect(self, expressions: Sequence[str]) -> None:
        """Forget what is known; these will be asked for before the book changes again."""
        self._expected = list(expressions)
        self._known.clear()

    def compute(self, expressions: Sequence[str]) -> list[Answer]:
        """Return the value of each expression, computed in as few evaluations as possible.

        Raises
        ------
        UnsupportedError
            The engine cannot compute one of them, or it has too many cells.
        """
        if not expressions or not self._known.keys() >= set(expressions):
            expected, self._expected = self._expected, []
            try:
                self._known.update(self._computed([*expressions, *expected]))
            except UnsupportedError:  # perhaps for one that nobody has asked for yet
                self._known.update(self._computed(expressions))
        return [self._known[text] for text in expressions]

    def _computed(self, expressions: Sequence[str]) -> dict[str, Answer]:
        answers: dict[str, Answer] = {}
        wanted = list(dict.fromkeys(expressions))
        large = [text for text in wanted if _may_spill(text)]
        if len(large) > _MOST_AT_ONCE:  # one cell each, more likely than not; the others come back
            large = []
        spilling = set(large)
        small = [text for text in wanted if text not in spilling]
        self._put_small(small)
        self._compute_large(large, answers, _ROOM)
        self._compute_large(self._take_small(small, answers), answers, _ROOM)
        return answers

    def watch(self, anchors: Sequence[str]) -> None:
        """Have the sizes of what the formulas in these cells fill computed along with all else."""
        engine, sheet = self._engine, self._engine.scratch
        for row, anchor in enumerate(anchors, 1):
            engine.set_formula(sheet, row, _BOOK_HEIGHT, f"=ROWS({anchor}#)")
            engine.set_formula(sheet, row, _BOOK_WIDTH, f"=COLUMNS({anchor}#)")
        self._watched = len(anchors)

    def sizes(self) -> list[tuple[int, int]]:
        """Compute everything; return height and width of what each watched formula fills now."""
        engine, sheet = self._engine, self._engine.scratch
        engine.evaluate()
        found = []
        for row in range(1, self._watched + 1):
            height = engine.cell(sheet, row, _BOOK_HEIGHT)
            width = engine.cell(sheet, row, _BOOK_WIDTH)
            known = isinstance(height, float) and isinstance(width, float)
            found.append((int(height), int(width)) if known else (1, 1))  # type: ignore[arg-type]
        return found

    def _put_small(self, texts: list[str]) -> None:
        """Put down expressions that look like single cells, one under another."""
        engine, sheet = self._engine, self._engine.scratch
        for row, text in enumerate(texts, 1):
            engine.set_formula(sheet, row, 1, "=" + text)
            engine.set_value(sheet, row, _GUARD, 0.0)
        if texts:
            engine.set_value(sheet, len(texts) + 1, 1, 0.0)

    def _take_small(self, texts: list[str], answers: dict[str, Answer]) -> list[str]:
        """Read those expressions, and return the ones that are more than a cell."""
        engine, sheet = self._engine, self._engine.scratch
        engine.evaluate()
        spilled = []
        try:
            for row, text in enumerate(texts, 1):
                value = engine.cell(sheet, row, 1)
                if value is CellError.SPILL:
                    spilled.append(text)
                else:
                    answers[text] = value
        finally:
            if texts:
                engine.clear(sheet, 1, 1, len(texts) + 1, _GUARD)
        return spilled

    def _compute_large(self, texts: list[str], answers: dict[str, Answer], room: int) -> None:
        """Compute expressions that may spill, side by side, each with its size asked for."""
        if not texts:
            return
        if len(texts) > _MOST_AT_ONCE:
            for start in range(0, len(texts), _MOST_AT_ONCE):
                self._compute_large(texts[start : start + _MOST_AT_ONCE], answers, room)
            return
        engine, sheet = self._engine, self._engine.scratch
        columns = [_FIRST_SPILL + room * number for number in range(len(texts))]
        for number, (text, column) in enumerate(zip(texts, columns, strict=True), 1):
            engine.set_formula(sheet, 1, column, "=" + text)
            engine.set_formula(sheet, number, _HEIGHT, f"=ROWS({cell_name(1, column)}#)")
            engine.set_formula(sheet, number, _WIDTH, f"=COLUMNS({cell_name(1, column)}#)")
        engine.evaluate()
        try:
            too_wide = self._read_large(texts, columns, answers, may_grow=room == _ROOM)
        finally:
            self._free(sheet, columns, len(texts))
        for text in too_wide:
            self._compute_large([text], answers, _FIRST_RESULT - _FIRST_SPILL)

    def _read_large(
        self,
        texts: list[str],
        columns: list[int],
        answers: dict[str, Answer],
        *,
        may_grow: bool,
    ) -> list[str]:
        """Read those expressions, and return the ones that want more room."""
        engine, sheet = self._engine, self._engine.scratch
        too_wide = []
        for number, (text, column) in enumerate(zip(texts, columns, strict=True), 1):
            height, width = engine.cell(sheet, number, _HEIGHT), engine.cell(sheet, number, _WIDTH)
            first = engine.cell(sheet, 1, column)
            known = isinstance(height, float) and isinstance(width, float)
            if first is CellError.SPILL and may_grow:
                too_wide.append(text)
            elif not known or height * width <= 1:  # type: ignore[operator]
                answers[text] = first
            else:
                bottom, right = int(height), column + int(width) - 1  # type: ignore[arg-type]
                engine.grow(sheet, bottom, right)
                answers[text] = engine.read(Area(engine.scratch_name, 1, column, bottom, right))
        return too_wide

    def _free(self, sheet: int, columns: Iterable[int], count: int) -> None:
        for column in columns:
            self._engine.clear(sheet, 1, column, 1, column)
        self._engine.clear(sheet, 1, _HEIGHT, count, _WIDTH)


def _may_spill(text: str) -> bool:
    """Tell whether an expression is likely to give more than one cell."""
    return any(sign in text for sign in ":#{")
