"""Formulas as a file holds them: functions newer than the file format bear a prefix there.

Sheets write formulas as a user types them. The names are those of [MS-XLSX] 2.2.3, "Functions".
"""

from __future__ import annotations

import re
from typing import Final

_WORKSHEET_ONLY: Final = frozenset({"FILTER", "PY", "SORT"})
_NAMES: Final = """
ACOT ACOTH AGGREGATE ARABIC ARRAYTOTEXT BASE BETA.DIST BETA.INV BINOM.DIST BINOM.DIST.RANGE
BINOM.INV BITAND BITLSHIFT BITOR BITRSHIFT BITXOR BYCOL BYROW CEILING.MATH CEILING.PRECISE
CHISQ.DIST CHISQ.DIST.RT CHISQ.INV CHISQ.INV.RT CHISQ.TEST CHOOSECOLS CHOOSEROWS COMBINA CONCAT
CONFIDENCE.NORM CONFIDENCE.T COT COTH COVARIANCE.P COVARIANCE.S CSC CSCH DAYS DECIMAL DROP
ERF.PRECISE ERFC.PRECISE EXPAND EXPON.DIST F.DIST F.DIST.RT F.INV F.INV.RT F.TEST FIELDVALUE
FILTERXML FLOOR.MATH FLOOR.PRECISE FORECAST.ETS FORECAST.ETS.CONFINT FORECAST.ETS.SEASONALITY
FORECAST.ETS.STAT FORECAST.LINEAR FORMULATEXT GAMMA GAMMA.DIST GAMMA.INV GAMMALN.PRECISE GAUSS
HSTACK HYPGEOM.DIST IFNA IFS IMAGE IMCOSH IMCOT IMCSC IMCSCH IMSEC IMSECH IMSINH IMTAN ISFORMULA
ISOMITTED ISOWEEKNUM LAMBDA LET LOGNORM.DIST LOGNORM.INV MAKEARRAY MAP MAXIFS MINIFS MODE.MULT
MODE.SNGL MUNIT NEGBINOM.DIST NORM.DIST NORM.INV NORM.S.DIST NORM.S.INV NUMBERVALUE PDURATION
PERCENTILE.EXC PERCENTILE.INC PERCENTRANK.EXC PERCENTRANK.INC PERMUTATIONA PHI POISSON.DIST
QUARTILE.EXC QUARTILE.INC QUERYSTRING RANDARRAY RANK.AVG RANK.EQ REDUCE RRI SCAN SEC SECH SEQUENCE
SHEET SHEETS SKEW.P SORTBY STDEV.P STDEV.S SWITCH T.DIST T.DIST.2T T.DIST.RT T.INV T.INV.2T T.TEST
TAKE TEXTAFTER TEXTBEFORE TEXTJOIN TEXTSPLIT TOCOL TOROW UNICHAR UNICODE UNIQUE VALUETOTEXT VAR.P
VAR.S VSTACK WEBSERVICE WEIBULL.DIST WRAPCOLS WRAPROWS XLOOKUP XMATCH XOR Z.TEST
"""
NEWER: Final = _WORKSHEET_ONLY | frozenset(_NAMES.split())
"""Functions that came after the first version of the file format."""

_TEXT: Final = r'"(?:[^"]|"")*"'
_NAME: Final = r"(?<![\w.!\[@])[A-Za-z_][\w.]*(?![\w.!\[\]])"
_PIECE: Final = re.compile(rf"{_TEXT}|'(?:[^']|'')*'|\[[^\[\]]*\]|{_NAME}|.", re.DOTALL)


def stored_formula(text: str) -> str:
    """Return a formula as a file holds it.

    Examples
    --------
    >>> stored_formula("=XLOOKUP(A1,B:B,C:C)")
    '=_xlfn.XLOOKUP(A1,B:B,C:C)'
    >>> stored_formula("=LET(best,MAX(A:A),SORT(FILTER(A:A,A:A=best)))")
    '=_xlfn.LET(_xlpm.best,MAX(A:A),_xlfn._xlws.SORT(_xlfn._xlws.FILTER(A:A,A:A=_xlpm.best)))'
    """
    pieces: list[str] = _PIECE.findall(text)
    names = _bound_names(pieces)
    return "".join(
        _stored(piece, called=pieces[at + 1 : at + 2] == ["("], names=names)
        for at, piece in enumerate(pieces)
    )


def _stored(piece: str, *, called: bool, names: frozenset[str]) -> str:
    if piece in names:
        return f"_xlpm.{piece}"
    if called and piece in NEWER:
        return f"_xlfn._xlws.{piece}" if piece in _WORKSHEET_ONLY else f"_xlfn.{piece}"
    return piece


def _bound_names(pieces: list[str]) -> frozenset[str]:
    """Return the names given by LET (every other argument) and LAMBDA (all), but the last."""
    names = set()
    calls: list[tuple[str, int]] = []  # the calls around a piece, with the number of the argument
    for before, piece, after in zip(["", *pieces], pieces, [*pieces[1:], ""], strict=False):
        if piece in {"(", "{"}:
            calls.append((before, 0))
        elif piece in {")", "}"} and calls:
            calls.pop()
        elif piece == "," and calls:
            calls[-1] = (calls[-1][0], calls[-1][1] + 1)
        elif calls and before in {"(", ","} and after == "," and re.fullmatch(_NAME, piece):
            function, argument = calls[-1]
            if function == "LAMBDA" or (function == "LET" and argument % 2 == 0):
                names.add(piece)
    return frozenset(names)
