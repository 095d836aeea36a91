"""The sheet of models: fitted to the orders, judged in words, and what their parameters mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from clv_xl import functions
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
from clv_xl.workbook.meanings import headings
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.model_verdicts import (
    MODELS,
    PURCHASE_MODELS,
    SPEND_MODEL,
    VERDICTS,
    Fitted,
    chosen_model,
    chosen_verdict,
    spend_verdict,
)
from clv_xl.workbook.sheets.purchases import SUMMARY_CALL
from clv_xl.workbook.sheets.settings import END_DATE

_FUTURE: Final = Ref("model_future")
_SPREAD: Final = Ref("model_spread")

Cell = TypeVar("Cell")
_MODELS: Final = (*PURCHASE_MODELS, SPEND_MODEL)
_POINTS: Final = 13
_GAP: Final = 2
_WIDTHS: Final = (44, 13, 13, _GAP, 15, 15, 13, *(_GAP, 15, 13, 13) * (len(_MODELS) - 2))
"""Of the sheet's columns: a table of three for each model, with a gap between."""
_ASSUMED: Final = tuple(
    f"{model.title}: {model.assumption}."
    for model in (*functions.FORECAST_MODELS.values(), functions.GAMMA_GAMMA)
)


def models() -> Sheet:
    """Return the sheet of models."""
    return Sheet(
        "Models",
        Role.REPORT,
        "Models",
        "Forecast models: how reliable are predictions from your orders? Models of when customers "
        "buy and leave, and one of what they spend, are fitted to your orders. Model Automatic of "
        "sheet Settings takes the first of the list; you can choose another there. Sheet Backtest "
        "tests it on past orders.",
        (
            (_verdicts(),),
            (_comparison(),),
            tuple(_fit(model) for model in _MODELS),
            (_meanings(),),
            (_future_chart(), _spread_chart()),
        ),
        one_page=True,
    )


def _verdicts() -> Listing:
    chosen = f'=IF({chosen_model()}="","No forecast","When they buy: "&{chosen_model()})'
    rows = tuple(
        (
            Item(label, Style.LABEL),
            Item(Formula(formula, spills=True), Style.LABEL),
            *(EMPTY_LABEL,) * (len(_WIDTHS) - 2),
        )
        for label, formula in (
            (Formula(chosen), chosen_verdict()),
            (f"What they spend: {SPEND_MODEL.title}", spend_verdict()),
        )
    )
    return Listing(
        VERDICTS.key,
        rows,
        heading="Which model is taken",
        widths=_WIDTHS,
        rules=((Rule.STATUS, 2),),
        tall=True,
    )


def _comparison() -> Spill:
    return Spill(
        MODELS.key,
        "All models of when customers buy",
        "=IFERROR(CLV_MODELS(Orders[customer],Orders[date],Orders[amount],Period,"
        f'{END_DATE},Orders[order]),"")',
        headings("CLV_MODELS", model=_WIDTHS[0], verdict=9),
        len(functions.FORECAST_MODELS),
        note=" ".join(_ASSUMED),
        rules=(Rule.LINE, Rule.STATUS),
    )


def _fit(model: Fitted) -> Spill:
    columns = (2, 3, 4) if model is not SPEND_MODEL else (2, 5)
    arguments = ",".join(f"INDEX(summary,0,{column})" for column in columns)
    # Not the cells of sheet Backtest: LibreOffice keeps an array formula's area as it was stored,
    # so that customers added later would be left out.
    decimals = (Unit.DECIMAL,) * len(model.parameters)
    return Spill(
        model.fit.key,
        model.title,
        f'=IFERROR(LET(summary,{SUMMARY_CALL},{model.prefix}_FIT({arguments})),"")',
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
    def expected(model: Fitted, row: int) -> str:
        after = _FUTURE.data.cell(1, row)
        return f"{model.prefix}_PURCHASES({model.estimates},{after})"

    data = tuple(
        (
            Item(Formula(f"=Horizon*2*{row - 1}/{_POINTS - 1}"), unit=Unit.PERIODS),
            *(_drawn(expected(model, row), Unit.DECIMAL) for model in PURCHASE_MODELS),
        )
        for row in range(1, _POINTS + 1)
    )
    return Chart(
        _FUTURE.key,
        ChartKind.CURVE,
        "Repeat purchases of a new customer: models agree where lines meet",
        "periods since the first purchase",
        "purchases so far",
        _series(_FUTURE.data),
        5,
        17,
        data=_with_names(data),
        x_unit=Unit.SCORE,
        y_unit=Unit.RATIO,
    )


def _spread_chart() -> Chart:
    def share(model: Fitted, row: int) -> str:
        count = _SPREAD.data.cell(1, row)
        return f"{model.prefix}_PMF({model.estimates},{count},Horizon)"

    data = tuple(
        (
            Item(row - 1, unit=Unit.COUNT),
            *(_drawn(share(model, row), Unit.SHARE) for model in PURCHASE_MODELS),
        )
        for row in range(1, 12)
    )
    return Chart(
        _SPREAD.key,
        ChartKind.COLUMNS,
        "How many repeat purchases new customers make within the horizon",
        "repeat purchases",
        "share of new customers",
        _series(_SPREAD.data),
        9,
        17,
        data=_with_names(data),
        y_unit=Unit.SHARE,
    )


def _drawn(formula: str, unit: Unit) -> Item:
    """Return one point, blank where the model is not fitted."""
    return Item(Formula(f'=IFERROR({formula},"")'), unit=unit)


def _with_names(data: tuple[tuple[Item, ...], ...]) -> tuple[tuple[Item, ...], ...]:
    """Return the points with the texts of the legend behind the first rows: which is not fitted."""
    names = [
        Item(Formula(f'="{one.title}"&IF(ISNUMBER({one.likelihood}),""," (not fitted)")'))
        for one in PURCHASE_MODELS
    ]
    return tuple((*row, *names[at : at + 1]) for at, row in enumerate(data))


def _series(data: Ref) -> tuple[Series, ...]:
    """Return a line or a row of columns for each model."""
    behind = len(PURCHASE_MODELS) + 2
    return tuple(
        Series(data.cell(behind, at), data.column(at + 1), data.column(1))
        for at in range(1, len(PURCHASE_MODELS) + 1)
    )
