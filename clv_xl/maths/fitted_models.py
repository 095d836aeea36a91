"""The fitted models, each declared once: its name, its parameters, where it is from.

All that is known of a model without its mathematics, which brings scipy with it: the functions, the
template, the README's tables and the tests read it from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Generic, NamedTuple, TypeVar

Parameters = TypeVar("Parameters", bound=NamedTuple)


@dataclass(frozen=True)
class FittedModel(Generic[Parameters]):
    """A model whose parameters are estimated from data; all of them are numbers above 0."""

    title: str
    prefix: str
    """What the names of its functions begin with, such as BGNBD for BGNBD_FIT; "" without any."""
    module: str
    """The module of its mathematics, in this folder."""
    published: Parameters
    """Estimates that the literature gives, for examples and tests."""
    describes: tuple[str, ...]
    """What each parameter says of customers, in plain words."""
    assumption: str
    literature: str
    durations: tuple[str, ...] = ()
    """The parameters that are counted in periods of the data."""
    whole: tuple[tuple[str, int], ...] = ()
    """The parameters that are whole numbers from 1, each with the largest one."""
    dropout_direction: tuple[float, ...] = ()
    """What a dropout effect of 1 adds to the logarithm of each parameter; () without covariates."""

    @property
    def parameters(self) -> type[Parameters]:
        """The model's NamedTuple of its parameters."""
        return type(self.published)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters, in their order."""
        return self.published._fields

    @property
    def duration_indexes(self) -> list[int]:
        """The places of `durations` among the parameters."""
        return [self.names.index(name) for name in self.durations]


class BgNbd(NamedTuple):
    """r and alpha of the purchase rates, a and b of the dropout probabilities after a purchase."""

    r: float
    alpha: float
    a: float
    b: float


class MbgNbd(NamedTuple):
    """r and alpha of the purchase rates, a and b of the dropout probabilities after a purchase."""

    r: float
    alpha: float
    a: float
    b: float


class MbgCnbd(NamedTuple):
    """r and alpha of the rates of stages, a and b of dropout, k stages between purchases."""

    r: float
    alpha: float
    a: float
    b: float
    k: float


class ParetoNbd(NamedTuple):
    """r and alpha of the purchase rates, s and beta of the dropout rates."""

    r: float
    alpha: float
    s: float
    beta: float


class Nbd(NamedTuple):
    """r and alpha of the purchase rates; customers stay."""

    r: float
    alpha: float


class GammaGamma(NamedTuple):
    """p, shape of the purchases of one customer; q and v, of the customers' rates."""

    p: float
    q: float
    v: float


class ShiftedBetaGeometric(NamedTuple):
    """alpha and beta of the beta distribution of the dropout probability at a renewal."""

    alpha: float
    beta: float


class BetaDiscreteWeibull(NamedTuple):
    """a and b of the beta distribution of dropout at the first renewal, c of how it changes."""

    a: float
    b: float
    c: float


class BetaGeometricBernoulli(NamedTuple):
    """alpha and beta of the purchase probabilities, gamma and delta of those of dropout."""

    alpha: float
    beta: float
    gamma: float
    delta: float


_BUY, _LEAVE = "how often they buy", "how likely they are to leave"

