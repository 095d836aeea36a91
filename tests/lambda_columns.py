"""Random columns for the LAMBDA functions that take columns: fits and tables."""

from __future__ import annotations

import random
from typing import Any

from clv_xl.cells import CellError

STRANGE = ("text", True, CellError.NA, -1.0, 0.5, None)


def fit_columns(draw: random.Random, name: str) -> tuple[Any, ...]:
    """The arguments of a fit; a third of the calls have something wrong or extreme in them."""
    if name in {"SBG_FIT", "BDW_FIT"}:
        return (_cohorts(draw),)
    columns = _spenders(draw) if name == "GG_FIT" else _histories(draw)
    rows = len(next(iter(columns.values())))
    if draw.random() < 0.3:
        columns["customers"] = [float(draw.choice([0, 1, 1, 2, 7])) for _ in range(rows)]
    _disturb(draw, list(columns.values()))
    if draw.random() < 0.15:
        for title, cells in columns.items():
            cells.insert(0, title)
    if draw.random() < 0.1:
        return tuple([cells] for cells in columns.values())
    return tuple([[cell] for cell in cells] for cells in columns.values())


def _disturb(draw: random.Random, columns: list[list[Any]]) -> None:
    """Put an empty row or a strange cell into some columns."""
    row = draw.randrange(len(columns[0]))
    kind = draw.random()
    if kind < 0.1:
        for cells in columns:
            cells[row] = None
    elif kind < 0.25:
        draw.choice(columns)[row] = draw.choice(STRANGE)


def _histories(draw: random.Random) -> dict[str, list[Any]]:
    number = draw.choice([1, 2, 12, 60, 150])
    end = draw.choice([30.0, 52.0, 400.0])
    pace = draw.choice([0.0, 0.5, 2.0, 6.0])
    stays = draw.choice([0.0, 0.5, 0.9, 1.0])
    found: dict[str, list[Any]] = {"frequency": [], "recency": [], "age": []}
    for _ in range(number):
        age = end - draw.randrange(12)
        times = 0
        chance = draw.gammavariate(0.7, pace / 0.7) if pace else 0.0
        while draw.random() < chance / (1 + chance) and times < 90:
            times += 1
        last = age if draw.random() < stays else round(draw.uniform(0.1, age), 1)
        found["frequency"].append(float(times))
        found["recency"].append(last if times else 0.0)
        found["age"].append(age)
    return found


def _spenders(draw: random.Random) -> dict[str, list[Any]]:
    number = draw.choice([1, 3, 20, 90])
    spread = draw.choice([0.0, 0.05, 0.4, 1.5])
    own = draw.choice([0.0, 0.3, 1.0])
    found: dict[str, list[Any]] = {"frequency": [], "monetary_value": []}
    for _ in range(number):
        times = draw.choice([0, 1, 1, 2, 5, 12])
        value = 40 * draw.lognormvariate(0, spread)
        if times:
            value *= sum(draw.lognormvariate(0, own) for _ in range(times)) / times
        found["frequency"].append(float(times))
        found["monetary_value"].append(value if draw.random() < 0.95 else 0.0)
    return found


def _cohorts(draw: random.Random) -> Any:
    width, height = draw.choice([1, 1, 1, 3]), draw.choice([2, 4, 7, 12])
    share = draw.choice([0.0, 0.5, 0.8, 1.0])
    growth = draw.choice([0.0, 0.02, 0.08])
    rows: list[list[Any]] = [[None] * width for _ in range(height)]
    for cohort in range(width):
        count = float(draw.choice([20, 300, 1000]))
        for period in range(height - cohort):
            rows[period][cohort] = count
            stays = min(1.0, share + growth * period) if share else 0.0
            count = float(round(count * stays))
    if draw.random() < 0.2:
        draw.choice(rows)[draw.randrange(width)] = draw.choice(STRANGE)
    if width == 1 and draw.random() < 0.2:
        rows.insert(0, ["survivors"])
    if width == 1 and draw.random() < 0.2:
        return [[row[0] for row in rows]]
    return rows
