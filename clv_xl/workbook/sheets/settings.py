"""The sheet of settings: what every report follows, each a named cell."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import TARGET_RATIO
from clv_xl.input_columns import INPUT_TABLES
from clv_xl.workbook.declarations import Field, Fields, Formula, Role, Sheet
from clv_xl.workbook.meanings import meaning, own
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.columns import column_names, columns_used

END_DATE: Final = Ref("settings").cell(2, 8)


def settings() -> Sheet:
    """Return the sheet of settings, each a named cell."""
    money = Fields(
        "settings",
        "",
        (
            Field(
                "Currency",
                "EUR",
                Unit.TEXT,
                "Shown on sheet Start; nothing is converted.",
                "Currency",
                own(
                    "The currency of all amounts, such as EUR or USD. It is only shown.", Unit.TEXT
                ),
                optional=True,
            ),
            _setting("Gross margin", 0.45, "Gross_margin", "gross_margin"),
            *_discount_and_target(),
            _setting("Best customers", 0.2, "Best_share", "top_share"),
            _setting("Period", "week", "Period", "period", "The time unit of all durations."),
            _setting(
                "Cohort period",
                "month",
                "Cohort_period",
                "period",
                "Customers whose first purchase was in the same one form a cohort.",
            ),
            _setting("Report date", None, "End_date", "end_date"),
            _setting(
                "Forecast horizon",
                52,
                "Horizon",
                "horizon",
                "Periods that sheet Predictions looks ahead: 52 weeks are a year.",
                of="CLV_PREDICT",
            ),
            _setting(
                "Model",
                "Automatic",
                "Model",
                "model",
                "For sheets Predictions and Backtest; sheet Models says which one Automatic takes.",
            ),
            Field(
                "Warn when the probability of being active is below",
                0.5,
                Unit.SHARE,
                "Sheet Call list lists the valuable customers below it.",
                "Warn_below",
                own(
                    "Customers whose probability of being active is below this are at risk.",
                    Unit.SHARE,
                    0,
                    1,
                ),
            ),
            Field(
                "Active: bought in the last (days)",
                365,
                Unit.COUNT,
                "Who counts as an active customer on sheet Start.",
                "Active_days",
                own(
                    "Customers who bought in so many days up to the report date are active.",
                    Unit.COUNT,
                    1,
                    36500,
                ),
            ),
            Field(
                "Compare with (days earlier)",
                90,
                Unit.COUNT,
                "Changes on sheet Start are those since then.",
                "Compare_days",
                own(
                    "The figures of sheet Start are compared with those so many days earlier.",
                    Unit.COUNT,
                    1,
                    36500,
                ),
            ),
            Field(
                "Last day of the orders",
                Formula('=IF(Last_order="","",Last_order)'),
                Unit.DATE,
                "Of those that count (sheet Orders check).",
            ),
        ),
        note_columns=8,
    )
    return Sheet(
        "Settings",
        Role.INPUT,
        "Settings",
        "Change the yellow cells; every report follows.",
        ((money,), *((columns_used(table),) for table in INPUT_TABLES)),
        names=column_names(),
    )


def calculator_settings() -> Fields:
    """Return the settings of the calculator, for a workbook without a sheet of settings."""
    return Fields("calc_settings", "Settings", _discount_and_target())


def _discount_and_target() -> tuple[Field, ...]:
    return (
        _setting("Discount rate per year", 0.1, "Discount_rate", "annual_rate"),
        _setting("Target: CLV to CAC", TARGET_RATIO, "Target_ratio", "target_ratio"),
    )


def _setting(
    label: str,
    value: str | float | None,
    name: str,
    argument: str,
    note: str = "",
    of: str = "",
) -> Field:
    what = meaning(argument, of)
    unit = Unit.COUNT if what.whole else what.unit
    return Field(label, value, unit, note or what.sentence, name, what, optional=value is None)
