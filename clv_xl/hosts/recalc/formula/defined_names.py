"""Defined names: what they mean on a sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from clv_xl.hosts.recalc.formula.grammar import (
    Area,
    Call,
    Expression,
    GrammarError,
    Token,
    area,
    parse,
    plain_name,
    walk,
)
from clv_xl.hosts.recalc.formula.limits import MOST_PIECES, TooLargeError
from clv_xl.hosts.recalc.formula.text_search import any_call

_MOST_DEEP: Final = 32
_TOO_LARGE: Final = (
    "A defined name in it means itself, or more than can be computed; "
    "give it another meaning in the Name Manager."
)

Key: TypeAlias = tuple[str, int | None]
"""A name, case-folded, and the sheet that it is limited to."""


@dataclass(frozen=True, slots=True)
class DefinedName:
    """What a defined name means, and whether the engine knows it by itself."""

    expression: Expression
    native: bool


class Names:
    """The defined names of a book.

    A name that means itself, or that stands for too large a formula through other names, has no
    meaning here; `obstacle` says so of the formulas that have it.

    Parameters
    ----------
    names : iterable of tuple
        Name, sheet it is limited to, and formula of each.
    """

    def __init__(self, names: Iterable[tuple[str, int | None, str]]) -> None:
        self._meanings: dict[Key, DefinedName] = {}
        self._known: set[str] = set()
        for name, scope, text in names:
            self._known.add(name.casefold())
            try:
                expression = parse(text)
            except GrammarError:
                continue
            self._meanings[name.casefold(), scope] = DefinedName(expression, _is_native(expression))
        self._too_large = self._find_too_large()
        for key in self._too_large:
            del self._meanings[key]
        self._words = any_call((), {name for name, _ in self._too_large})

    def _find_too_large(self) -> list[Key]:
        """Return the names that mean themselves, or too much (each is looked at once)."""
        sizes: dict[Key, tuple[int, int]] = {}  # pieces with those of the names inside, and levels
        endless = (MOST_PIECES + 1, 0)
        for start in self._meanings:
            path = [start] if start not in sizes else []
            while path:
                key = path[-1]
                pieces = list(walk(self._meanings[key].expression))
                inside = [found for piece in pieces if (found := self._key(piece, key[1]))]
                open_ = [one for one in inside if one not in sizes]
                if key not in sizes and open_:
                    sizes[key] = endless  # until those inside are known: a ring ends here
                    path += dict.fromkeys(open_)
                    continue
                path.pop()
                counts = [sizes[one][0] for one in inside]
                levels = max((sizes[one][1] for one in inside), default=0) + 1
                total = len(pieces) + sum(counts)
                sizes[key] = (total, levels) if levels <= _MOST_DEEP else endless
        return [key for key, (size, _) in sizes.items() if size > MOST_PIECES]

    def _key(self, piece: Expression, sheet: int | None) -> Key | None:
        if not isinstance(piece, Token) or piece.kind != "name":
            return None
        name = piece.text.casefold()
        return next((key for key in ((name, sheet), (name, None)) if key in self._meanings), None)

    def obstacle(self, text: str) -> str:
        """Return the sentence that says that a formula has a name that means too much, or none."""
        return _TOO_LARGE if self._too_large and self._words.search(text) else ""

    def ranges(self) -> Iterator[tuple[str, Area]]:
        """Yield the names, case-folded, that are ranges, on whichever sheet they are known."""
        for (name, _), meaning in self._meanings.items():
            if isinstance(meaning.expression, Token) and meaning.expression.kind == "reference":
                yield name, area(meaning.expression, "")

    def has(self, name: str) -> bool:
        """Whether some sheet knows a name."""
        return name.casefold() in self._known

    def meaning(self, name: str, sheet: int | None) -> DefinedName | None:
        """Return what a name means in a formula of that sheet, or None."""
        key = name.casefold()
        return self._meanings.get((key, sheet)) or self._meanings.get((key, None))

    def rewrite(self, rewritten: Callable[[Expression, int | None], Expression]) -> None:
        """Replace what the engine cannot resolve by itself by what a function makes of it.

        Parameters
        ----------
        rewritten : callable
            Takes what a name means, and the sheet that the name is limited to.
        """
        for (name, scope), meaning in list(self._meanings.items()):
            if not meaning.native:
                try:
                    expression = rewritten(meaning.expression, scope)
                except TooLargeError:
                    continue  # as the formulas are that have the name
                self._meanings[name, scope] = DefinedName(expression, native=False)

    def foreign(self) -> frozenset[str]:
        """Return the names, case-folded, that the engine cannot resolve by itself."""
        return frozenset(
            name for (name, _), meaning in self._meanings.items() if not meaning.native
        )


def _is_native(expression: Expression) -> bool:
    """IronCalc resolves names of ranges and of LAMBDAs, nothing else."""
    if isinstance(expression, Token):
        return expression.kind == "reference"
    return isinstance(expression, Call) and plain_name(expression.name) == "LAMBDA"
