"""The figures of a business computed anew from its rows, with pandas and nothing of clv_xl."""

from __future__ import annotations

import unicodedata
from typing import Any

import pandas as pd
from businesses.generators import Business

DAYS = {"week": 7.0, "month": 365.25 / 12, "year": 365.25}


def same_name(name: str) -> str:
    """What two spellings of one customer have in common."""
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()


class Figures:
    """What the workbook of a business should show."""

    def __init__(self, business: Business) -> None:
        orders = pd.DataFrame(business.orders)
        orders["key"] = orders["customer"].map(same_name)
        orders["date"] = pd.to_datetime(orders["date"])
        repeated = orders["order"].notna() & orders.duplicated(["order", "key", "amount"])
        self.repeated = int(repeated.sum())
        self.orders = orders[~repeated]
        self.customers = pd.DataFrame(business.customers)
        self.customers["key"] = self.customers["customer"].map(same_name)
        self.margin = float(str(business.settings.get("Gross_margin", 0.45)))
        self.unit = DAYS[str(business.settings.get("Period", "week"))]
        self.cohort_period = str(business.settings.get("Cohort_period", "month"))

    @property
    def revenue(self) -> float:
        """The sum of all amounts."""
        return float(self.orders["amount"].sum())

    def clv(self) -> pd.Series[float]:
        """The gross profit to date of each row of the customers."""
        revenue = self.orders.groupby("key")["amount"].sum()
        return self.customers["key"].map(revenue).fillna(0.0) * self.margin

    def clv_by_segment(self) -> dict[str, tuple[int, float]]:
        """Customers and mean gross profit of each segment, of blank ones together."""
        segment = self.customers.get("segment", pd.Series([None] * len(self.customers)))
        grouped = self.clv().groupby(segment.fillna("(blank)"))
        return {str(name): (len(part), float(part.mean())) for name, part in grouped}

    def _days(self) -> pd.DataFrame:
        """The days on which each customer bought, with what they spent."""
        days = self.orders.groupby(["key", "date"], as_index=False)["amount"].sum()
        return days[days["amount"] > -1e-9]

    def histories(self) -> dict[str, list[float]]:
        """Frequency, recency, age and mean repeat purchase of each customer."""
        end = self.orders["date"].max()
        found = {}
        for key, days in self._days().groupby("key"):
            first, last = days["date"].min(), days["date"].max()
            repeat = days.loc[days["date"] > first, "amount"]
            found[str(key)] = [
                float(len(repeat)),
                (last - first).days / self.unit,
                (end - first).days / self.unit,
                float(repeat.mean()) if len(repeat) else 0.0,
            ]
        return found

    def cohorts(self) -> dict[str, list[float]]:
        """For each cohort, the share that buys in each period up to the last one of the orders."""
        letter = {"month": "M", "year": "Y"}[self.cohort_period]
        last = self.orders["date"].max().to_period(letter)
        days = self._days().assign(when=lambda one: one["date"].dt.to_period(letter))
        days["first"] = days.groupby("key")["when"].transform("min")
        found = {}
        for first, cohort in days.groupby("first"):
            buyers = cohort.groupby("when")["key"].nunique()
            size = cohort["key"].nunique()
            periods = pd.period_range(first, last, freq=letter)
            found[str(first)] = [float(buyers.get(one, 0)) / size for one in periods]
        return found

    def end(self) -> Any:
        """The day of the last order."""
        return self.orders["date"].max()
