"""The sheet of models: fitted to the orders, judged in words, and what their numbers say."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.workbook.declarations import (
    EMPTY_LABEL,
    Chart,
    ChartKind,
    Formula,
    Heading,
    Item,
    Listing,
    Role,
    Rule,
    Series,
    Sheet,
    Spill,
    Style,
    Value,
)
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.model_verdicts import (
    PURCHASE_MODELS,
    SPEND_MODEL,
    Fitted,
    purchase_verdict,
    spend_verdict,
)
from clv_xl.workbook.sheets.purchases import SUMMARY_CALL

VERDICTS: Final = Ref("model_verdicts")
_FUTURE: Final = Ref("model_future")
_SPREAD: Final = Ref("model_spread")

_BG, _MBG, _PARETO = PURCHASE_MODELS
_POINTS: Final = 13
_WIDTHS: Final = (44, 13, 13, 2, 15, 15, 13, 2, 15, 13, 13, 2, 15, 13, 13)
"""Of the sheet's columns: four tables with a gap between."""
_ASSUMED: Final = (
    "BG/NBD: customers may drop out after each repeat purchase; one-time buyers count as active.",
    "MBG/NBD: they may drop out after any purchase, including the first.",
    "Pareto/NBD: they may drop out at any time.",
    "Gamma-Gamma: spend per order, independent of the number of orders.",
)


def models() -> Sheet:
    """Return the sheet of models."""
    return Sheet(
        "Models",
        Role.REPORT,
        "Models",
        "Forecast models: how reliable are predictions from your orders? Three models of when "
        "customers buy and drop out, and one of what they spend, are fitted to your orders. Read "
        "the verdicts first, then choose the model on sheet Settings. Sheet Backtest tests it on "
        "past orders.",
        (
            (_verdicts(),),
            tuple(_fit(model) for model in (*PURCHASE_MODELS, SPEND_MODEL)),
            (_meanings(),),
            (_future_chart(), _spread_chart()),
        ),
        one_page=True,
    )


def _verdicts() -> Listing:
    formulas = [purchase_verdict(model) for model in PURCHASE_MODELS] + [spend_verdict()]
    rows = tuple(
        (
            Item(model.title, Style.LABEL),
            Item(Formula(formula, spills=True), Style.LABEL),
            *(EMPTY_LABEL,) * (len(_WIDTHS) - 2),
        )
        for model, formula in zip((*PURCHASE_MODELS, SPEND_MODEL), formulas, strict=True)
    )
    return Listing(
        VERDICTS.key,
        rows,
        ("model", "verdict", *("",) * (len(_WIDTHS) - 2)),
        heading="Which model is reliable",
        note=" ".join(_ASSUMED),
        widths=_WIDTHS,
        rules=((Rule.STATUS, 2),),
        tall=True,
    )


def _fit(model: Fitted) -> Spill:
    columns = (2, 3, 4) if model is not SPEND_MODEL else (2, 5)
    arguments = ",".join(f"INDEX(summary,0,{column})" for column in columns)
    # Not the cells of sheet Purchases: LibreOffice keeps an array formula's area as it was stored,
    # so that customers added later would be left out.
    decimals = (Unit.DECIMAL,) * len(model.parameters)
    return Spill(
        model.fit.key,
        model.title,
        f"=LET(summary,{SUMMARY_CALL},{model.prefix}_FIT({arguments}))",
        (
            Heading("parameter", Unit.TEXT, 15),
            Heading("estimate", Unit.DECIMAL, 13),
            Heading("std_error", Unit.DECIMAL, 13),
        ),
        len(model.parameters) + 2,
        row_units=(*decimals, Unit.RATIO, Unit.COUNT),
        rules=(Rule.LINE,),
    )


def _row(label: str, values: tuple[str, ...], unit: Unit, sentence: Value) -> tuple[Item, ...]:
    """One line: what, its value by each of the four models, and what it means."""
    cells: list[Item] = []
    for formula in values:
        value = Formula(f'=IFERROR({formula},"")') if formula else None
        cells += [Item(value, Style.RESULT, unit)]
    bg, mbg, pareto, spend = cells
    return (
        Item(label, Style.LABEL),
        bg,
        mbg,
        EMPTY_LABEL,
        pareto,
        spend,
        Item(sentence, Style.NOTE),
    )


