"""Files recalculated in process: how values are stored, and what is read however it is written."""

from __future__ import annotations

import hashlib
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from recalc_books import ORDERS, cell_xml, edit, shown, workbook, xml

from clv_xl.cells import CellError
from clv_xl.cli import cli
from clv_xl.errors import FileError
from clv_xl.hosts.recalc import recalculate


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "book.xlsx"


# Values in the file


def test_each_kind_of_value_is_stored_as_excel_stores_it(path: Path) -> None:
    cells = {
        "A1": "=CLV(1000,6,5)", "A2": '="a<&"&CLV(1,1,1)&" "', "A3": "=CLV(1,1,1)=1",
        "A4": "=CAC_RATIO(1,0)",
        "A5": "=CLV(0.1,1,3)", "A6": '=""', "A7": "=CHAR(7)", "A8": "=CLV(1E+20,1,1)",
    }  # fmt: skip
    recalculate(workbook(path, {"Sheet": cells}))
    assert cell_xml(path, "A1") == '<c r="A1"><f>CLV(1000,6,5)</f><v>30000</v></c>'
    assert cell_xml(path, "A2").endswith(
        't="str"><f>"a&lt;&amp;"&amp;CLV(1,1,1)&amp;" "</f>'
        '<v xml:space="preserve">a&lt;&amp;1 </v></c>'
    )
    assert cell_xml(path, "A3").endswith('t="b"><f>CLV(1,1,1)=1</f><v>1</v></c>')
    assert cell_xml(path, "A4").endswith('t="e"><f>CAC_RATIO(1,0)</f><v>#DIV/0!</v></c>')
    assert "<v>0.30000000000000004</v>" in cell_xml(path, "A5")
    assert 't="str"><f>""</f><v/>' in cell_xml(path, "A6") or "<v></v>" in cell_xml(path, "A6")
    assert "<v>_x0007_</v>" in cell_xml(path, "A7")
    assert float(shown(path)["A8"]) == 1e20


def test_a_second_recalculation_changes_nothing(path: Path) -> None:
    book = workbook(
        path,
        {
            "Sheet": ORDERS
            | {
                "E1": "~=RFM_SUMMARY(A2:A5,B2:B5,C2:C5)",
                "K1": "=SUM(F2:F4)",
                "K2": "=CAC_RATIO(1,0)",
            }
        },
    )
    assert recalculate(book).changed > 10
    before = (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
    assert recalculate(book).changed == 0
    assert (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) == before


def test_only_sheets_with_formulas_are_written(path: Path, tmp_path: Path) -> None:
    workbook(path, {"Data": ORDERS, "Report": {"A1": "=CLV_CASHFLOWS(Data!C2:C5)", "A2": "text"}})
    out = tmp_path / "out.xlsx"
    recalculate(path, out)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out) as new:
        changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
        assert old.namelist() == new.namelist()
    assert changed == ["xl/worksheets/sheet2.xml"]
    assert shown(out, "Report") == {"A1": 100, "A2": "text"}


