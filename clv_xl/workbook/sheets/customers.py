"""The sheet of customers, with the gross profit of each to date."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.workbook.declarations import Records, Role, Sheet, TableColumn
from clv_xl.workbook.meanings import meaning, own
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sample import Sample
from clv_xl.workbook.sheets.columns import TOTALS, input_number

CUSTOMERS: Final = Ref("Customers")

LEGEND: Final = (
    "Fill in the columns with a yellow heading; those with a blue heading are calculated."
)


def customers(sample: Sample) -> Sheet:
    """Return the sheet of customers, with the gross profit of each to date."""
    rows = sample.customers

    # A table cannot hold a formula that spills, so each row takes its part of one beside it.
    row = f"ROW({TOTALS.cell(2, 1)})-1+ROW()-ROW(Customers[[#Headers],[customer]])"
    # Where the orders cannot be added up, nobody's revenue is 0.
    inputs = "Customers[[#This Row],[customer]:[acquisition_cost]]"
    customer_at, cost_at = (
        input_number("Customers", heading) for heading in ("customer", "acquisition_cost")
    )
    nobody = f'IF({customer_at}="",TRUE,INDEX({inputs},1,{customer_at})="")'
    cost, clv = f"INDEX({inputs},1,{cost_at})", "Customers[[#This Row],[clv]]"
    added = f"IF(ISNUMBER({TOTALS.cell(1, 1)}),INDEX({TOTALS.whole_column(2)},{row}),NA())"
    revenue = f'=IF({nobody},"",{added})'

    def known(name: str, sentence: str, values: tuple[str, ...]) -> TableColumn:
        return TableColumn(name, Unit.TEXT, values, meaning=own(sentence, Unit.TEXT))

    table = Records(
        CUSTOMERS.key,
        (
            TableColumn(
                "customer",
                Unit.TEXT,
                tuple(row.customer for row in rows),
                meaning=meaning("customer"),
            ),
            TableColumn(
                "segment",
                Unit.TEXT,
                tuple(row.segment for row in rows),
                meaning=meaning("segment"),
            ),
            TableColumn(
                "channel",
                Unit.TEXT,
                tuple(row.channel for row in rows),
                meaning=meaning("channel"),
            ),
            known("town", "Where the customer is.", tuple(row.town for row in rows)),
            known(
                "in_business",
                "How long the customer has been in business.",
                tuple(row.in_business for row in rows),
            ),
            known(
                "machine",
                "Whether the customer rents a machine or has their own.",
                tuple(row.machine for row in rows),
            ),
            TableColumn(
                "satisfaction",
                Unit.SCORE,
                tuple(row.satisfaction for row in rows),
                meaning=meaning("value_to_customer"),
            ),
            TableColumn(
                "acquisition_cost",
                Unit.MONEY,
                tuple(row.acquisition_cost for row in rows),
                meaning=meaning("acquisition_cost"),
                fine=True,
            ),
            TableColumn("revenue", Unit.MONEY, formula=revenue, fine=True),
            TableColumn(
                "clv",
                Unit.MONEY,
                formula=f'=IF({nobody},"",Customers[[#This Row],[revenue]]*Gross_margin)',
                fine=True,
            ),
            TableColumn(
                "net_value",
                Unit.MONEY,
                formula=f'=IF({cost_at}="","",IF(OR({cost}="",{clv}=""),"",{clv}-{cost}))',
                fine=True,
            ),
        ),
        max(len(rows), 1),
    )
    return Sheet(
        "Customers",
        Role.INPUT,
        "Customers",
        f"One row per customer, columns in any order. {LEGEND} clv is the customer's gross profit "
        "to date: revenue x gross margin (sheet Settings). net_value is clv less acquisition cost, "
        "where known. Both count the past, so new customers look small. Replace town, in_business "
        "and machine by whatever you know about your customers; keep it left of the blue headings.",
        ((table,),),
        freeze=CUSTOMERS.key,
    )
