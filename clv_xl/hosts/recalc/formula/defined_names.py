"""Defined names: what they mean on a sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from clv_xl.hosts.recalc.formula.grammar import (
    Call,
    Expression,
    GrammarError,
    Token,
    parse,
    plain_name,
)


@dataclass(frozen=True, slots=True)
class DefinedName:
    """What a defined name means, and whether the engine knows it by itself."""

    expression: Expression
    native: bool


class Names:
    """The defined names of a book.

    Parameters
    ----------
    names : iterable of tuple
        Name, sheet it is limited to, and formula of each.
    """

    def __init__(self, names: Iterable[tuple[str, int | None, str]]) -> None:
        self._meanings: dict[tuple[str, int | None], DefinedName] = {}
        for name, scope, text in names:
            try:
                expression = parse(text)
            except GrammarError:
                continue
            self._meanings[name.casefold(), scope] = DefinedName(expression, _is_native(expression))

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
                expression = rewritten(meaning.expression, scope)
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
