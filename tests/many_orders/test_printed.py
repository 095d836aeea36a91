"""The statements in print: every dialect's own parser reads them."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest
import sqlglot
from click.testing import CliRunner
from simulated_orders import ORDERS

from clv_xl import RFM_SUMMARY
from clv_xl.cli import cli
from clv_xl.cli_many_orders import DIALECTS
from clv_xl.errors import ArgumentError
from clv_xl.many_orders import printed
from clv_xl.many_orders.names import DIALECTS as NAMES


def test_the_command_offers_every_dialect() -> None:
    assert set(DIALECTS) == NAMES.keys()


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("what", ["summarise", "counts", "score"])
def test_a_statement_is_read_by_its_dialect(dialect: str, what: str) -> None:
    mapping = {"customer": "Client", "order": "order no"}
    text = printed.statement(
        what, dialect, table="shop.orders", mapping=mapping, period="month",
        end_date=dt.date(2024, 12, 31),
    )  # fmt: skip
    (tree,) = sqlglot.parse(text, read=dialect, error_level=sqlglot.ErrorLevel.RAISE)
    assert tree is not None
    assert tree.ctes[0].alias == "source"
    assert not list(tree.find_all(sqlglot.exp.Placeholder))
    tables = {table.name for table in tree.find_all(sqlglot.exp.Table)}
    outside = tables - {part.alias for part in tree.ctes}
    assert outside == {"orders", *(["forecasts"] if what == "score" else [])}
    for word in ("NAME_KEY", "AS_WRITTEN", "CUSTOMER_NUMBER", "clv_xl_"):
        assert word not in text


def test_the_statement_runs_as_printed() -> None:
    text = printed.statement(
        "summarise", "duckdb", table="shop", mapping={}, period="week", end_date=None
    )
    with duckdb.connect() as connection:
        connection.register("shop", ORDERS)
        found = {row[0]: row[1:] for row in connection.sql(text).fetchall()}
    table = RFM_SUMMARY(*(ORDERS[name].tolist() for name in ("customer", "date", "amount")))[1:]
    assert found.keys() == {row[0] for row in table}
    for name, *figures in table:
        assert found[name] == pytest.approx(figures, rel=1e-12, abs=1e-12)


def test_a_column_that_is_none_of_orders_is_refused() -> None:
    with pytest.raises(ArgumentError, match="customer"):
        printed.statement(
            "counts", "spark", table="t", mapping={"town": "x"}, period="week", end_date=None
        )


def test_the_command_prints_it() -> None:
    done = CliRunner().invoke(cli, ["sql", "summarise", "--dialect", "spark", "--table", "a.b"])
    assert done.exit_code == 0
    assert "FROM a.b" in done.output
    assert done.output.startswith("-- ")