BG_NBD: Final = FittedModel(
    "BG/NBD",
    "BGNBD",
    "bg_nbd",
    BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426),
    (_BUY, _BUY, _LEAVE, _LEAVE),
    "customers may leave after each repeat purchase; customers who bought once count as active",
    "Fader, Hardie & Lee (2005), Marketing Science 24(2)",
    durations=("alpha",),
    dropout_direction=(0, 0, 1, -1),
)
MBG_NBD: Final = FittedModel(
    "MBG/NBD",
    "MBGNBD",
    "mbg_nbd",
    MbgNbd(r=0.525, alpha=6.183, a=0.891, b=1.614),
    (_BUY, _BUY, _LEAVE, _LEAVE),
    "they may leave after any purchase, including the first",
    "Batislam, Denizel & Filiztekin (2007); Hoppe & Wagner (2007)",
    durations=("alpha",),
)
MOST_STAGES: Final = 12
"""The largest k, stages between two purchases, of the MBG/CNBD-k model."""
MBG_CNBD: Final = FittedModel(
    "MBG/CNBD-k",
    "MBGCNBD",
    "mbg_cnbd",
    MbgCnbd(r=0.85, alpha=1.45, a=0.79, b=2.42, k=3),  # of the examples of BTYDplus (Platzer)
    (_BUY, _BUY, _LEAVE, _LEAVE, "how regularly they buy"),
    "as MBG/NBD, but purchases come at regular intervals: the more so, the larger k is",
    "Platzer & Reutterer (2016), Marketing Science 35(5); Reutterer, Platzer & Schroeder (2021)",
    durations=("alpha",),
    whole=(("k", MOST_STAGES),),
)
PARETO_NBD: Final = FittedModel(
    "Pareto/NBD",
    "PNBD",
    "pareto_nbd",
    ParetoNbd(r=0.553, alpha=10.578, s=0.606, beta=11.669),
    (_BUY, _BUY, _LEAVE, _LEAVE),
    "they may leave at any time, unseen",
    "Schmittlein, Morrison & Colombo (1987), Management Science 33(1)",
    durations=("alpha", "beta"),
    dropout_direction=(0, 0, 0, -1),
)
NBD: Final = FittedModel(
    "NBD",
    "",
    "nbd",
    Nbd(r=0.385, alpha=12.072),
    (_BUY, _BUY),
    "every customer stays active; they differ in how often they buy",
    "Ehrenberg (1959), Applied Statistics 8(1)",
    durations=("alpha",),
)
AVERAGE_PACE: Final = FittedModel(
    "Average pace",
    "",
    "average_pace",
    Nbd(r=1.0, alpha=31.38),
    (_BUY, _BUY),
    "customers go on at the pace of their own purchases, to which one average time between "
    "purchases is added, and count as active until they are silent for unusually long",
    "NBD with r = 1 and the average purchase rate of all customers",
    durations=("alpha",),
)
GAMMA_GAMMA: Final = FittedModel(
    "Gamma-Gamma",
    "GG",
    "gamma_gamma",
    GammaGamma(p=6.25, q=3.74, v=15.44),
    ("what they spend",) * 3,
    "spend per order, independent of the number of orders",
    "Fader, Hardie & Lee (2005), Journal of Marketing Research 42(4)",
)
SHIFTED_BETA_GEOMETRIC: Final = FittedModel(
    "sBG",
    "SBG",
    "shifted_beta_geometric",
    ShiftedBetaGeometric(alpha=0.704, beta=1.182),
    (_LEAVE, _LEAVE),
    "customers renew or leave each period, each with a probability of their own",
    "Fader & Hardie (2007), Journal of Interactive Marketing 21(1)",
)
BETA_DISCRETE_WEIBULL: Final = FittedModel(
    "BdW",
    "BDW",
    "beta_discrete_weibull",
    BetaDiscreteWeibull(a=0.259, b=1.723, c=1.584),
    (_LEAVE, _LEAVE, "how that changes with every renewal"),
    "as sBG, but each customer may become more or less likely to leave as time goes on",
    "Fader, Hardie, Liu, Davin & Steenburgh (2018), Journal of Interactive Marketing 43",
)
BETA_GEOMETRIC_BERNOULLI: Final = FittedModel(
    "BG/BB",
    "BGBB",
    "beta_geometric_bernoulli",
    BetaGeometricBernoulli(alpha=1.204, beta=0.75, gamma=0.657, delta=2.783),
    (_BUY, _BUY, _LEAVE, _LEAVE),
    "customers buy or not at each occasion, and may leave before any of them",
    "Fader, Hardie & Shang (2010), Marketing Science 29(6)",
)

PURCHASE_MODELS: Final[dict[str, FittedModel[Any]]] = {
    model.title: model for model in (BG_NBD, MBG_NBD, PARETO_NBD)
}
"""The models of when customers buy and drop out, by their titles."""
FORECAST_MODELS: Final[dict[str, FittedModel[Any]]] = {
    **PURCHASE_MODELS,
    **{model.title: model for model in (NBD, AVERAGE_PACE, MBG_CNBD)},
}
"""The models of when customers buy: those without dropout, and that of regular customers, last."""
AUTOMATIC: Final = "Automatic"
"""The choice of the model that the orders support best."""
