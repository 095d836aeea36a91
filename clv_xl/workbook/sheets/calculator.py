"""The calculator: customer value from a handful of figures, without any orders."""

from __future__ import annotations

from typing import Final

from clv_xl.functions import CATALOGUE
from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.declarations import (
    Chart,
    ChartKind,
    Field,
    Fields,
    Formula,
    Grid,
    Role,
    Rule,
    Series,
    Sheet,
    Spill,
    Stack,
)
from clv_xl.workbook.meanings import headings, meaning, measure_units
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sample import Sample
from clv_xl.workbook.sheets.calculator_figures import CAC, DISCOUNT, FILLED, INPUTS, NAMES
from clv_xl.workbook.sheets.filled import FAILED, blank_for_errors, first_true, sentence, where
from clv_xl.workbook.sheets.plain_formula import plain_formula, plain_formula_check
from clv_xl.workbook.sheets.what_if import what_if

_GRID: Final = Ref("calc_grid")
_ANSWER: Final = Ref("calc_results")
_MEASURES: Final = 9

_MARGIN = "Calc_invoice*Calc_invoices*Calc_margin"


def calculator(sample: Sample, settings: Fields | None = None) -> Sheet:
    """Return the calculator's sheet.

    Parameters
    ----------
    sample : Sample
    settings : Fields, optional
        Of a workbook that has neither orders nor other sheets with figures.
    """
    alone = settings is not None
    arguments = [parameter.name for parameter in CATALOGUE["CLV_CALCULATOR"].parameters]
    fields = tuple(
        Field(label, sample.figures.get(name), what.unit, what.sentence, name, what)
        for (label, name), argument in zip(INPUTS, [*arguments, "churn_rate"], strict=True)
        for what in [meaning(argument)]
    )
    names = ",".join(NAMES[: len(arguments)])
    return Sheet(
        "Calculator",
        Role.INPUT if alone else Role.REPORT,
        "Calculator",
        "What is a customer worth, and how much can you spend to acquire one? Eight monthly "
        "figures answer it, without any orders"
        + ("" if alone else ": CLV and CAC here are those of your figures, not of the other sheets")
        + ". Change the yellow cells.",
        (
            (
                Fields("calc_inputs", "Your figures", fields),
                Spill(
                    _ANSWER.key,
                    "The answer",
                    where(FILLED, blank_for_errors(f"CLV_CALCULATOR({names})")),
                    headings("CLV_CALCULATOR", measure=32, value=10),
                    _MEASURES,
                    note="Payback: CAC / monthly margin, as if nobody left before.",
                    check=Formula(_answered()),
                    row_units=measure_units("CLV_CALCULATOR"),
                    rules=(Rule.LINE,),
                ),
            ),
            what_if(sample),
            (settings or Stack((plain_formula(), plain_formula_check())),),
            (
                Fields(
                    "calc_forms",
                    "The same customer in each form of CLV",
                    _forms("the settings above" if alone else "sheet Settings"),
                ),
            ),
            (
                Grid(
                    _GRID.key,
                    "How CLV moves with retention and margin",
                    (0.8, 0.85, 0.9, 0.925, 0.95, 0.975),
                    "Retention per month",
                    Unit.SHARE,
                    (20, 30, 40, 50),
                    "margin per month",
                    Unit.MONEY,
                    f"=CLV_RETENTION({_GRID.headers()},{_GRID.column(0)},{DISCOUNT},0,,1)",
                    Unit.MONEY,
                    note="Each cell is the CLV of one retention rate and one margin; try others.",
                ),
                Chart(
                    "calc_chart",
                    ChartKind.LINES,
                    "CLV by retention, a line for each margin",
                    "retention per month",
                    "CLV",
                    tuple(
                        Series(
                            _GRID.header(column),
                            _GRID.column(column),
                            _GRID.column(0),
                        )
                        for column in (1, 2, 3, 4)
                    ),
                    4,
                    15,
                    x_unit=Unit.SHARE,
                ),
            ),
        ),
        one_page=True,
    )


def _answered() -> str:
    """Return the formula of the sentence on what the answer lacks."""
    divisors = "Calc_churn,Calc_customers,Calc_spend,Calc_invoice,Calc_invoices,Calc_margin"
    return first_true(
        (f"NOT({FILLED})", sentence(f"{Verdict.FIX}: fill in all yellow cells of your figures")),
        (f"ISERROR({_ANSWER.header(1)})", FAILED),
        (
            f"OR(MIN({divisors})=0,COUNT({_ANSWER.column(2)})<{_MEASURES})",
            sentence(f"{Verdict.CHECK}: with a 0 among your figures, what has no answer is blank"),
        ),
        otherwise=sentence(f"{Verdict.ALL} figures are filled in"),
    )


def _forms(settings: str) -> tuple[Field, ...]:
    money, months = Unit.MONEY, Unit.MONTHS
    return (
        _form(
            "CLV by lifespan",
            "CLV(Calc_invoice,Calc_invoices,Calc_lifespan,Calc_margin)",
            money,
            "CLV: invoice x invoices x margin x lifespan.",
        ),
        _form(
            "... less acquisition cost",
            f"CLV(Calc_invoice,Calc_invoices,Calc_lifespan,Calc_margin,{CAC})",
            money,
            "CLV with acquisition cost.",
        ),
        _form(
            "... and discounted",
            f"CLV(Calc_invoice,Calc_invoices,Calc_lifespan,Calc_margin,{CAC},0,{DISCOUNT})",
            money,
            f"CLV with the discount rate of {settings}.",
        ),
        _form(
            "CLV by churn",
            "CLV_CHURN(Calc_invoice*Calc_invoices,Calc_margin,Calc_churn)",
            money,
            "CLV_CHURN: monthly margin / churn.",
        ),
        _form(
            "CLV by retention, discounted",
            f"CLV_RETENTION({_MARGIN},1-Calc_churn,{DISCOUNT},0,,1)",
            money,
            "CLV_RETENTION: the margins of all months, the first one now.",
        ),
        _form(
            "Customer acquisition cost",
            f"{CAC}",
            money,
            "CAC: marketing / new customers.",
        ),
        _form(
            "Payback with churn (months)",
            f"CAC_PAYBACK({CAC},{_MARGIN},1-Calc_churn)",
            months,
            "CAC_PAYBACK: longer than the payback above, as some leave before they have paid back.",
        ),
        _form(
            "Maximum CAC at your target",
            "CAC_BUDGET(CLV(Calc_invoice,Calc_invoices,Calc_lifespan,Calc_margin),Target_ratio)",
            money,
            f"CAC_BUDGET: CLV / target of {settings}.",
        ),
        _form(
            "Value of reaching target churn",
            f"RETENTION_GAIN({_MARGIN},1-Calc_churn,1-Calc_new_churn,{DISCOUNT},1)",
            money,
            "RETENTION_GAIN: the most to spend per customer to get there.",
        ),
    )


def _form(label: str, call: str, unit: Unit, note: str) -> Field:
    """Return one form of CLV, blank where it has no answer; the note above says why."""
    return Field(label, Formula(where(FILLED, f'IFERROR({call},"")')), unit, note)
