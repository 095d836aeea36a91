"""The sheet of channels and what was spent on them."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.workbook.declarations import Records, Role, Sheet, TableColumn
from clv_xl.workbook.meanings import meaning
from clv_xl.workbook.sample import Sample
from clv_xl.workbook.sheets.columns import number, whole
from clv_xl.workbook.sheets.customers import LEGEND

_INPUTS: Final = "[channel]:[spend]"


def channels(sample: Sample) -> Sheet:
    """Return the sheet of channels and what was spent on them."""
    names = tuple(sample.spend)
    at = number("Channels", "channel")

    def this(columns: str) -> str:
        """Return the row's channel, looked for among columns that its own is none of."""
        return f"INDEX(Channels[[#This Row],{columns}],1,{at})"

    of_customers = whole("Customers", "channel")
    listed = f"INDEX(Channels[[#All],{_INPUTS}],0,{at})"
    named = this(_INPUTS)
    table = Records(
        "Channels",
        (
            TableColumn("channel", Unit.TEXT, names, meaning=meaning("channel"), width=22),
            TableColumn(
                "spend",
                Unit.MONEY,
                tuple(sample.spend.values()),
                meaning=meaning("spend"),
                width=16,
            ),
            TableColumn(
                "new_customers",
                Unit.COUNT,
                formula=f'=IFERROR(IF({named}="",0,COUNTIFS({of_customers},{named})'
                f"/COUNTIFS({listed},{named})),0)",
            ),
            TableColumn(
                "clv",
                Unit.MONEY,
                formula=f"=IFERROR(AVERAGEIFS({whole('Customers', 'clv')},"
                f"{of_customers},{this('[channel]:[new_customers]')}),0)",
                width=16,
            ),
        ),
        max(len(names), 1),
    )
    return Sheet(
        "Channels",
        Role.INPUT,
        "Channels",
        f"What you spent to acquire customers, by channel, named as in sheet Customers. {LEGEND} "
        "new_customers counts them, clv is their average gross profit to date; rows of one channel "
        "share them.",
        ((table,),),
        freeze="Channels",
    )
