"""Published and computed figures, for the README: `python tests/models_table.py README.md`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

from clv_xl import (
    BDW_CLV,
    BDW_FIT,
    BDW_SURVIVAL,
    BGBB_ALIVE,
    BGBB_FIT,
    BGNBD_FIT,
    BGNBD_PURCHASES,
    GG_FIT,
    GG_SPEND,
    MBGNBD_FIT,
    PNBD_FIT,
    RFM_SUMMARY,
    SBG_CLV,
    SBG_FIT,
)
from clv_xl.maths.fitted_models import (
    BETA_DISCRETE_WEIBULL,
    BETA_GEOMETRIC_BERNOULLI,
    BG_NBD,
    GAMMA_GAMMA,
    MBG_NBD,
    PARETO_NBD,
    SHIFTED_BETA_GEOMETRIC,
    FittedModel,
)

DATA = Path(__file__).parent / "data"
MARKS = "<!-- models -->\n", "<!-- /models -->"
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]


def _fit(rows: list[list[object]], digits: int) -> str:
    numbers = [float(row[1]) for row in rows[1:-2]]  # type: ignore[arg-type]
    shown = " ".join(f"{number:.{digits}f}" for number in numbers)
    return f"{shown}; {rows[-2][1]:.1f}"


def _estimates(model: FittedModel[Any], data: str, *, printed: bool = True) -> str:
    likelihood = "log-likelihood" if printed else "(log-likelihood)"
    return f"{model.title}, {data}: {', '.join(model.names)}; {likelihood}"


def table() -> str:
    """Return the table, its last column computed here."""
    orders = [line.split() for line in (DATA / "CDNOW_sample.txt").read_text().splitlines()]
    summary = RFM_SUMMARY(
        [row[1] for row in orders],
        [dt.datetime.strptime(row[2], "%Y%m%d").date() for row in orders],
        [float(row[4]) for row in orders],
        "week",
        dt.date(1997, 9, 30),
    )
    _, x, t_x, age, money, _ = (list(column) for column in zip(*summary[1:], strict=True))
    donors = [line.split(",") for line in (DATA / "donations.csv").read_text().splitlines()]
    title, *rows = donors
    by_name = {name: [float(row[at]) for row in rows] for at, name in enumerate(title)}
    bgbb = BGBB_FIT(*(by_name[name] for name in DONATIONS))
    bgnbd, gg = BGNBD_FIT(x, t_x, age), GG_FIT(x, money)
    spend = GG_SPEND(gg, x[:3], money[:3])
    new = BGNBD_PURCHASES(bgnbd, [1, 3, 32, 78])
    alive = BGBB_ALIVE(list(BETA_GEOMETRIC_BERNOULLI.published), [0, 2, 6], [0, 4, 6], 6)
    residual = 1.1 * SBG_CLV([3.80, 15.20], 1, 0.1, [0, 1, 2, 3, 4])
    high_end = BDW_FIT(HIGH_END[:5])
    lines = [
        (
            _estimates(BG_NBD, "CDNOW"),
            ".243 4.414 .793 2.426; -9582.4",
            _fit(bgnbd, 3),
        ),
        (
            "BG/NBD: purchases of a new customer by week 1, 3, 32, 78",
            ".0532 .1506 1.0437 1.8576",
            _list(new, 4),
        ),
        (
            _estimates(MBG_NBD, "CDNOW"),
            ".525 6.183 .891 1.614; (-9582.1)",
            _fit(MBGNBD_FIT(x, t_x, age), 3),
        ),
        (
            _estimates(PARETO_NBD, "CDNOW"),
            ".553 10.578 .606 11.669; -9595.0",
            _fit(PNBD_FIT(x, t_x, age), 3),
        ),
        (
            _estimates(GAMMA_GAMMA, "CDNOW", printed=False),
            "6.25 3.74 15.44; (-4055.9)",
            _fit(gg, 2),
        ),
        ("Gamma-Gamma: spend of the first three customers", "24.65 18.91 35.17", _list(spend, 2)),
        (
            _estimates(BETA_GEOMETRIC_BERNOULLI, "donations"),
            "1.204 .750 .657 2.783; -33225.6",
            _fit(bgbb, 3),
        ),
        ("BG/BB: P(alive next) of (0,0), (2,4), (6,6)", ".11 .59 .93", _list(alive, 2)),
        (
            _estimates(SHIFTED_BETA_GEOMETRIC, "Regular", printed=False),
            ".704 1.182; (-1680.3)",
            _fit(SBG_FIT(REGULAR), 3),
        ),
        (
            _estimates(SHIFTED_BETA_GEOMETRIC, "High End", printed=False),
            ".668 3.806; (-1611.2)",
            _fit(SBG_FIT(HIGH_END), 3),
        ),
        (
            "sBG: discounted residual lifetime, 1 to 5 renewals",
            "3.31 3.45 3.59 3.72 3.84",
            _list(residual, 2),
        ),
        (
            _estimates(BETA_DISCRETE_WEIBULL, "Regular, four years", printed=False),
            "(.523 .894 1.196; -1401.4)",
            _fit(BDW_FIT(REGULAR[:5]), 3),
        ),
        (
            _estimates(BETA_DISCRETE_WEIBULL, "High End, four years", printed=False),
            "(.259 1.723 1.584; -1222.7)",
            _fit(high_end, 3),
        ),
        (
            "BdW, High End: payments at 10 %, the first now; customers left after 12 years",
            "(5.994); 39.4 % (actual)",
            f"{BDW_CLV(high_end, 1, 0.1, 0, 1):.3f}; {BDW_SURVIVAL(high_end, 12):.1%}".replace(
                "%", " %"
            ),
        ),
    ]
    rows_ = [f"| {what} | {published} | {computed} |" for what, published, computed in lines]
    return "\n".join(["| figure | published | computed |", "|---|---|---|", *rows_])


DONATIONS = ("frequency", "recency", "periods", "weights")


def _list(numbers: object, digits: int) -> str:
    return " ".join(f"{number:.{digits}f}" for number in numbers)  # type: ignore[attr-defined]


def fill(path: Path) -> None:
    """Write the table between its markers."""
    before, rest = path.read_text("utf-8").split(MARKS[0], 1)
    after = rest.split(MARKS[1], 1)[1]
    path.write_text(f"{before}{MARKS[0]}{table()}\n{MARKS[1]}{after}", "utf-8")


if __name__ == "__main__":
    fill(Path(sys.argv[1]))
