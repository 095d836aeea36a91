"""The figures of sheet Calculator that its blocks share."""

from __future__ import annotations

from typing import Final

INPUTS: Final = (
    ("Churn per month", "Calc_churn"),
    ("Lifespan (months)", "Calc_lifespan"),
    ("Median invoice", "Calc_invoice"),
    ("New customers per month", "Calc_customers"),
    ("Marketing per month", "Calc_spend"),
    ("Invoices per month", "Calc_invoices"),
    ("Gross margin", "Calc_margin"),
    ("Fixed cost per month", "Calc_overhead"),
    ("Target churn", "Calc_new_churn"),
)
"""Label and name of the arguments of CLV_CALCULATOR in order, and a churn rate to compare with."""
NAMES: Final = tuple(name for _, name in INPUTS)
FILLED: Final = f"COUNT({','.join(NAMES)})={len(NAMES)}"
CAC: Final = "CAC(Calc_spend,Calc_customers)"
DISCOUNT: Final = "DISCOUNT_PER_PERIOD(Discount_rate,12)"
"""The discount rate of a month."""
