"""The sheet of channels and what was spent on them."""

from __future__ import annotations

from clv_xl.functions.spec import Unit
from clv_xl.workbook.declarations import Records, Role, Sheet, TableColumn
from clv_xl.workbook.meanings import meaning
from clv_xl.workbook.sample import Sample
from clv_xl.workbook.sheets.customers import LEGEND
from clv_xl.workbook.sheets.filled import whole


def channels(sample: Sample) -> Sheet:
    """Return the sheet of channels and what was spent on them."""
    names = tuple(sample.spend)
    this = "Channels[[#This Row],[channel]]"
    of_customers = whole("Customers", "channel")
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
                formula=f'=IF({this}="",0,COUNTIFS({of_customers},{this})'
                f"/COUNTIFS({whole('Channels', 'channel')},{this}))",
            ),
            TableColumn(
                "clv",
                Unit.MONEY,
                formula=f"=IFERROR(AVERAGEIFS({whole('Customers', 'clv')},"
                f"{of_customers},{this}),0)",
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