def _meanings() -> Listing:
    rates = tuple(f"{one.estimate('r')}/{one.estimate('alpha')}" for one in PURCHASE_MODELS)
    leaving = tuple(
        f"{one.estimate('a')}/({one.estimate('a')}+{one.estimate('b')})" for one in (_BG, _MBG)
    )
    s, beta = _PARETO.estimate("s"), _PARETO.estimate("beta")
    new = tuple(f"{one.prefix}_PURCHASES({one.estimates},Horizon)" for one in PURCHASE_MODELS)
    none = tuple(f"{one.prefix}_PMF({one.estimates},0,Horizon)" for one in PURCHASE_MODELS)
    spread = tuple(f"1/SQRT({one.estimate('r')})" for one in PURCHASE_MODELS)
    rows = (
        _row(
            "Purchases per period while active",
            (*rates, ""),
            Unit.DECIMAL,
            Formula('="r / alpha: purchase rate of the average customer, purchases per "&Period'),
        ),
        _row(
            "How much customers differ in that rate",
            (*spread, ""),
            Unit.SHARE,
            "1 / sqrt(r): 0 % all alike; above 100 % a few buy often, many rarely",
        ),
        _row(
            "Probability of dropout after a purchase",
            (*leaving, "", ""),
            Unit.SHARE,
            "a / (a + b): the average customer's probability of not coming back",
        ),
        _row(
            "Probability of dropout within the horizon",
            ("", "", f"1-({beta}/({beta}+Horizon))^{s}", ""),
            Unit.SHARE,
            "from s and beta: Pareto/NBD customers drop out over time, not after purchases",
        ),
        _row(
            "Repeat purchases of a new customer by then",
            (*new, ""),
            Unit.DECIMAL,
            Formula(
                '="within "&Horizon&" periods (sheet Settings), the first purchase not counted"'
            ),
        ),
        _row(
            "Probability of no repeat purchase by then",
            (*none, ""),
            Unit.SHARE,
            Formula('="no repeat purchase within "&Horizon&" periods"'),
        ),
        _row(
            "What a new customer spends on an order",
            ("", "", "", f"GG_SPEND({SPEND_MODEL.estimates})"),
            Unit.MONEY,
            "p x v / (q - 1): the average of all customers, in your currency",
        ),
    )
    header = ("", "BG/NBD", "MBG/NBD", "", "Pareto/NBD", "Gamma-Gamma", "meaning", *("",) * 8)
    return Listing(
        "model_meanings",
        rows,
        header,
        heading="Key results",
        widths=_WIDTHS,
        tall=True,
    )


def _future_chart() -> Chart:
    def expected(model: Fitted, row: int) -> Item:
        after = _FUTURE.data.cell(1, row)
        return Item(
            Formula(f"={model.prefix}_PURCHASES({model.estimates},{after})"), unit=Unit.DECIMAL
        )

    data = tuple(
        (
            Item(Formula(f"=Horizon*2*{row - 1}/{_POINTS - 1}"), unit=Unit.PERIODS),
            *(expected(model, row) for model in PURCHASE_MODELS),
        )
        for row in range(1, _POINTS + 1)
    )
    return Chart(
        _FUTURE.key,
        ChartKind.CURVE,
        "Repeat purchases of a new customer: models agree where lines meet",
        "periods since the first purchase",
        "purchases so far",
        tuple(
            Series(model.title, _FUTURE.data.column(at), _FUTURE.data.column(1))
            for at, model in enumerate(PURCHASE_MODELS, start=2)
        ),
        5,
        17,
        data=data,
        x_unit=Unit.SCORE,
        y_unit=Unit.RATIO,
    )


def _spread_chart() -> Chart:
    def share(model: Fitted, row: int) -> Item:
        count = _SPREAD.data.cell(1, row)
        return Item(
            Formula(f"={model.prefix}_PMF({model.estimates},{count},Horizon)"), unit=Unit.SHARE
        )

    data = tuple(
        (
            Item(row - 1, unit=Unit.COUNT),
            *(share(model, row) for model in PURCHASE_MODELS),
        )
        for row in range(1, 12)
    )
    return Chart(
        _SPREAD.key,
        ChartKind.COLUMNS,
        "How many repeat purchases new customers make within the horizon",
        "repeat purchases",
        "share of new customers",
        tuple(
            Series(model.title, _SPREAD.data.column(at), _SPREAD.data.column(1))
            for at, model in enumerate(PURCHASE_MODELS, start=2)
        ),
        9,
        17,
        data=data,
        y_unit=Unit.SHARE,
    )
