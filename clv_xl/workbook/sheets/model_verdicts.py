"""Formulas that state in words how reliable a model is."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from clv_xl import functions
from clv_xl.functions import FittedModel
from clv_xl.functions.verdicts import ENOUGH_REPEATERS, Verdict
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.lists import MOST
from clv_xl.workbook.sheets.purchases import SUMMARY

AS_GOOD: Final = 2
"""A log-likelihood this close to the best is as good."""


class Fitted(NamedTuple):
    """A fit on sheet Models, and the places of its figures."""

    model: FittedModel[Any]

    @property
    def title(self) -> str:
        """The model's name."""
        return self.model.title

    @property
    def prefix(self) -> str:
        """What the names of the model's functions begin with."""
        return self.model.prefix

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the model's parameters."""
        return self.model.names

    @property
    def fit(self) -> Ref:
        """The block that holds the fit."""
        return Ref(f"{self.prefix.lower()}_fit")

    @property
    def estimates(self) -> str:
        """The place of the estimates, which the other functions of the model take."""
        return self.fit.column(2, len(self.parameters))

    @property
    def likelihood(self) -> str:
        """The place of the log-likelihood."""
        return self.fit.cell(2, len(self.parameters) + 1)

    @property
    def customers(self) -> str:
        """The place of the number of customers."""
        return self.fit.cell(2, len(self.parameters) + 2)

    def estimate(self, name: str) -> str:
        """Return the place of one estimate."""
        return self.fit.cell(2, self.parameters.index(name) + 1)


PURCHASE_MODELS: Final = tuple(map(Fitted, functions.PURCHASE_MODELS.values()))
SPEND_MODEL: Final = Fitted(functions.GAMMA_GAMMA)

ASK: Final = "type =INDEX(CLV_ERRORS(),2,4) into an empty cell to read why."
_FREQUENCY, _AGE, _SPEND = (SUMMARY.column(column, MOST) for column in (2, 4, 5))
_REPEATERS: Final = f'COUNTIF({_FREQUENCY},">0")'


def purchase_reason() -> str:
    """Return the formula of why no model of purchases can be fitted, as the data show it.

    It looks at the data, not at the log, whose newest entry depends on the order of calculation.
    """
    return (
        f'IF(COUNT({_FREQUENCY})=0,"there are no orders to fit a model to; see sheet Orders.",'
        f'IF(COUNTIF({_AGE},">0")=0,"all orders are from one day; a model needs several months.",'
        f'IF({_REPEATERS}=0,"no customer has bought twice yet; use sheet Calculator with an '
        f'assumed churn rate.","your orders do not show how customers leave; {ASK}")))'
    )


def spend_reason() -> str:
    """Return the formula of why the model of spend cannot be fitted."""
    return (
        f'IF({_REPEATERS}=0,"no customer has bought twice yet; use the average order.",'
        f'IF(IFERROR(MAX({_SPEND})=AVERAGEIF({_SPEND},">0"),FALSE),"all customers spend the '
        f'same on an order; use that amount.","customers are too few or spend too unevenly; '
        f'use the average order, or {ASK}"))'
    )


def purchase_verdict(model: Fitted) -> str:
    """Return the formula of the verdict on a purchase model, one of three."""
    likelihoods = [
        f"IF(ISNUMBER({one.likelihood}),{one.likelihood},-1E+300)" for one in PURCHASE_MODELS
    ]
    best = f"MAX({','.join(likelihoods)})"
    names = "".join(
        f'IF({one.likelihood}={best},"{one.title}",' if one is not PURCHASE_MODELS[-1] else ""
        for one in PURCHASE_MODELS
    )
    winner = f'{names}"{PURCHASE_MODELS[-1].title}"' + ")" * (len(PURCHASE_MODELS) - 1)
    fits = (
        f"IF({model.likelihood}={best},"
        f'"{Verdict.RELIABLE}: no other model describes your orders better.",'
        f"IF({best}-{model.likelihood}<{AS_GOOD},"
        f'"{Verdict.RELIABLE}: describes your orders about as well as the best, "&'
        f'IFERROR({winner},"")&".",'
        f'"{Verdict.RELIABLE}, but "&IFERROR({winner},"")&" describes your orders better."))'
    )
    return _verdict(model, _REPEATERS, purchase_reason(), fits)


def spend_verdict() -> str:
    """Return the formula of the verdict on the model of spend."""
    fine = f'"{Verdict.RELIABLE}: the model describes how spend differs between customers."'
    return _verdict(SPEND_MODEL, SPEND_MODEL.customers, spend_reason(), fine)


def _verdict(model: Fitted, repeaters: str, why: str, otherwise: str) -> str:
    size = len(model.parameters)
    failed = f'"{Verdict.DO_NOT_USE}: "&{why}'
    few = (
        f'"{Verdict.CAUTION}: only "&{repeaters}&" customers have bought again; '
        f'with {ENOUGH_REPEATERS} or more the estimates become stable."'
    )
    vague = [
        f"N({model.fit.cell(3, row)})>N({model.fit.cell(2, row)})" for row in range(1, size + 1)
    ]
    subjects = list(dict.fromkeys(model.model.describes))
    subject = f'"{subjects[-1]}"'
    if len(subjects) > 1:
        early = ",".join(vague[:2])
        subject = f'IF(OR({early}),"{subjects[0]}","{subjects[1]}")'
    unsure = (
        f'"{Verdict.CAUTION}: your data say little about how customers differ in "&{subject}&'
        '" (a standard error is larger than its estimate)."'
    )
    return (
        f"=IF(NOT(ISNUMBER({model.likelihood})),{failed},"
        f"IF({repeaters}<{ENOUGH_REPEATERS},{few},"
        f"IF(OR({','.join(vague)}),{unsure},{otherwise})))"
    )
