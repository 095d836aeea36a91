"""What if: what a change of retention, price, margin, CAC or frequency does to CLV and profit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.declarations import (
    EMPTY_LABEL,
    Chart,
    ChartKind,
    Formula,
    Item,
    Listing,
    Rule,
    Series,
    Stack,
    Style,
)
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sample import Sample
from clv_xl.workbook.sheets.calculator_figures import CAC, DISCOUNT, FILLED
from clv_xl.workbook.sheets.filled import first_true, sentence, where

_TABLE: Final = Ref("what_if")
_CHART_DATA: Final = Ref("what_if_chart").data
_WIDTHS: Final = (24, 14, 12, 12, 12, 12, 12)


class Lever(NamedTuple):
    """A figure that may change: what it is now, and whether by points or by a part of itself."""

    key: str
    label: str
    now: str
    unit: Unit
    points: bool = False


LEVERS: Final = (
    Lever("retention", "Retention per month", "1-Calc_churn", Unit.SHARE, points=True),
    Lever("price", "Price (median invoice)", "Calc_invoice", Unit.MONEY),
    Lever("margin", "Gross margin", "Calc_margin", Unit.SHARE, points=True),
    Lever("cac", "CAC", CAC, Unit.MONEY),
    Lever("frequency", "Invoices per month", "Calc_invoices", Unit.DECIMAL),
)
_NOW, _CHANGE, _THEN, _CLV, _PROFIT, _GAIN = range(2, 8)
_ROW: Final = {lever.key: number for number, lever in enumerate(LEVERS, 2)}
_TODAY, _ALL = 1, len(LEVERS) + 2
_POSSIBLE: Final = (
    f"AND(COUNT({_TABLE.column(_THEN)})={len(LEVERS)},MIN({_TABLE.column(_THEN)})>=0,"
    f"MAX({_TABLE.cell(_THEN, _ROW['retention'])},{_TABLE.cell(_THEN, _ROW['margin'])})<=1)"
)


def what_if(sample: Sample) -> tuple[Stack, Chart]:
    """Return the changes with what each alone and all together do, and their chart."""
    return Stack((_answer(), _table(sample))), _chart()


def _answer() -> Listing:
    """Return the sentence on the change that adds most."""
    gains = _TABLE.column(_GAIN, _ALL - 1)
    best = f"MAX({gains})"
    named = f"INDEX({_TABLE.column(1)},MATCH({best},{gains},0))"
    said = first_true(
        (f"NOT({FILLED})", sentence(f"{Verdict.FIX}: fill in all yellow cells of your figures")),
        (
            f"NOT({_POSSIBLE})",
            sentence(
                f"{Verdict.FIX}: enter changes that leave retention and gross margin at 0 to 100 % "
                "and nothing below 0"
            ),
        ),
        (
            f"COUNT({gains})<{len(LEVERS)}",
            sentence(f"{Verdict.CHECK}: with these figures the value of a customer has no limit"),
        ),
        (f"{best}<=0", sentence(f"{Verdict.CHECK}: no change in the yellow cells adds profit")),
        otherwise=f'"{Verdict.GROW}: "&{named}&" adds most, "&TEXT({best},"#,##0")&'
        f'" a month; all together "&TEXT({_TABLE.cell(_GAIN, _ALL)},"#,##0")',
    )
    return Listing(
        "what_if_answer",
        ((Item(Formula(said), Style.LABEL), *[EMPTY_LABEL] * (_GAIN - 1)),),
        heading="What if: which change is worth most?",
        note="Enter changes in the yellow cells: points for retention and gross margin (1 % makes "
        "95 % into 96 %), else a part of the figure (5 % makes 60 into 63). A price changes the "
        "margin, not the cost of goods; customers lost by a higher price are for you to enter as "
        "lower retention. CLV is that by retention, discounted; profit is CLV less CAC of a "
        "month's new customers, less fixed cost. Work first on the longest bar within reach.",
        widths=_WIDTHS,
        rules=((Rule.STATUS, 1),),
        tall=True,
    )


def _table(sample: Sample) -> Listing:
    now = dict.fromkeys(_ROW, _NOW)
    none = [Item(None, Style.LABEL, Unit.MONEY)] * 3
    lines = [("Today", none, now)]
    for lever in LEVERS:
        row = _ROW[lever.key]
        at, change = _TABLE.cell(_NOW, row), f"N({_TABLE.cell(_CHANGE, row)})"
        cells = [
            _result(lever.now, lever.unit),
            Item(sample.figures.get(f"If_{lever.key}"), Style.INPUT, Unit.SHARE),
            _result(f"{at}+{change}" if lever.points else f"{at}*(1+{change})", lever.unit),
        ]
        lines.append((lever.label, cells, {**now, lever.key: _THEN}))
    lines.append(("All together", none, dict.fromkeys(_ROW, _THEN)))
    return Listing(
        _TABLE.key,
        tuple(
            (Item(label, Style.LABEL), *cells, *_outcome(row, columns))
            for row, (label, cells, columns) in enumerate(lines, 1)
        ),
        ("", "now", "change", "then", "CLV", "profit", "more profit"),
        widths=_WIDTHS,
        tall=True,
    )


def _outcome(row: int, columns: Mapping[str, int]) -> list[Item]:
    """Return CLV, profit and what it gains, each figure taken from its column of the table."""
    retention, price, margin, cac, frequency = (
        _TABLE.cell(columns[key], at) for key, at in _ROW.items()
    )
    today = _TABLE.cell(_NOW, _ROW["price"])
    earned = f"{frequency}*({price}-{today}*(1-{margin}))"
    clv, profit = _TABLE.cell(_CLV, row), _TABLE.cell(_PROFIT, row)
    gain = f"{profit}-{_TABLE.cell(_PROFIT, _TODAY)}" if row > _TODAY else '""'
    return [
        _result(
            f"IF({_POSSIBLE},CLV_RETENTION({earned},{retention},{DISCOUNT},0,,1),NA())", Unit.MONEY
        ),
        _result(f"Calc_customers*({clv}-{cac})-Calc_overhead", Unit.MONEY),
        _result(gain, Unit.MONEY),
    ]


def _result(call: str, unit: Unit) -> Item:
    return Item(Formula(where(FILLED, f'IFERROR({call},"")')), Style.RESULT, unit)


def _chart() -> Chart:
    return Chart(
        "what_if_chart",
        ChartKind.BARS,
        "What each change adds to profit",
        "",
        "per month",
        (Series("More profit", _CHART_DATA.column(2), _CHART_DATA.column(1)),),
        3,
        15,
        data=tuple(
            (
                Item(Formula(f"={_TABLE.cell(1, row)}")),
                Item(Formula(f"=N({_TABLE.cell(_GAIN, row)})"), unit=Unit.MONEY),
            )
            for row in range(_TODAY + 1, _ALL + 1)
        ),
    )
