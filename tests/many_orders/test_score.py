"""The scores of every customer: those of CLV_PREDICT, from files of every kind, or no file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from simulated_orders import ORDERS

import clv_xl
from clv_xl.cli import cli
from clv_xl.errors import ArgumentError, ClvError, FileError, NoAnswerError
from clv_xl.many_orders import reading, scoring, to_file
from clv_xl.many_orders.to_file import Orders

COLUMNS = ("customer", "date", "amount")
FORECAST = {"gross_margin": 0.45, "discount_rate": 0.1}


def scores(folder: Path, orders: Orders, **settings: Any) -> pd.DataFrame:
    target = folder / "scores" / "scores.parquet"
    target.parent.mkdir(exist_ok=True)
    to_file.score(orders, target, scoring.Settings(**{**FORECAST, **settings}))
    return pd.read_parquet(target).set_index("customer").sort_index()


def by_formula(frame: pd.DataFrame, model: str = "Automatic", period: str = "week") -> pd.DataFrame:
    columns = (frame[name].tolist() for name in ("customer", "date", "amount"))
    table = clv_xl.CLV_PREDICT(*columns, 52, period, 0.45, 0.1, None, model)
    found = table.frame("pandas").set_index("customer").sort_index()
    return found.rename(columns={"last purchase": "last_purchase"})


def assert_equal(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    assert list(found) == list(expected)
    assert found.index.tolist() == expected.index.tolist()
    for name in expected:
        one, other = found[name], expected[name]
        if name in {"last_purchase", "next_purchase"}:
            assert [str(day) for day in one] == [str(day)[:10] for day in other]
        else:
            np.testing.assert_allclose(one.astype(float), other.astype(float), rtol=1e-9)


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    path = tmp_path / "orders.parquet"
    ORDERS.to_parquet(path)
    return path


@pytest.mark.parametrize("model", ["Automatic", "BG/NBD", "MBG/CNBD-k", "Average pace"])
def test_every_column_of_clv_predict(tmp_path: Path, parquet: Path, model: str) -> None:
    found = scores(tmp_path, Orders(str(parquet)), model=model)
    assert_equal(found, by_formula(ORDERS, model))


def test_automatic_takes_the_average_order_where_spend_cannot_be_modelled(tmp_path: Path) -> None:
    orders = ORDERS.assign(amount=20.0)
    orders.loc[3, "amount"] = 30.0
    orders.to_parquet(tmp_path / "orders.parquet")
    found = scores(tmp_path, Orders(str(tmp_path / "orders.parquet"), period="month"))
    assert_equal(found, by_formula(orders, period="month"))


def test_without_a_model_of_spend_a_named_model_gives_no_value(tmp_path: Path) -> None:
    ORDERS.assign(amount=20.0).to_parquet(tmp_path / "orders.parquet")
    found = scores(tmp_path, Orders(str(tmp_path / "orders.parquet")), model="BG/NBD")
    assert found["clv"].isna().all()
    assert found["p_alive"].notna().all()


def test_files_of_every_kind(tmp_path: Path, parquet: Path) -> None:
    expected = scores(tmp_path, Orders(str(parquet)), model="BG/NBD")
    german = ORDERS.rename(columns={"customer": "Kunde", "date": "Datum", "amount": "Betrag"})
    german["Datum"] = pd.to_datetime(german["Datum"]).dt.strftime("%d.%m.%Y")
    german["Extra"] = "x"
    (tmp_path / "folder").mkdir()
    half = len(german) // 2
    for part, rows in enumerate((german[:half], german[half:])):
        rows.to_csv(tmp_path / "folder" / f"{part}.csv", index=False, sep=";", decimal=",")
    with sqlite3.connect(tmp_path / "shop.db") as database:
        ORDERS.assign(date=ORDERS["date"].astype(str)).to_sql("orders", database, index=False)
    database.close()
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as own:
        own.register("rows", ORDERS)
        own.execute("CREATE TABLE orders AS SELECT * FROM rows")
    sources = [
        ("folder", ""),
        ("folder/*.csv", ""),
        ("shop.db", "orders"),
        ("shop.duckdb", "orders"),
    ]
    for name, table in sources:
        found = scores(tmp_path, Orders(str(tmp_path / name), table), model="BG/NBD")
        assert_equal(found, expected)


def test_rows_left_out_are_counted_and_scores_can_be_text(tmp_path: Path) -> None:
    path, target = tmp_path / "orders.csv", tmp_path / "scores.csv"
    text = ORDERS.astype(str).to_csv(index=False)
    path.write_text(text + "Ann,2024-13-45,5\n,2024-01-01,5\nAnn,2024-01-01,much\n")
    done = to_file.score(Orders(str(path)), target, scoring.Settings())
    assert done.sentences[0].startswith(f"{len(ORDERS) + 3:,} rows of orders read; 3 of them are")
    assert set(pd.read_csv(target)["customer"]) == set(ORDERS["customer"])


@pytest.mark.parametrize(
    ("name", "content", "options", "kind", "sentence"),
    [
        ("none.csv", None, {}, FileError, "does not exist"),
        ("book.xlsx", b"PK", {}, FileError, "refresh"),
        ("orders.parquet", b"PAR1 broken", {}, FileError, "damaged"),
        ("orders.csv", b"a,b\n1,2\n", {}, ArgumentError, "customer"),
        ("orders.csv", b"customer,date,amount\n", {}, NoAnswerError, "No row"),
        ("orders.csv", b"customer,date,amount\nAnn,x,5\n", {}, NoAnswerError, "No row"),
        ("orders.csv", b"customer,date,amount\nA,2024-01-01,x\n", {}, ArgumentError, "numbers"),
        ("orders.csv", b"customer,date,amount\n", {"table": "t"}, ArgumentError, "--table"),
        ("orders.csv", b"customer,date,amount\nA,2024-01-01,-5\n", {}, NoAnswerError, "Nobody"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_sentence_and_the_file_stays(
    tmp_path: Path, name: str, content: bytes | None, options: Any, kind: type, sentence: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    target = tmp_path / "scores.parquet"
    target.write_bytes(b"before")
    with pytest.raises(kind, match=sentence) as raised:
        to_file.score(Orders(str(tmp_path / name), **options), target, scoring.Settings())
    assert isinstance(raised.value, ClvError)
    assert target.read_bytes() == b"before"
    assert {path.name for path in tmp_path.iterdir()} <= {name, "scores.parquet"}


def test_the_commands_write_histories_and_scores(tmp_path: Path, parquet: Path) -> None:
    target = tmp_path / "customers.csv"
    done = CliRunner().invoke(
        cli, ["summarise", str(parquet), "--to", str(target), "--period", "day", "--memory", "1GB"]
    )
    assert done.exit_code == 0, done.output
    table = clv_xl.RFM_SUMMARY(*(ORDERS[name].tolist() for name in COLUMNS), "day")
    found = {name: row for name, *row in pd.read_csv(target).itertuples(index=False)}
    assert found.keys() == {row[0] for row in table[1:]}
    for name, *figures in table[1:]:
        assert found[name] == pytest.approx(figures, rel=1e-12, abs=1e-12)
    command = ["score", str(parquet), "--to", str(tmp_path / "s.csv"), "--model", "BG/NBD"]
    done = CliRunner().invoke(cli, command)
    assert done.exit_code == 0, done.output
    assert f"s.csv: {len(table) - 1:,} customers" in done.output


@pytest.mark.parametrize("option", [["--memory", "much"], ["--end-date", "soon"], ["--map", "x"]])
def test_an_option_that_cannot_be_read_is_refused(parquet: Path, option: list[str]) -> None:
    done = CliRunner().invoke(cli, ["score", str(parquet), "--to", "s.csv", *option])
    assert done.exit_code == 2


def test_the_time_zone_decides_the_day(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "customer": ["Ann", "Bob"],
            "date": pd.to_datetime(["2024-01-01 23:30", "2024-02-01 12:00"]).tz_localize("UTC"),
            "amount": [5.0, 6.0],
        }
    )
    frame.to_parquet(tmp_path / "orders.parquet")
    how = reading.Reading(time_zone="Europe/Berlin")
    orders = Orders(str(tmp_path / "orders.parquet"), how=how)
    found = scores(tmp_path, orders, model="Average pace")
    assert found.loc["Ann", "last_purchase"].isoformat() == "2024-01-02"


def test_nothing_heavy_is_loaded_with_the_package_or_the_command_line() -> None:
    code = (
        "import sys, clv_xl, clv_xl.cli; "
        "print(*(name for name in ('duckdb', 'sqlglot', 'numpy') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
