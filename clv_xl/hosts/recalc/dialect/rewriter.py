"""Formulas put differently where IronCalc would compute them otherwise than Excel."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from clv_xl.hosts.recalc.dialect import scalar_arguments as lifted
from clv_xl.hosts.recalc.dialect import substitutes
from clv_xl.hosts.recalc.dialect.missing_arguments_and_dates import concerns, mend
from clv_xl.hosts.recalc.dialect.vectorize import Context, Lifter, filling
from clv_xl.hosts.recalc.formula.defined_names import Names
from clv_xl.hosts.recalc.formula.grammar import Expression

_TEXT: Final = re.compile(r'"(?:[^"]|"")*"')
_OWN_SIGN: Final = re.compile(r"(?i)\bSINGLE\(|(?<![\[\w])@")


def _any_call(names: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?i)(?<![\w.])(?:{'|'.join(map(re.escape, longest_first))})\s*\(")


_LIFTED: Final = _any_call(lifted.NAMES | substitutes.NAMES)
_WIDENING: Final = _any_call(lifted.WITH_ARRAYS)
_ARRAYS: Final = _any_call(lifted.MAKE_ARRAYS)


@lru_cache(maxsize=65_536)  # the formulas of a table's column are alike
def _may_concern(text: str, *, plain: bool, date1904: bool) -> bool:
    if concerns(text, date1904=date1904):
        return True
    text = text.replace("_xlfn.", "").replace("_xlws.", "")
    if plain:
        return _WIDENING.search(text) is not None or (
            _LIFTED.search(text) is not None and ("{" in text or _ARRAYS.search(text) is not None)
        )
    return _LIFTED.search(text) is not None


class Rewriter:
    """Rewrites the formulas of one book.

    Parameters
    ----------
    ours : set of str
        The names of our functions, upper case.
    names : Names
    date1904 : bool
        How the book counts days.
    """

    def __init__(self, ours: frozenset[str], names: Names, *, date1904: bool) -> None:
        self._ours = ours
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
        wide: bool,
        block: tuple[int, int] = (1, 1),
    ) -> Expression:
        """Return an expression that IronCalc computes as Excel would compute the formula.

        Parameters
        ----------
        expression : list of pieces
            The formula as the engine has read it.
        sheet : int or None
            Where it stands.
        text : str
            The formula as the user wrote it.
        wide : bool
            Whether it is an array formula, in which a range stands for all of its cells.
        block : tuple of int
            Height and width of what a fixed array formula fills.
        """

        def meaning(name: str) -> Expression | None:
            found = self._names.meaning(name, sheet)
            return None if found is None else found.expression

        own_signs = _OWN_SIGN.search(_TEXT.sub('""', text)) is not None
        mended = mend(expression, date1904=self._date1904)
        lifted_ = Lifter(self._ours, meaning).lift(mended, Context(wide, own_signs))
        return lifted_ if block == (1, 1) else filling(lifted_, *block)
