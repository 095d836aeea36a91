"""Formulas rewritten where IronCalc would compute them otherwise than Excel."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from clv_xl.hosts.recalc.dialect import scalar_arguments, substitutes
from clv_xl.hosts.recalc.dialect.missing_arguments_and_dates import concerns, supply
from clv_xl.hosts.recalc.dialect.vectorize import Context, Vectorizer, filling
from clv_xl.hosts.recalc.formula.defined_names import Names
from clv_xl.hosts.recalc.formula.grammar import Expression, count_pieces
from clv_xl.hosts.recalc.formula.limits import MOST_PIECES, TooLargeError
from clv_xl.hosts.recalc.formula.text_search import any_call, has_explicit_at

_VECTORIZED: Final = any_call(scalar_arguments.NAMES | substitutes.NAMES)
_WIDENING: Final = any_call(scalar_arguments.WITH_ARRAYS)
_ARRAYS: Final = any_call(scalar_arguments.MAKE_ARRAYS)


@lru_cache(maxsize=65_536)  # the formulas of a table's column are alike
def _may_concern(text: str, *, plain: bool, date1904: bool) -> bool:
    if concerns(text, date1904=date1904):
        return True
    if plain:
        return _WIDENING.search(text) is not None or (
            _VECTORIZED.search(text) is not None
            and ("{" in text or _ARRAYS.search(text) is not None)
        )
    return _VECTORIZED.search(text) is not None


class Rewriter:
    """Rewrites the formulas of one book.

    Parameters
    ----------
    functions : set of str
        The names of clv_xl's functions, upper case.
    names : Names
    date1904 : bool
        How the book counts days.
    """

    def __init__(self, functions: frozenset[str], names: Names, *, date1904: bool) -> None:
        self._functions = functions
        self._names = names
        self._date1904 = date1904

    def concerns(self, text: str, kind: str, size: int) -> bool:
        """Tell whether a native formula may need rewriting: its text, its kind, cells it fills."""
        if kind == "array" and size > 1:
            return True
        return _may_concern(text, plain=kind == "plain", date1904=self._date1904)

    def rewrite(
        self,
        expression: Expression,
        sheet: int | None,
        text: str,
        *,
        array_context: bool,
        block: tuple[int, int] = (1, 1),
    ) -> Expression:
        """Return an expression that IronCalc computes as Excel would compute the formula.

        Parameters
        ----------
        expression : Expression
            The formula as the engine has read it.
        sheet : int or None
            The sheet it is on.
        text : str
            The formula as the user wrote it.
        array_context : bool
            Whether it is an array formula, in which a range means all of its cells.
        block : tuple of int
            Height and width of what a fixed array formula fills.

        Raises
        ------
        TooLargeError
            It takes too many pieces to write the formula so.
        """

        def meaning(name: str) -> Expression | None:
            found = self._names.meaning(name, sheet)
            return None if found is None else found.expression

        supplied = supply(expression, date1904=self._date1904)
        vectorized = Vectorizer(self._functions, meaning).vectorize(
            supplied, Context(array_context, has_explicit_at(text))
        )
        if count_pieces(vectorized) > MOST_PIECES:
            raise TooLargeError
        return vectorized if block == (1, 1) else filling(vectorized, *block)
