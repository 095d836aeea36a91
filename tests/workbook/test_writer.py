"""Formulas as a file holds them, and files with other data than the template's."""

from __future__ import annotations

import dataclasses
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from openpyxl import load_workbook

from clv_xl.functions import CATALOGUE
from clv_xl.workbook import build
from clv_xl.workbook.formulas import NEWER, stored_formula
from clv_xl.workbook.sample import TRUTH, Sample, generate


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("=XLOOKUP(A1,B:B,C:C)", "=_xlfn.XLOOKUP(A1,B:B,C:C)"),
        ("=FILTER(A1:A9,B1:B9)", "=_xlfn._xlws.FILTER(A1:A9,B1:B9)"),
        ("=SUM(SORTBY(A1:A9,B1:B9))", "=SUM(_xlfn.SORTBY(A1:A9,B1:B9))"),
        ("=CLV(1,2,3)", "=CLV(1,2,3)"),
        ("=MYSORT(A1)", "=MYSORT(A1)"),
        ('=IF(A1="SORT(x)","LET(",B1)', '=IF(A1="SORT(x)","LET(",B1)'),
        ("='MAP(1)'!A1+T[DAYS(]", "='MAP(1)'!A1+T[DAYS(]"),
        ("=LET(x,A1,y,x+1,x*y)", "=_xlfn.LET(_xlpm.x,A1,_xlpm.y,_xlpm.x+1,_xlpm.x*_xlpm.y)"),
        ('=LET(x,A1,"x "&x)', '=_xlfn.LET(_xlpm.x,A1,"x "&_xlpm.x)'),
        ("=LET(x,{1,2},y,A1,x+y)", "=_xlfn.LET(_xlpm.x,{1,2},_xlpm.y,A1,_xlpm.x+_xlpm.y)"),
        (
            "=MAP(A1:A9,LAMBDA(v,IF(ISERROR(v),0,v)))",
            "=_xlfn.MAP(A1:A9,_xlfn.LAMBDA(_xlpm.v,IF(ISERROR(_xlpm.v),0,_xlpm.v)))",
        ),
        ("=STDEV.S(A1:A9)+NORM.S.DIST(1,TRUE)", "=_xlfn.STDEV.S(A1:A9)+_xlfn.NORM.S.DIST(1,TRUE)"),
        ("=LET(x,Orders[x],x)", "=_xlfn.LET(_xlpm.x,Orders[x],_xlpm.x)"),
    ],
)
def test_newer_functions_are_stored_with_their_prefix(typed: str, stored: str) -> None:
    assert stored_formula(typed) == stored


# Functions of the first version of the file format that the template uses.
OLD = frozenset(
    [
        "ABS",
        "AND",
        "AVERAGE",
        "AVERAGEIF",
        "AVERAGEIFS",
        "CHOOSE",
        "COLUMN",
        "COLUMNS",
        "COUNT",
        "COUNTA",
        "COUNTIF",
        "COUNTIFS",
        "DATE",
        "DAY",
        "EDATE",
        "EOMONTH",
        "EXACT",
        "FIXED",
        "IF",
        "IFERROR",
        "INDEX",
        "INT",
        "ISERROR",
        "ISNA",
        "ISNUMBER",
        "LARGE",
        "LEFT",
        "LEN",
        "LN",
        "LOWER",
        "MATCH",
        "MAX",
        "MEDIAN",
        "MID",
        "MIN",
        "MMULT",
        "MOD",
        "MONTH",
        "N",
        "NA",
        "NOT",
        "OR",
        "RIGHT",
        "ROUND",
        "ROW",
        "ROWS",
        "SQRT",
        "SUBSTITUTE",
        "SUM",
        "SUMIF",
        "SUMIFS",
        "SUMPRODUCT",
        "TEXT",
        "TRANSPOSE",
        "TRIM",
        "YEAR",
    ]
)


def stored_formulas(path: Path) -> Iterator[str]:
    """Every formula of a file: of cells, columns of tables, names, conditional formats, charts."""
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.startswith("xl/") and name.endswith(".xml"):
                for element in etree.fromstring(package.read(name)).iter():
                    tag = etree.QName(element).localname
                    if tag in {"f", "formula", "calculatedColumnFormula", "definedName"}:
                        yield element.text or ""


def test_every_function_of_the_template_is_stored_as_the_format_asks(built: Path) -> None:
    functions = set()
    for formula in stored_formulas(built):
        without_texts = re.sub(r'"(?:[^"]|"")*"', '""', formula)
        functions |= set(re.findall(r"[A-Za-z_][\w.]*(?=\()", without_texts))
    assert {"_xlfn.LET", "_xlfn._xlws.FILTER", "CLV_PREDICT"} <= functions
    known = {stored_formula(f"={name}(").strip("=(") for name in OLD | NEWER}
    assert functions - known - set(CATALOGUE) == set()


def test_no_mark_of_a_place_is_left_in_the_file(built: Path) -> None:
    with zipfile.ZipFile(built) as package:
        parts = [name for name in package.namelist() if "§".encode() in package.read(name)]
    assert parts == []


def build_and_read(sample: Sample, folder: Path) -> list[tuple[object, object]]:
    """Label and value of every line of the first sheet."""
    path = folder / "other.xlsm"
    build(path, sample)
    start = load_workbook(path, data_only=True)["Start"]
    return list(start.iter_rows(min_col=2, max_col=3, values_only=True))


def test_other_data_give_other_reports_without_the_order_that_cannot_be_read(
    tmp_path: Path,
) -> None:
    sample = generate(dataclasses.replace(TRUTH, customers=60), seed=5)
    broken = sample.orders[3]._replace(amount="12,-")  # type: ignore[arg-type]
    orders = (*sample.orders[:3], broken, *sample.orders[4:])
    read = build_and_read(dataclasses.replace(sample, orders=orders), tmp_path)
    lines = dict(read)
    others = sum(order.amount for order in orders if order is not broken)
    assert lines["Revenue"] == pytest.approx(others)
    assert lines["CLV so far"] == pytest.approx(0.45 * others / 60)
    assert ("Customers", 60) in read
    told = "Fix: 1 row of sheet Orders is left out of every report"
    assert any(label == "Orders" and str(said).startswith(told) for label, said in read)
