"""Models of what customers spend on a purchase: the Gamma-Gamma model."""

from __future__ import annotations

from clv_xl.errors import ArgumentError, DomainError
from clv_xl.functions import vocabulary as v
from clv_xl.functions.spec import MONEY, Estimates, spreadsheet_function
from clv_xl.maths import fits
from clv_xl.maths.arrays import Floats
from clv_xl.maths.fitted_models import GAMMA_GAMMA, GammaGamma
from clv_xl.maths.likelihood import Fit

_UNEVEN = DomainError(
    "Spend is so uneven with these parameters that its mean is infinite (q is 1 or less); use the "
    "observed mean",
    argument="parameters",
)


@spreadsheet_function(
    category="Models",
    result=Estimates(GAMMA_GAMMA.names),
    columns=["frequency", "monetary_value", "customers"],
    examples={
        "=ROUND(INDEX(GG_FIT({1;1;1;1;8;8;8;8}, {10;60;25;90;15;70;30;40}), 2, 2), 3)": 2.453,
        "=INDEX(GG_FIT({1;1;1;1;8;8;8;8}, {10;60;25;90;15;70;30;40}, {2;2;2;2;1;1;1;1}), 6, 2)": 12,
    },
    see_also=["GG_SPEND", "RFM_SUMMARY"],
    source=GAMMA_GAMMA.literature,
)
def GG_FIT(
    frequency: v.Frequency, monetary_value: v.MonetaryValue, customers: v.HowMany | None = None
) -> Fit[GammaGamma]:
    """Fits the gamma-gamma model of spend per purchase: p, q, v, with standard errors.

    Customers without a repeat purchase are left out; the last row counts those who remain. With
    customers, each row stands for that many of them.
    """
    return fits.fit(GAMMA_GAMMA, frequency, monetary_value, customers)


@spreadsheet_function(
    category="Models",
    result=MONEY,
    examples={
        "=GG_SPEND({6.25,3.74,15.44}, 2, 22.35)": 24.66371391,
        "=GG_SPEND({6.25,3.74,15.44})": 35.2189781,
    },
    see_also=["GG_FIT"],
    source=GAMMA_GAMMA.literature,
    undefined=_UNEVEN,
)
def GG_SPEND(
    parameters: v.GammaGammaParameters,
    frequency: v.Frequency | None = None,
    monetary_value: v.MonetaryValue | None = None,
) -> Floats:
    """Expected value of a customer's purchases: between their own mean and that of all customers.

    Without frequency and monetary_value, that of a new customer.
    """
    from clv_xl.maths import gamma_gamma

    if frequency is None and monetary_value is None:
        return gamma_gamma.expected_spend_new(parameters)
    if frequency is None or monetary_value is None:
        raise ArgumentError("frequency and monetary_value go together; give both or neither")
    return gamma_gamma.expected_spend(parameters, frequency, monetary_value)
