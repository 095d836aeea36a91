"""Random columns for the LAMBDA functions that take columns: fits and tables."""

from __future__ import annotations

import random
from typing import Any

from clv_xl.cells import MISSING, CellError

STRANGE = ("text", True, CellError.NA, -1.0, 0.5, None)


def random_columns(draw: random.Random, name: str) -> tuple[Any, ...]:
    """The arguments of a function that takes columns; some have something wrong in them."""
    others = {
        "RFM_SUMMARY": _orders,
        "RFM_SCORE": _scores,
        "CLV_CASHFLOWS": _cash_flows,
        "CLV_SEGMENT": _segments,
        "CLV_CONCENTRATION": _values,
    }
    return others[name](draw) if name in others else _fit_columns(draw, name)


def _as_columns(columns: list[list[Any]]) -> tuple[Any, ...]:
    return tuple([[cell] for cell in cells] for cells in columns)


def _orders(draw: random.Random) -> tuple[Any, ...]:
    number = draw.choice([1, 2, 10, 40])
    names = ["Ann", " ann", "Bob", "bob ", 7.0, "7", "Cid-1", "Cid", "d'E", "Zoe"]
    columns: list[list[Any]] = [
        [draw.choice(names) for _ in range(number)],
        [45292.0 + draw.randrange(90) + draw.choice([0, 0.5]) for _ in range(number)],
        [round(draw.uniform(5, 90), 2) * draw.choice([1, 1, 1, 1, -1]) for _ in range(number)],
    ]
    if draw.random() < 0.4:
        columns[2] = [draw.choice([30.0, -30.0, 0.0]) for _ in range(number)]
    for _ in range(draw.choice([0, 0, 2])):
        draw.choice(columns)[draw.randrange(number)] = draw.choice(STRANGE)
    if draw.random() < 0.1:
        columns[0][0] = 1e16  # more digits than a sheet keeps
    found = _as_columns(columns)
    if draw.random() < 0.2:
        found = (*found[:2], draw.choice([MISSING, 20.0]))
    period = draw.choice([MISSING, "day", "Month", "quarter", "year", "decade"])
    return (*found, period, *draw.choice([(), (45340.0,), (45200.0,), ("x",), (45339.5,)]))


def _scores(draw: random.Random) -> tuple[Any, ...]:
    number = draw.choice([1, 3, 30])
    columns: list[list[Any]] = [
        [float(draw.randrange(400)) for _ in range(number)],
        [float(draw.choice([1, 1, 1, 2, 3, 9])) for _ in range(number)],
        [draw.uniform(5, 900) for _ in range(number)],
    ]
    _disturb(draw, columns)
    return (*_as_columns(columns), *draw.choice([(), (3.0,), (1.0,), (10.0,)]))


def _cash_flows(draw: random.Random) -> tuple[Any, ...]:
    number = draw.choice([1, 3, 12])
    columns: list[list[Any]] = [
        [draw.uniform(-20, 300) for _ in range(number)],
        [draw.choice([0.0, 0.4, 1.0, 1.2]) if draw.random() < 0.1 else draw.random()
         for _ in range(number)],
    ]  # fmt: skip
    _disturb(draw, columns)
    margins, survival = _as_columns(columns)
    given = draw.choice([survival, survival, MISSING, 0.8])
    rate = draw.choice([0.0, 0.1, 1e-9, -0.5])
    return (margins, rate, given, *draw.choice([(), (50.0,), (50.0, 1.0), (0.0, 2.0)]))


def _worth(draw: random.Random, number: int) -> list[Any]:
    kind = draw.choice(["usual", "whole", "nothing", "losses"])
    if kind == "nothing":
        return [0.0] * number
    low = -300 if kind == "losses" else 5
    found = [draw.uniform(low, 900) for _ in range(number)]
    return [float(round(value)) for value in found] if kind == "whole" else found


def _segments(draw: random.Random) -> tuple[Any, ...]:
    number = draw.choice([1, 2, 9, 40])
    names = ["Gold", " gold", "Basic", "b-c", "bc", 3.0, "3", None]
    columns: list[list[Any]] = [
        [draw.choice(names) for _ in range(number)],
        _worth(draw, number),
        [draw.choice([0.0, 90.0, draw.uniform(0, 300), None]) for _ in range(number)],
    ]
    if draw.random() < 0.2:
        columns[2] = [draw.choice([0.0, None])] * number
    _disturb(draw, columns)
    found = _as_columns(columns)
    return draw.choice([found, found, found[:2]])


def _values(draw: random.Random) -> tuple[Any, ...]:
    columns = [_worth(draw, draw.choice([1, 7, 25, 90]))]
    _disturb(draw, columns)
    return (*_as_columns(columns), *draw.choice([(), (2.0,), (4.0,), (101.0,)]))


def _fit_columns(draw: random.Random, name: str) -> tuple[Any, ...]:
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
