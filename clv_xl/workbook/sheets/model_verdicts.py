"""Formulas that state in words how reliable a model is."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from clv_xl import functions
from clv_xl.functions import FittedModel
from clv_xl.functions.verdicts import ENOUGH_REPEATERS, Verdict
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.lists import MOST
from clv_xl.workbook.sheets.purchases import SUMMARY


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

MODELS: Final = Ref("models")
"""The table of CLV_MODELS: each model with its sentence, the one to take first."""
VERDICTS: Final = Ref("model_verdicts")
"""The model to take and the model of spend, each with its sentence."""
_LISTED: Final = len(functions.FORECAST_MODELS)
_FREQUENCY, _AGE, _SPEND = (SUMMARY.column(column, MOST) for column in (2, 4, 5))
_REPEATERS: Final = f'COUNTIF({_FREQUENCY},">0")'


def purchase_reason() -> str:
    """Return the formula of why there is no forecast where no function can say it."""
    return (
        'IF(COUNTA(Orders[customer])=0,"there are no orders yet; paste yours into sheet Orders.",'
        'IF(COUNTA(Orders[amount])=0,"your orders have no amounts; fill in column amount of sheet '
        'Orders.",'
        f'IF(COUNT({_FREQUENCY})=0,"your orders cannot be read; see sheet Orders check.",'
        '"this model cannot be fitted to your orders; choose Automatic on sheet Settings.")))'
    )


def spend_reason() -> str:
    """Return the formula of why the model of spend cannot be fitted."""
    return (
        f"IF(COUNT({_FREQUENCY})=0,{purchase_reason()},"
        f'IF({_REPEATERS}=0,"no customer has bought twice yet; use the average order.",'
        f'IF(IFERROR(MAX({_SPEND})=AVERAGEIF({_SPEND},">0"),FALSE),"all customers spend the '
        f'same on an order; use that amount.","customers are too few or spend too unevenly; '
        f'use the average order, as model Automatic does.")))'
    )


def chosen_model() -> str:
    """Return the formula of the model that Automatic takes, blank where there is none."""
    return f'IF({MODELS.cell(2, 1)}="","",{MODELS.cell(1, 1)})'


def chosen_verdict() -> str:
    """Return the formula of the sentence on the model that Automatic takes."""
    said = MODELS.cell(4, 1)
    return f'=IF({said}="","{Verdict.DO_NOT_USE}: "&{purchase_reason()},{said})'


def verdict_of_settings() -> str:
    """Return the formula of the sentence on the model of sheet Settings, blank without orders."""
    titles, said = MODELS.column(1, _LISTED), MODELS.column(4, _LISTED)
    # Of customers who do not buy regularly it is the MBG/NBD model, and listed as that.
    model = (
        f'IF(AND(Model="{functions.MBG_CNBD.title}",COUNTIF({titles},Model)=0),'
        f'"{functions.MBG_NBD.title}",Model)'
    )
    return f"IFERROR(INDEX({said},MATCH({model},{titles},0)),{MODELS.cell(4, 1)})"


def spend_verdict() -> str:
    """Return the formula of the verdict on the model of spend."""
    size = len(SPEND_MODEL.parameters)
    failed = f'"{Verdict.DO_NOT_USE}: "&{spend_reason()}'
    few = (
        f'"{Verdict.CAUTION}: only "&{SPEND_MODEL.customers}&" customers have bought again; '
        f'with {ENOUGH_REPEATERS} or more the estimates become stable."'
    )
    vague = ",".join(
        f"N({SPEND_MODEL.fit.cell(3, row)})>N({SPEND_MODEL.fit.cell(2, row)})"
        for row in range(1, size + 1)
    )
    unsure = (
        f'"{Verdict.CAUTION}: your data say little about how customers differ in '
        f'{SPEND_MODEL.model.describes[0]} (a standard error is larger than its estimate)."'
    )
    fine = f'"{Verdict.RELIABLE}: the model describes how spend differs between customers."'
    return (
        f"=IF(NOT(ISNUMBER({SPEND_MODEL.likelihood})),{failed},"
        f"IF({SPEND_MODEL.customers}<{ENOUGH_REPEATERS},{few},"
        f"IF(OR({vague}),{unsure},{fine})))"
    )
