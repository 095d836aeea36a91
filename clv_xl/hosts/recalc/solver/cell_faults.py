"""What is wrong in which cells, each cause once with the number of cells that follow from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from clv_xl.cells import Cell, CellError
from clv_xl.hosts.recalc.engine import Engine
from clv_xl.hosts.recalc.formula.grammar import LAST_ROW, cell_name
from clv_xl.hosts.recalc.report import CellFault, last_sentence
from clv_xl.hosts.recalc.solver.causes import first_causes
from clv_xl.hosts.recalc.solver.custom_cells import CustomCell
from clv_xl.hosts.recalc.solver.order import Block
from clv_xl.hosts.recalc.solver.precedents import Precedents
from clv_xl.hosts.recalc.xlsx.book import Book, FormulaCell, Place


class CellFaults:
    """Names the cells that show an error or that were not computed.

    Parameters
    ----------
    engine : Engine
    book : Book
    custom_cells : mapping
        The custom cells by place, as the calculation knows them.
    precedents : Precedents
    shown : callable
        The rows that a formula cell fills now.
    """

    def __init__(
        self,
        engine: Engine,
        book: Book,
        custom_cells: Mapping[Place, CustomCell],
        precedents: Precedents,
        shown: Callable[[FormulaCell], list[list[Cell]]],
    ) -> None:
        self._engine = engine
        self._book = book
        self._custom_cells = custom_cells
        self._precedents = precedents
        self._shown = shown

    def of_errors(self, cells: Iterable[FormulaCell]) -> list[CellFault]:
        """Return the causes of the errors that custom cells show, each with its sentence."""
        errors: dict[Place, list[Place]] = {}
        blocks: dict[Place, list[Block]] = {}
        for cell in cells:
            found = self._error_cells(cell)
            if found:
                errors[cell.place] = found
                alone = cell.kind == "dynamic" and found == [cell.place]
                blocks[cell.place] = (
                    [self._blank_around(cell.place)]
                    if alone
                    else [(*one, one.row, one.column) for one in found]
                )
        causes = first_causes(blocks, self._precedents.own_blocks)
        following = Counter(causes[place] for place, found in errors.items() for _ in found)
        concerned = {causes[place] for place in errors if place in self._custom_cells}
        return [
            self._of_error(place, found[0], following[place] - len(found))
            for place, found in errors.items()
            if place in concerned
        ]

    def of_caveats(self) -> list[CellFault]:
        """Return what custom calls say of the cells that they read, each sentence once.

        What they say of a fit as a whole, the workbook judges in its own words.
        """
        first: dict[str, Place] = {}
        for place, cell in sorted(self._custom_cells.items()):
            for fault in cell.faults:
                if fault.is_caveat and fault.argument and any(self._precedents.own_blocks(place)):
                    first.setdefault(fault.sentence, place)
        return [
            CellFault(
                self._book.sheets[place.sheet], cell_name(place.row, place.column), None, sentence
            )
            for sentence, place in first.items()
        ]

    def named(
        self, sentences: Mapping[Place, str], causes: Mapping[Place, Place] | None = None
    ) -> list[CellFault]:
        """Return faults of cells that show no error of their own, in the order of the book.

        Parameters
        ----------
        sentences : mapping
        causes : mapping, optional
            The cell that a cell follows from, where there is one.
        """
        causes = causes or {}
        following = Counter(cause for place, cause in causes.items() if place != cause)
        return [
            CellFault(
                self._book.sheets[place.sheet],
                cell_name(place.row, place.column),
                None,
                sentence,
                following[place],
                self._book.name(causes[place]) if causes.get(place, place) != place else "",
            )
            for place, sentence in sorted(sentences.items())
        ]

    def _error_cells(self, cell: FormulaCell) -> list[Place]:
        """Return the cells among those that a formula fills that show an error."""
        first = cell.place
        rows = self._shown(cell)
        if cell.kind == "plain":
            return [first] if isinstance(rows[0][0], CellError) else []
        found = {
            Place(first.sheet, row, column): value
            for row, values in enumerate(rows, first.row)
            for column, value in enumerate(values, first.column)
            if isinstance(value, CellError)
        }
        # In a block of fixed size, cells that the result does not reach show #N/A.
        fixed = cell.kind == "array"
        return [
            place
            for place, value in found.items()
            if not fixed or place == first or value is not CellError.NA
        ]

    def _blank_around(self, place: Place) -> Block:
        """Return the block that a table would fill whose formula shows one error.

        What reads a cell of it finds a blank one: the cells on its right and below it up to the
        next ones that hold something.
        """
        sheet, top, left = place
        bottom, right = self._engine.used(sheet)

        def is_blank(row: int, column: int) -> bool:
            return self._engine.cell(sheet, row, column) is None

        end = next((at for at in range(left + 1, right + 1) if not is_blank(top, at)), right + 1)
        last = top
        while last < bottom and all(is_blank(last + 1, at) for at in range(left, end)):
            last += 1
        return (sheet, top, left, last if last < bottom else LAST_ROW, max(left, end - 1))

    def _of_error(self, place: Place, shown: Place, dependents: int) -> CellFault:
        value = self._engine.cell(*shown)
        own = self._custom_cells.get(place)
        if own is None:
            sentence = f"Its formula gives {value}; correct it, or what it reads."
        else:
            told = own.obstacle or last_sentence(own.faults)
            sentence = told or f"It shows {value}."
        sheet, name = self._book.sheets[place.sheet], cell_name(shown.row, shown.column)
        error = value if isinstance(value, CellError) else None
        return CellFault(sheet, name, error, sentence, dependents)
