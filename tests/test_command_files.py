"""The files of every command: only regular ones, and the last versions kept if asked."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.worksheet.table import Table

from clv_xl.cli import cli
from clv_xl.errors import FileError


def test_recalc_and_refresh_keep_the_last_versions_if_asked(tmp_path: Path) -> None:
    book, source = tmp_path / "book.xlsx", tmp_path / "orders.csv"
    made = openpyxl.Workbook()
    for title, headings in {"Orders": "customer date amount", "Customers": "customer"}.items():
        sheet = made.create_sheet(title)
        sheet.append(headings.split())
        sheet.append(["Ann", datetime(2025, 1, 1), 5][: len(headings.split())])
        place = f"A1:{'C' if title == 'Orders' else 'A'}2"
        sheet.add_table(Table(displayName=title, ref=place))
    made["Orders"]["E1"] = "=CLV(C2,1,1)"
    made.save(book)
    first = book.read_bytes()
    source.write_text("customer;date;amount\nBen;2025-02-01;7\n")
    runner = CliRunner()
    assert runner.invoke(cli, ["recalc", str(book), "--backup"]).exit_code == 0
    second = book.read_bytes()
    words = ["refresh", str(book), "--orders", str(source), "--add", "--backup"]
    assert runner.invoke(cli, words).exit_code == 0
    copies = [tmp_path / f"book.backup-{number}.xlsx" for number in (1, 2, 3)]
    assert [copy.read_bytes() for copy in copies[:2]] == [second, first]
    assert not copies[2].exists()
    for command in ("recalc", "refresh"):
        assert "NAME.backup-1.xlsx" in runner.invoke(cli, [command, "--help"]).output
    refused = runner.invoke(cli, ["recalc", str(book), "--out", "other.xlsx", "--backup"])
    assert (refused.exit_code, "no version to back up" in refused.output) == (2, True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")
@pytest.mark.parametrize(
    "words",
    [
        ["eval", "=1", "--workbook", "X"],
        ["recalc", "X"],
        ["recalc", "BOOK", "--out", "X"],
        ["share", "X", "--out", "out.xlsx"],
        ["share", "BOOK", "--out", "X"],
        ["refresh", "X", "--orders", "BOOK"],
        ["refresh", "BOOK", "--orders", "X"],
        ["refresh", "BOOK", "--customers", "X"],
        ["refresh", "BOOK", "--channels", "X"],
        ["template", "--for", "lite", "--out", "X"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("kind", ["a pipe", "a folder", "a device"])
def test_a_command_refuses_what_is_no_file_at_once(
    words: list[str], kind: str, tmp_path: Path
) -> None:
    special, book = tmp_path / "x.xlsx", tmp_path / "book.xlsx"
    if kind == "a pipe":
        os.mkfifo(special)
    elif kind == "a folder":
        special.mkdir()
    else:
        special.symlink_to("/dev/zero")
    made = openpyxl.Workbook()
    for title in ("Orders", "Customers", "Channels"):
        sheet = made.create_sheet(title)
        sheet.append(["customer", "date", "amount", "channel", "spend"])
        sheet.append(["Ann", datetime(2025, 1, 1), 5, "a", 1])
        sheet.add_table(Table(displayName=title, ref="A1:E2"))
    made.save(book)
    names = {"X": str(special), "BOOK": str(book)}
    done = CliRunner().invoke(cli, [names.get(word, word) for word in words])
    said = str(done.exception) if isinstance(done.exception, FileError) else done.output
    assert f"is {kind}, not a file" in said or "is a directory" in said, (said, done.exception)
    assert done.exit_code != 0
