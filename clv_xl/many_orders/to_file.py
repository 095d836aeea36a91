"""The scores of the customers in files of orders, written to a file in one step."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from clv_xl.errors import FileError
from clv_xl.many_orders import columns, histories, reading, scoring
from clv_xl.many_orders.columns import Kind
from clv_xl.many_orders.duck import DuckDB
from clv_xl.many_orders.statements import Filling, sqlglot, summary
from clv_xl.maths.fitted_models import AUTOMATIC
from clv_xl.package import lock, replace_file

if TYPE_CHECKING:
    from clv_xl.many_orders.engine import Engine

STEPS: Final = (*histories.STEPS, *scoring.STEPS)
ENGINES: Final = ("duckdb", "spark")
_AT_ONCE: Final = 2**22


@dataclass(frozen=True)
class Orders:
    """Where the orders are, and how they are read."""

    source: str
    table: str = ""
    mapping: Mapping[str, str] | None = None
    how: reading.Reading = field(default_factory=reading.Reading)
    period: str = "week"
    end_date: dt.date | None = None


@dataclass(frozen=True)
class Room:
    """What the work may take: bytes of memory (0 for most of it), and a folder for the rest."""

    memory: int = 0
    folder: Path | None = None


@dataclass(frozen=True)
class Written:
    """What was written, in sentences."""

    path: Path
    sentences: tuple[str, ...]
    caveats: tuple[str, ...]


def score(
    orders: Orders,
    target: str | os.PathLike[str],
    settings: scoring.Settings,
    *,
    room: Room | None = None,
    engine: str = ENGINES[0],
    progress: Callable[[str], None] = lambda _: None,
) -> Written:
    """Write all columns of CLV_PREDICT for every customer.

    Parameters
    ----------
    orders : Orders
    target : path
        .parquet or .csv; an existing file is replaced once the new one is whole.
    settings : Settings
    room : Room, optional
    engine : str, one of `ENGINES`
    progress : callable
        Told each of `STEPS` as it begins.

    Raises
    ------
    ClvError
        The orders cannot be read or modelled, or the file cannot be written; it is as it was.
    """

    def work(own: Engine, prepared: histories.Prepared) -> Made:
        scores = scoring.score(own, prepared, settings, progress)
        progress(scoring.STEPS[-1])
        done = f"{scores.customers:,} customers, who have {scores.histories:,} different histories."
        return Made(scores.query, done, scores.caveats)

    with_test = settings.model == AUTOMATIC
    return _write(orders, Path(target), work, with_test, room or Room(), engine, progress)


def summarise(
    orders: Orders,
    target: str | os.PathLike[str],
    *,
    room: Room | None = None,
    engine: str = ENGINES[0],
    progress: Callable[[str], None] = lambda _: None,
) -> Written:
    """Write the columns of RFM_SUMMARY for every customer; see `score`."""

    def work(_own: Engine, prepared: histories.Prepared) -> Made:
        progress(scoring.STEPS[-1])
        return Made(summary(prepared.filling), "one row per customer.", ())

    return _write(orders, Path(target), work, False, room or Room(), engine, progress)


class Made(NamedTuple):
    """A query to be written, and what is to be said of it."""

    query: Any
    done: str
    caveats: tuple[str, ...]


def _write(
    orders: Orders,
    path: Path,
    work: Callable[[Engine, histories.Prepared], Made],
    with_test: bool,
    room: Room,
    engine: str,
    progress: Callable[[str], None],
) -> Written:
    """Write what a query gives to a file, in one step."""
    suffix = path.suffix.lower()
    if suffix not in {".parquet", ".csv"}:
        raise FileError("The result is written as .parquet or .csv; name the file so")
    if not path.parent.is_dir():
        raise FileError(f"The folder for {path.name} does not exist; make it first")
    with lock(path), tempfile.TemporaryDirectory(prefix="clv_xl-", dir=room.folder) as folder:
        made = Path(folder) / f"result{suffix}"
        with closing(_engine(engine, Path(folder), room.memory)) as own:
            prepared = prepare(own, orders, Path(folder), with_test, progress=progress)
            found = work(own, prepared)
            own.write(found.query, made)
        replace_file(path, _chunks(made), size=made.stat().st_size)
    sentences = prepared.sentence(), f"{path.name}: {found.done}"
    return Written(path, sentences, found.caveats)


def prepare(
    engine: Engine,
    orders: Orders,
    folder: Path,
    with_test: bool,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> histories.Prepared:
    """Make the tables `histories` and `names` of an engine from files of orders."""
    table = engine.table_of(orders.source, orders.table, folder)
    kinds = engine.describe(sqlglot().exp.select("*").from_(table))
    found = columns.find(list(kinds), orders.mapping or {})
    source = reading.source(engine, table, kinds, found, orders.how)
    filling = Filling(engine.dialect, engine.names, orders.period, orders.end_date)
    if "order" in found:
        filling = replace(filling, order_number=Kind.TEXT)
    return histories.prepare(engine, source, filling, with_test=with_test, progress=progress)


def _engine(name: str, folder: Path, memory: int) -> Any:
    if name == "spark":
        from clv_xl.many_orders.spark import Spark

        return Spark(folder, memory)
    return DuckDB(folder, memory)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(_AT_ONCE):
            yield part
