"""The calculator: customer value from a handful of figures, without any orders."""

from __future__ import annotations

from typing import Final

from clv_xl.functions import CATALOGUE
from clv_xl.functions.spec import Unit
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
)
from clv_xl.workbook.meanings import headings, meaning, measure_units
from clv_xl.workbook.references import Ref

_GRID: Final = Ref("calc_grid")

INPUTS = (
    ("Churn per month", 0.05, "Calc_churn"),
    ("Lifespan (months)", 24, "Calc_lifespan"),
    ("Median invoice", 60, "Calc_invoice"),
    ("New customers per month", 40, "Calc_customers"),
    ("Marketing per month", 6000, "Calc_spend"),
    ("Invoices per month", 1, "Calc_invoices"),
    ("Gross margin", 0.5, "Calc_margin"),
    ("Fixed cost per month", 2000, "Calc_overhead"),
    ("Target churn", 0.04, "Calc_new_churn"),
)
"""Label, value and name of the arguments of CLV_CALCULATOR in order, and a churn rate to compare
with."""

_MARGIN = "Calc_invoice*Calc_invoices*Calc_margin"
_RATE = "DISCOUNT_PER_PERIOD(Discount_rate,12)"
_CAC = "CAC(Calc_spend,Calc_customers)"


def calculator() -> Sheet:
    """Return the calculator's sheet."""
    arguments = [parameter.name for parameter in CATALOGUE["CLV_CALCULATOR"].parameters]
    fields = tuple(
        Field(label, value, what.unit, what.sentence, name, what)
        for (label, value, name), argument in zip(INPUTS, [*arguments, "churn_rate"], strict=True)
        for what in [meaning(argument)]
    )
    names = ",".join(name for _, _, name in INPUTS[: len(arguments)])
    return Sheet(
        "Calculator",
        Role.REPORT,
        "Calculator",
        "What is a customer worth, and how much can you spend to acquire one? Eight monthly "
        "figures answer it, without any orders. Change the yellow cells.",
        (
            (
                Fields("calc_inputs", "Your figures", fields),
                Spill(
                    "calc_results",
                    "The answer",
                    f"=CLV_CALCULATOR({names})",
                    headings("CLV_CALCULATOR", measure=36),
                    9,
                    row_units=measure_units("CLV_CALCULATOR"),
                    rules=(Rule.LINE,),
                ),
            ),
            (Fields("calc_forms", "The same customer in each form of CLV", _forms()),),
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
                    f"=CLV_RETENTION({_GRID.headers()},{_GRID.column(0)},{_RATE},0,,1)",
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


def _forms() -> tuple[Field, ...]:
    money, months = Unit.MONEY, Unit.MONTHS
    return (
        Field(
            "CLV by lifespan",
            Formula("=CLV(Calc_invoice,Calc_invoices,Calc_lifespan,Calc_margin)"),
            money,
            "CLV: invoice x invoices x margin x lifespan.",
        ),
        Field(
            "... less acquisition cost",
            Formula(f"=CLV(Calc_invoice,Calc_invoices,Calc_lifespan,Calc_margin,{_CAC})"),
            money,
            "CLV with acquisition cost.",
        ),
        Field(
            "... and discounted",
            Formula(f"=CLV(Calc_invoice,Calc_invoices,Calc_lifespan,Calc_margin,{_CAC},0,{_RATE})"),
            money,
            "CLV with the discount rate of sheet Settings.",
        ),
        Field(
            "CLV by churn",
            Formula("=CLV_CHURN(Calc_invoice*Calc_invoices,Calc_margin,Calc_churn)"),
            money,
            "CLV_CHURN: monthly margin / churn.",
        ),
        Field(
            "CLV by retention, discounted",
            Formula(f"=CLV_RETENTION({_MARGIN},1-Calc_churn,{_RATE},0,,1)"),
            money,
            "CLV_RETENTION: the margins of all months, the first one now.",
        ),
        Field(
            "Customer acquisition cost (CAC)",
            Formula(f"={_CAC}"),
            money,
            "CAC: marketing / new customers.",
        ),
        Field(
            "Payback (months)",
            Formula(f"=CAC_PAYBACK({_CAC},{_MARGIN},1-Calc_churn)"),
            months,
            "CAC_PAYBACK: until the margin has paid back CAC, allowing for churn.",
        ),
        Field(
            "Maximum CAC",
            Formula(
                "=CAC_BUDGET(CLV(Calc_invoice,Calc_invoices,Calc_lifespan,Calc_margin),Target_ratio)"
            ),
            money,
            "CAC_BUDGET: CLV / target of sheet Settings.",
        ),
        Field(
            "Value of reaching target churn",
            Formula(f"=RETENTION_GAIN({_MARGIN},1-Calc_churn,1-Calc_new_churn,{_RATE},1)"),
            money,
            "RETENTION_GAIN: the most to spend per customer to get there.",
        ),
    )
