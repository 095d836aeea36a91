"""The totals of all customers over the coming periods, and how sure they are."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.declarations import Formula, Rule, Spill
from clv_xl.workbook.meanings import headings
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.backtest import FAR
from clv_xl.workbook.sheets.filled import first_true, sentence
from clv_xl.workbook.sheets.settings import END_DATE

RANGE: Final = Ref("forecast_range")
PURCHASES, MARGIN, _ERROR = 1, 3, 5
"""The rows of the table."""
_LOW, _EXPECTED, _HIGH = 2, 3, 4
_UNITS: Final = (Unit.COUNT, Unit.MONEY, Unit.MONEY, Unit.COUNT, Unit.SHARE)


def forecast_range(no_forecast: str) -> Spill:
    """Return the table of low, expected and high totals.

    `no_forecast` is the place of the sentence that says why there is no forecast.
    """
    return Spill(
        RANGE.key,
        "How much will today's customers buy, and how sure is that?",
        "=IFERROR(CLV_FORECAST(Orders[customer],Orders[date],Orders[amount],Horizon,Period,"
        f'Gross_margin,{END_DATE},Model,,Orders[order]),"")',
        headings("CLV_FORECAST"),
        len(_UNITS),
        note="New customers come on top. Margin is before discounting; the expected value above "
        "and on sheet Start is the same margin discounted to today.",
        check=Formula(_how_sure(no_forecast)),
        row_units=_UNITS,
        rules=(Rule.LINE,),
    )


def between(row: int, expected: str) -> str:
    """Return the formula of the range of an expected total, as wide as that of a row of the table.

    Discounting makes a margin smaller, its range as much.
    """
    low, middle, high = (RANGE.cell(column, row) for column in (_LOW, _EXPECTED, _HIGH))
    least, most = (f'TEXT({expected}*{end}/{middle},"#,##0")' for end in (low, high))
    return f'IF(N({low})>0,"; 9 times in 10 between "&{least}&" and "&{most},"")'


def _how_sure(no_forecast: str) -> str:
    """Return the formula of the sentence on how wide the range is, and why."""
    low, expected, high = (RANGE.cell(column, PURCHASES) for column in (_LOW, _EXPECTED, _HIGH))
    error = RANGE.cell(_EXPECTED, _ERROR)
    wide = sentence(
        ": 9 times in 10 the totals come out between low and high, {below} % below to {above} % "
        "above expected; that wide because the same forecast made earlier was off by {off} %",
        below=f"100*(1-{low}/{expected})",
        above=f"100*({high}/{expected}-1)",
        off=f"100*{error}",
    )
    return first_true(
        (f'{expected}=""', f'{no_forecast}&""'),
        (
            f"{expected}<=0",
            sentence(f"{Verdict.CAUTION}: nobody is expected to buy again, so there is no range"),
        ),
        (
            f'AND({low}="",{error}<>"")',
            sentence(
                f"{Verdict.CAUTION}: on earlier days the same forecast was off too far, or tested "
                "too briefly, for a range; choose a shorter horizon on sheet Settings"
            ),
        ),
        (
            f'{low}=""',
            sentence(
                f"{Verdict.CAUTION}: orders are too few or too short to test the forecast on "
                "earlier days, so nobody can say how far off it may be; add older orders"
            ),
        ),
        otherwise=f'IF({error}>{FAR},"{Verdict.CAUTION}","{Verdict.IN_SHORT}")&{wide}',
    )
