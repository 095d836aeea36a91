"""The sheet of models: fitted to the orders, judged in words, and what their parameters mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

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

Cell = TypeVar("Cell")
_MODELS: Final = (*PURCHASE_MODELS, SPEND_MODEL)
_POINTS: Final = 13
_GAP: Final = 2
_WIDTHS: Final = (44, 13, 13, _GAP, 15, 15, 13, *(_GAP, 15, 13, 13) * (len(_MODELS) - 2))
"""Of the sheet's columns: a table of three for each model, with a gap between."""
_ASSUMED: Final = tuple(f"{fit.title}: {fit.model.assumption}." for fit in _MODELS)


def models() -> Sheet:
    """Return the sheet of models."""
    return Sheet(
        "Models",
        Role.REPORT,
        "Models",
        "Forecast models: how reliable are predictions from your orders? Three models of when "
        "customers buy and leave, and one of what they spend, are fitted to your orders. Read "
        "the verdicts first, then choose the model on sheet Settings. Sheet Backtest tests it on "
        "past orders.",
        (
            (_verdicts(),),
            tuple(_fit(model) for model in _MODELS),
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
        for model, formula in zip(_MODELS, formulas, strict=True)
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
            Heading("standard error", Unit.DECIMAL, 13),
        ),
        len(model.parameters) + 2,
        row_units=(*decimals, Unit.RATIO, Unit.COUNT),
        rules=(Rule.LINE,),
    )


def _formulas(write: Callable[[Fitted], str], *names: str) -> dict[str, str]:
    """Return a formula for each model that has parameters of these names."""
    return {one.title: write(one) for one in _MODELS if set(names) <= set(one.parameters)}


def _meaning(
    label: str, formulas: Mapping[str, str], unit: Unit, sentence: Value
) -> tuple[Item, ...]:
    """Return one line: what, its value by each of the models, and what it means."""
    values = [
        Item(
            Formula(f'=IFERROR({formulas[one.title]},"")') if one.title in formulas else None,
            Style.RESULT,
            unit,
        )
        for one in _MODELS
    ]
    return _with_gaps([Item(label, Style.LABEL), *values, Item(sentence, Style.NOTE)], EMPTY_LABEL)


def _with_gaps(cells: Sequence[Cell], gap: Cell) -> tuple[Cell, ...]:
    """Return a line's cells with one more in each column that is a gap."""
    line = list(cells)
    for column, width in enumerate(_WIDTHS):
        if width == _GAP and column < len(line):
            line.insert(column, gap)
    return tuple(line)


def _meanings() -> Listing:
    def place(name: str) -> Callable[[Fitted], str]:
        return lambda one: one.estimate(name)

    r, alpha, a, b, s, beta = map(place, ("r", "alpha", "a", "b", "s", "beta"))
    rows = (
        _meaning(
            "Purchases per period while active",
            _formulas(lambda one: f"{r(one)}/{alpha(one)}", "r", "alpha"),
            Unit.DECIMAL,
            Formula('="r / alpha: purchase rate of the average customer, purchases per "&Period'),
        ),
        _meaning(
            "How much customers differ in that rate",
            _formulas(lambda one: f"1/SQRT({r(one)})", "r"),
            Unit.SHARE,
            "1 / sqrt(r): 0 % all alike; above 100 % a few buy often, many rarely",
        ),
        _meaning(
            "Probability of dropout after a purchase",
            _formulas(lambda one: f"{a(one)}/({a(one)}+{b(one)})", "a", "b"),
            Unit.SHARE,
            "a / (a + b): the average customer's probability of not coming back",
        ),
        _meaning(
            "Probability of dropout within the horizon",
            _formulas(lambda one: f"1-({beta(one)}/({beta(one)}+Horizon))^{s(one)}", "s", "beta"),
            Unit.SHARE,
            "from s and beta: Pareto/NBD customers leave over time, not after purchases",
        ),
        _meaning(
            "Repeat purchases of a new customer by then",
            _formulas(lambda one: f"{one.prefix}_PURCHASES({one.estimates},Horizon)", "r"),
            Unit.DECIMAL,
            Formula(
                '="within "&Horizon&" periods (sheet Settings), the first purchase not counted"'
            ),
        ),
        _meaning(
            "Probability of no repeat purchase by then",
            _formulas(lambda one: f"{one.prefix}_PMF({one.estimates},0,Horizon)", "r"),
            Unit.SHARE,
            Formula('="no repeat purchase within "&Horizon&" periods"'),
        ),
        _meaning(
            "What a new customer spends on an order",
            {SPEND_MODEL.title: f"GG_SPEND({SPEND_MODEL.estimates})"},
            Unit.MONEY,
            "p x v / (q - 1): the average of all customers, in your currency",
        ),
    )
    header = _with_gaps(["", *(one.title for one in _MODELS), "meaning"], "")
    return Listing(
        "model_meanings",
        rows,
        (*header, *("",) * (len(_WIDTHS) - len(header))),
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
