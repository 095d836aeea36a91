"""The commands for orders beyond a sheet: summarise, score and sql."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from clv_xl import terminal
from clv_xl.cli_options import FILE

DIALECTS = (
    *("bigquery", "clickhouse", "databricks", "duckdb", "postgres", "redshift", "snowflake"),
    *("spark", "trino"),
)
_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


def _bytes(_context: Any, _option: Any, value: str) -> int:
    """Return an amount of memory, such as 4GB, in bytes."""
    found = re.fullmatch(r"([0-9.]+) ?([KMGT]?)i?B?", value.strip(), re.IGNORECASE)
    if found is None:
        raise click.BadParameter("must be an amount such as 4GB or 800MB")
    return int(float(found[1]) * _UNITS[found[2].upper()])


def _day(_context: Any, _option: Any, value: str | None) -> dt.date | None:
    """Return a day, such as 2024-12-31."""
    try:
        return None if value is None else dt.date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("must be a date such as 2024-12-31") from None


_ENGINE = click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True
)
_PERIODS = click.Choice(["day", "week", "month", "quarter", "year"])
_MAP = click.option(
    "--map", "pairs", multiple=True, metavar="HEADING=COLUMN", help="Such as customer=Klient."
)
_PERIOD = click.option("--period", type=_PERIODS, default="week", show_default=True)
_END = click.option(
    "--end-date", callback=_day, help="The last day; by default that of the last order."
)


def _orders(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say how orders are read."""
    for option in (
        click.option(
            "--temp",
            type=click.Path(path_type=Path, file_okay=False, exists=True),
            help="The folder for what memory does not hold.",
        ),
        click.option("--memory", callback=_bytes, default="0", help="The most to use, as 4GB."),
        _END,
        _PERIOD,
        click.option("--time-zone", default="UTC", help="Where days begin, for times with a zone."),
        click.option(
            "--dates",
            type=click.Choice(["DMY", "MDY", "YMD"], case_sensitive=False),
            help="The order of day, month and year in dates that are text.",
        ),
        click.option(
            "--decimal", type=click.Choice([",", "."]), help="The decimal mark in text amounts."
        ),
        _MAP,
        click.option("--table", default="", help="The table of a DuckDB or SQLite file."),
    ):
        command = option(command)
    return command


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    if any("=" not in pair for pair in pairs):
        raise click.UsageError("--map needs HEADING=COLUMN, such as customer=Klient")
    return dict(pair.split("=", 1) for pair in pairs)


@click.command()
@click.argument("source")
@click.option("--to", "target", type=FILE, required=True, help="The .parquet or .csv to write.")
@click.option("--horizon", type=click.IntRange(1), default=52, show_default=True, help="Periods.")
@click.option("--gross-margin", type=click.FloatRange(0, 1), default=1.0, show_default=True)
@click.option("--discount-rate", type=click.FloatRange(0), default=0.0, help="Per year, as 0.1.")
@click.option("--model", default="Automatic", show_default=True, help="As CLV_PREDICT takes it.")
@click.option(
    "--interval",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.9,
    show_default=True,
)
@_ENGINE
@_orders
def score(
    source: str, target: Path, engine: str, memory: int, temp: Path | None, **options: Any
) -> None:
    """Write what CLV_PREDICT gives for every customer, for orders beyond a sheet.

    SOURCE is a CSV or Parquet file, a folder or pattern of such files, or a DuckDB or SQLite file
    with --table. Orders larger than memory are worked on in a temporary folder (--temp).

    Example: clv-xl score "orders/*.parquet" --to scores.parquet --gross-margin 0.45
    """
    from clv_xl.many_orders import scoring, to_file

    names = ("horizon", "gross_margin", "discount_rate", "model", "interval")
    settings = scoring.Settings(**{name: options.pop(name) for name in names})
    with terminal.bar(len(to_file.STEPS)) as advance:
        done = to_file.score(
            _source(source, **options),
            target,
            settings,
            room=to_file.Room(memory, temp),
            engine=engine,
            progress=advance,
        )
    _tell(done)


@click.command()
@click.argument("source")
@click.option("--to", "target", type=FILE, required=True, help="The .parquet or .csv to write.")
@_ENGINE
@_orders
def summarise(
    source: str, target: Path, engine: str, memory: int, temp: Path | None, **options: Any
) -> None:
    """Write what RFM_SUMMARY gives for every customer, for orders beyond a sheet.

    SOURCE is what clv-xl score takes.

    Example: clv-xl summarise orders.csv --to customers.parquet
    """
    from clv_xl.many_orders import histories, to_file

    with terminal.bar(len(histories.STEPS) + 1) as advance:
        done = to_file.summarise(
            _source(source, **options),
            target,
            room=to_file.Room(memory, temp),
            engine=engine,
            progress=advance,
        )
    _tell(done)


def _source(source: str, **options: Any) -> Any:
    """Return where the orders are, and how they are read."""
    from clv_xl.many_orders import reading, to_file

    dates, decimal = (options["dates"] or "").lower(), options["decimal"] or ""
    return to_file.Orders(
        source,
        options["table"],
        _mapping(options["pairs"]),
        reading.Reading(decimal, dates, options["time_zone"]),
        options["period"],
        options["end_date"],
    )


def _tell(done: Any) -> None:
    """Write what was done, and what is to be treated with care."""
    for sentence in done.sentences:
        terminal.write_line(sentence)
    for caveat in done.caveats:
        terminal.write_line(caveat, err=True)


@click.command()
@click.argument("what", type=click.Choice(["summarise", "counts", "score"]))
@click.option("--dialect", required=True, type=click.Choice(DIALECTS))
@click.option("--table", default="orders", show_default=True, help="The table of orders.")
@_MAP
@_PERIOD
@_END
def sql(what: str, dialect: str, table: str, pairs: tuple[str, ...], **options: Any) -> None:
    """Print the SQL by which your own database adds up orders, in its dialect.

    summarise gives the columns of RFM_SUMMARY, counts the customers with equal histories. score
    joins each customer with a table named forecasts (one row per distinct history), which clv-xl
    does not write yet.

    Example: clv-xl sql summarise --dialect bigquery --table shop.orders --map customer=client_id
    """
    from clv_xl.many_orders import printed

    terminal.write_lines(
        printed.statement(what, dialect, table=table, mapping=_mapping(pairs), **options)
    )