def test_styles_and_everything_around_the_cells_stay(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "=CLV(1,2,3)"
    sheet["A1"].number_format = "0.00"
    sheet["B1"] = "x"
    sheet.merge_cells("B1:C1")
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["A"].width = 33
    book.save(path)
    before = xml(path)
    recalculate(path)
    style = cell_xml(path, "A1").split('s="')[1].split('"')[0]
    assert f's="{style}"' in before
    assert style != "0"
    outside = [
        part.split("<sheetData>")[0].split("?>")[-1] + part.split("</sheetData>")[1]
        for part in (before, xml(path))
    ]
    assert outside[0].strip() == outside[1].strip()


# Dates


def test_a_1904_book_gives_the_same_answer_as_its_1900_twin(tmp_path: Path) -> None:
    formulas = {
        "E1": "~=RFM_SUMMARY(A2:A5,B2:B5,C2:C5)",
        "E8": "~=CLV_COHORT(A2:A5,B2:B5)",
        "N1": "=YEAR(MAX(B2:B5))",
        "N2": '=TEXT(B2,"yyyy-mm-dd")',
        "N3": "=DATE(2024,1,31)-B2",
        "N4": "=B3-B2",
        "N5": "=EDATE(B2,1)",
        "N6": "=CLV(YEAR(B2),1,1)",
    }
    late = {
        name: value - 1462 if name[0] == "B" and name != "B1" else value
        for name, value in ORDERS.items()
    }
    twin = workbook(tmp_path / "1900.xlsx", {"Sheet": ORDERS | formulas})
    book = workbook(tmp_path / "1904.xlsx", {"Sheet": late | formulas}, date1904=True)
    assert recalculate(twin).complete
    report = recalculate(book)
    found, wanted = shown(book), shown(twin)
    assert report.complete
    dates = {f"B{row}" for row in range(2, 6)} | {"N5"}
    assert {name: found[name] for name in wanted if name not in dates} == {
        name: value for name, value in wanted.items() if name not in dates
    }
    assert wanted["N5"] - found["N5"] == 1462


# Ways of writing a file


def test_a_file_of_cells_without_names_is_read(path: Path) -> None:
    workbook(path, {"Sheet": {"A1": 5, "B1": "=CLV(A1,2,1)"}})
    edit(path, {"xl/worksheets/sheet1.xml": [('<c r="A1"', "<c"), ('<c r="B1"', "<c")]})
    recalculate(path)
    assert shown(path)["B1"] == 10


@pytest.mark.parametrize("blank", ['t="n"></c>', 't="n"/>', 't="n" />'])
def test_a_cell_with_a_type_and_nothing_in_it_is_blank(path: Path, blank: str) -> None:
    cells = {"A1": 5, "A2": 0, "A3": 7, "B1": "=COUNT(A1:A3)", "B2": "=AVERAGE(A1:A3)"}
    workbook(path, {"Sheet": cells | {"B3": "=CLV(10,2,5,A2)", "B4": "=CLV_CASHFLOWS(A1:A3)"}})
    edit(path, {"xl/worksheets/sheet1.xml": [(cell_xml(path, "A2"), f'<c r="A2" {blank}')]})
    recalculate(path)
    assert [shown(path)[f"B{row}"] for row in range(1, 5)] == [2, 6, 100, 12]
    assert shown(path).get("A2") is None


def test_what_the_engine_passes_over_is_computed_in_silence(
    path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    workbook(path, {"Sheet": {"A1": 5, "B1": "=CLV(A1,2,1)", "B2": 0, "B3": 0}})
    two, three = cell_xml(path, "B2"), cell_xml(path, "B3")
    shared = '<c r="B2"><f t="shared" ref="B2:B3" si="0">B1+1</f></c>'
    changes = [("<v></v>", ""), (two, shared), (three, '<c r="B3"><f t="shared" si="0"/></c>')]
    gradient = ("</fills>", "<fill><gradientFill/></fill></fills>")
    edit(path, {"xl/worksheets/sheet1.xml": changes, "xl/styles.xml": [gradient]})
    done = CliRunner().invoke(cli, ["recalc", str(path)])
    assert done.output.endswith("values changed.\n")
    assert [shown(path)[f"B{row}"] for row in (1, 2, 3)] == [10, 11, 12]
    assert capfd.readouterr() == ("", "")


def test_a_date_written_as_text_is_a_date(path: Path) -> None:
    workbook(path, {"Sheet": {"A1": 5, "B1": "=A1+1", "B2": "=CLV(YEAR(A1),1,1)"}})
    old = cell_xml(path, "A1")
    edit(
        path,
        {"xl/worksheets/sheet1.xml": [(old, '<c r="A1" t="d"><v>2024-01-31T12:00:00</v></c>')]},
    )
    recalculate(path)
    assert 't="d"' in cell_xml(path, "A1")
    assert [shown(path)[f"B{n}"] for n in (1, 2)] == [45323.5, 2024]


def test_a_book_in_the_strict_form_is_computed_and_stays_strict(path: Path) -> None:
    cells = {"A1": 5, "A2": "text", "B1": "=CLV(A1,2,1)", "B2": '=A2&"!"', "B3": "~=CLV(A1:A1,1,1)"}
    workbook(path, {"Sheet": cells, "Other": {"A1": "=Sheet!B1+1"}})
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    usual, strict = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    with zipfile.ZipFile(path, "w") as new:
        for name, part in parts.items():
            main = part.replace(usual + b"spreadsheetml/2006/main", strict + b"spreadsheetml/main")
            old_links, links = b"officeDocument/2006/relationships", b"officeDocument/relationships"
            new.writestr(name, main.replace(usual + old_links, strict + links))
    report = recalculate(path)
    assert (report.formulas, report.complete) == (4, True)
    assert "purl.oclc.org" in xml(path)
    assert "schemas.openxmlformats.org" not in xml(path)
    assert "<f>CLV(A1,2,1)</f><v>10</v>" in xml(path)
    assert "<v>text!</v>" in xml(path)
    assert "<v>11</v>" in xml(path, 2)


def test_a_sheet_in_another_encoding_is_read(path: Path) -> None:
    workbook(path, {"Größe": {"A1": 5, "B1": "=CLV(A1,2,1)"}})
    content = xml(path)
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["xl/worksheets/sheet1.xml"] = content.encode("utf-16")
    with zipfile.ZipFile(path, "w") as new:
        for name, part in parts.items():
            new.writestr(name, part)
    recalculate(path)
    assert shown(path)["B1"] == 10


def test_an_array_formula_over_too_many_cells_is_refused_before_it_is_loaded(path: Path) -> None:
    workbook(path, {"Sheet": {"A1": 5, "B1": ("{=CLV(A1,1,1)}", "B1:B2"), "A3": "=CLV(A1,1,1)"}})
    edit(path, {"xl/worksheets/sheet1.xml": [('ref="B1:B2"', 'ref="B1:ZZ1048576"')]})
    with pytest.raises(FileError, match="Sheet!B1 fills too many cells"):
        recalculate(path)


def test_an_engine_that_fails_says_so_in_a_sentence(
    path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    workbook(path, {"Sheet": {"A1": "=CLV(1,1,1)"}})
    edit(path, {"xl/worksheets/sheet1.xml": [('r="A1"', 'r="ZZZZ99999999"')]})
    before = path.read_bytes()
    with pytest.raises(FileError, match=r"book\.xlsx|damaged"):
        recalculate(path)
    assert path.read_bytes() == before
    assert capfd.readouterr() == ("", "")


def test_a_book_without_formulas_is_left_alone(path: Path) -> None:
    workbook(path, {"Sheet": {"A1": 1}})
    before = path.read_bytes()
    report = recalculate(path)
    assert (report.formulas, report.changed, report.complete) == (0, 0, True)
    assert path.read_bytes() == before


def test_values_of_another_engine_are_stored_the_same_way(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clv_xl.hosts.recalc import workbook as module

    texts = {"A1": "=CLV(1,1,1)", "A2": "=CAC_RATIO(CLV(1,1,1),0)", "A3": '="CLV("'}
    workbook(path, {"My sheet": texts})
    values = {"My sheet": {"A1": 1.0, "A2": CellError.DIV0, "A3": "x"}}
    monkeypatch.setattr(module, "values_from_libreoffice", lambda _: values)
    report = recalculate(path, engine="libreoffice")
    assert shown(path) == {"A1": 1, "A2": "#DIV/0!", "A3": "x"}
    assert (report.formulas, report.calls, report.changed, report.complete) == (3, 3, 3, True)


# Long sheets


def long_sheet(path: Path, formulas: dict[str, Any]) -> Path:
    rows = {f"{column}{row}": row for row in range(1, 6001) for column in "ABC"}
    return workbook(path, {"Sheet": rows | formulas})


@pytest.mark.parametrize(
    "formulas",
    [
        {"E3000": "=CLV(A1,2,1)", "E6000": "=SUM(A:A)"},
        {"E3000": "~=CLV(A1:A3,2,1)", "E9": "=CLV(1,1,1)"},
        {
            "E3000": ("{=CLV(A1:A3,2,1)}", "E3000:E3002"),
            "E5999": ("{=CLV(A1:A3,2,1)}", "E5999:E6004"),
        },
    ],
)
def test_every_row_of_a_long_sheet_stays_in_its_place(path: Path, formulas: dict[str, Any]) -> None:
    long_sheet(path, formulas)
    assert len(xml(path)) > 200_000
    recalculate(path)
    before = xml(path)
    rows = [int(row) for row in re.findall(r'<row r="(\d+)"', before)]
    assert rows == sorted(set(rows))
    assert rows[:6000] == list(range(1, 6001))
    cells = shown(path)
    assert [cells[f"C{row}"] for row in range(1, 6001)] == list(range(1, 6001))
    assert cells["E3000"] == 2
    if len(formulas) == 2 and "E6000" not in formulas:
        assert [cells["E3001"], cells["E3002"]] == [4, 6]
    assert recalculate(path).changed == 0
