"""The command line as a user meets it: real processes, one line on stderr for a failure."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from clv_xl import report
from clv_xl.workbook import key_tables

DATA = Path(__file__).parent / "data"


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from clv_xl.cli import main; main()", *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_package_runs_as_the_command() -> None:
    words = ["-m", "clv_xl", "eval", "=CLV(1000,6,5)"]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True)
    assert done.stdout == "30000\n"


def test_eval_prints_one_line_of_json_per_formula() -> None:
    done = run(
        "eval",
        "--json",
        "=CLV(1000,6,5)",
        "=CLV_NET(200000,100000)",
        "=CAC_RATIO(300,100)",
        "=SUM(CLV({100;200},2,3))",
    )
    assert done.stdout.splitlines() == ["30000", "100000", "3", "1800"]
    assert done.stderr == ""
    assert done.returncode == 0


def test_eval_prints_errors_with_their_sentences() -> None:
    formulas = ["=CAC_RATIO(300,0)", "=CLV_RETENTION(100,1.2)", '=CLV("abc",1,1)']
    done = run("eval", "--json", *formulas)
    assert done.stdout.splitlines() == ['"#DIV/0!"', '"#NUM!"', '"#VALUE!"']
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert len(lines) == 3
    for line, formula, argument in zip(
        lines, formulas, ["cac", "retention_rate", "purchase_value"], strict=True
    ):
        assert line.startswith(formula)
        assert argument in line
    assert "Traceback" not in done.stderr


def test_eval_takes_native_functions_tables_and_an_error_inside_a_table() -> None:
    done = run("eval", "--json", '=IF(CLV(1,2,3)>5,"much",0)', "=CLV({1;-1},2,3)", "=1/0")
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        "much", [[6], ["#NUM!"]], "#DIV/0!",
    ]  # fmt: skip
    assert "purchase_value must be at least 0; got -1 in row 2" in done.stderr


def test_a_caught_error_needs_no_sentence() -> None:
    done = run("eval", "--json", '=IFERROR(CLV("abc",1,1),0)')
    assert (done.stdout.strip(), done.stderr, done.returncode) == ("0", "", 0)


def test_eval_never_cuts_a_number_in_a_narrow_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    done = run("eval", '=CLV_SEGMENT({"Gold";"Basic";"Gold"},{1234567.891;20;5},{3;4;9})')
    assert "1,234,572.89" in done.stdout
    assert "customers worth less than they cost" in done.stdout
    assert "…" not in done.stdout


def test_eval_says_how_many_customers_have_no_cost() -> None:
    done = run("eval", "--json", '=CLV_SEGMENT({"Gold";"Basic"},{300;80},{100;""})')
    assert done.returncode == 0
    assert json.loads(done.stdout)[2][7:] == [None, None, None]
    assert "acquisition_cost is empty for 1 of 2 customers" in done.stderr


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The 6,919 CDNOW sample orders as a workbook."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Orders"
    sheet.append(["customer", "date", "amount"])
    for line in (DATA / "CDNOW_sample.txt").read_text().splitlines():
        _, customer, day, _, amount = line.split()
        sheet.append([customer, f"{day[:4]}-{day[4:6]}-{day[6:]}", float(amount)])
    path = tmp_path_factory.mktemp("cdnow") / "cdnow.xlsx"
    book.save(path)
    return path


def test_eval_over_real_orders(cdnow: Path) -> None:
    orders = "Orders!A2:A6920,Orders!B2:B6920,Orders!C2:C6920"
    done = run(
        "eval",
        "--json",
        "--workbook",
        cdnow,
        f'=RFM_SUMMARY({orders},"week",DATE(1997,9,30))',
        f'=ROWS(RFM_SUMMARY({orders},,"1997-09-30"))',
        f'=SUM(INDEX(RFM_SUMMARY({orders},"week",DATE(1997,9,30)),0,2))',
    )
    table, rows, repeats = (json.loads(line) for line in done.stdout.splitlines())
    assert len(table) - 1 == 2357
    assert sum(row[1] == 0 for row in table[1:]) == 1411
    assert sum(row[1] for row in table[1:]) == 2457
    assert (rows, repeats) == (2358, 2457)


def test_eval_fits_a_model_to_columns_of_our_own_table(cdnow: Path) -> None:
    orders = "Orders!A2:A6920,Orders!B2:B6920,Orders!C2:C6920"
    columns = ",".join(
        f'INDEX(RFM_SUMMARY({orders},"week",DATE(1997,9,30)),0,{at})' for at in (2, 3, 4)
    )
    done = run("eval", "--workbook", cdnow, "--json", f"=BGNBD_FIT({columns})")
    table = json.loads(done.stdout)
    assert table[0] == ["parameter", "estimate", "std_error"]
    assert [row[0] for row in table[1:]] == ["r", "alpha", "a", "b", "log_likelihood", "customers"]
    assert [row[1] for row in table[1:]] == pytest.approx(
        [0.2425945, 4.413602, 0.792922, 2.425907, -9582.4292, 2357], rel=1e-6
    )
    assert [row[2] for row in table[1:5]] == pytest.approx(
        [0.012557, 0.378224, 0.185734, 0.705414], rel=1e-4
    )


def test_recalc_stores_values(cdnow: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(cdnow)
    sheet = book["Orders"]
    sheet["E1"] = "=ROWS(RFM_SUMMARY(A2:A6920,B2:B6920,C2:C6920))"
    path = tmp_path / "orders.xlsx"
    book.save(path)
    before = path.read_bytes()
    done = run("recalc", path, "--out", tmp_path / "out.xlsx")
    assert done.returncode == 0, done.stderr
    assert path.read_bytes() == before
    values = openpyxl.load_workbook(tmp_path / "out.xlsx", data_only=True)
    assert values["Orders"]["E1"].value == 2358


def test_recalc_prints_each_cause_once(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "=CAC_RATIO(300,0)"
    for row in range(2, 40):
        sheet[f"A{row}"] = f"=CLV(A{row - 1},1,1)"
    book.save(tmp_path / "book.xlsx")
    done = run("recalc", tmp_path / "book.xlsx")
    (line,) = done.stderr.splitlines()
    assert line.startswith("Sheet!A1: cac is 0")
    assert line.endswith("(and 38 cells that depend on it)")
    assert done.returncode == 0


def test_every_figure_that_the_demo_prints_is_in_its_workbook(tmp_path: Path) -> None:
    done = run("demo", "--out", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    tables = key_tables.read(tmp_path / "clv_demo.xlsm")
    for title, (headings, *rows) in tables:
        printed = done.stdout.split(title)[1].splitlines()[2 : len(rows) + 4]
        shown = [re.split(r"\s{2,}", line.strip()) for line in printed]
        assert shown[0] == headings
        assert shown[2:] == [[report.short_text(cell) for cell in row] for row in rows]


@pytest.mark.parametrize(
    "words",
    [
        ["recalc", "nowhere.xlsx"],
        ["eval"],
        ["eval", "=CLV(1", "=("],
        ["no-such-command"],
        ["eval", "--workbook", "nowhere.xlsx", "=1"],
        ["recalc", "x.xlsx", "--engine", "abacus"],
        ["eval", "--workbook", str(DATA / "donations.csv"), "=1"],
        ["template", "--check", "--out", "nowhere.xlsm"],
        ["template", "--check", "--empty"],
    ],
    ids=lambda words: " ".join(words)[:40],
)
def test_a_failure_is_a_sentence_and_a_status(words: list[str]) -> None:
    done = run(*words)
    assert done.returncode != 0
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert all(len(line.split()) > 3 for line in done.stderr.strip().splitlines())


def test_every_command_has_help_with_an_example() -> None:
    from clv_xl.cli import cli

    for name in cli.commands:
        done = run(name, "--help")
        assert done.returncode == 0
        assert f"clv-xl {name}" in done.stdout.split("Options:")[0].split("\n", 1)[1], name


def test_functions_lists_the_catalogue() -> None:
    from clv_xl.functions import CATALOGUE

    as_json = run("functions", "--json")
    assert [record["name"] for record in json.loads(as_json.stdout)] == list(CATALOGUE)
    shown = run("functions")
    assert all(name in shown.stdout for name in CATALOGUE)
    assert "| `CLV(purchase_value" in run("functions", "--markdown").stdout


def test_share_writes_a_copy_and_says_which_values_are_missing(tmp_path: Path) -> None:
    book, copy = tmp_path / "book.xlsx", tmp_path / "copy.xlsx"
    made = openpyxl.Workbook()
    made.active["A1"] = "=CLV(1000,6,5)"
    made.save(book)
    done = run("share", book, "--out", copy)
    assert done.returncode == 1
    assert done.stderr.startswith("1 formulas had no stored value")
    assert "clv-xl recalc" in done.stderr
    run("recalc", book)
    done = run("share", book, "--out", copy)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{copy}: 1 formulas are values now, and there are no macros.\n"
    assert openpyxl.load_workbook(copy).active["A1"].value == 30000
    done = run("share", book, "--out", book)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)


def test_computing_ends_at_its_limits_with_a_sentence() -> None:
    hang = '=SUMPRODUCT(INDIRECT("B1:XFD1048576")*1)'
    for options, told in (
        (["eval", "--limit-seconds", "0.5", hang], "after 0.5 seconds"),
        (["eval", "--limit-cells", "9", "=SUM(A1:A100000)"], "more than 9 cells"),
    ):
        done = run(*options)
        assert done.returncode == 1
        assert told in done.stderr
        assert options[1] in done.stderr
