"""Workbooks as sources: what they hold is read as Excel shows it, what would do harm is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from package.example_files import repacked
from text_book import MAIN, text_book

from clv_xl.errors import ArgumentError, FileError
from clv_xl.refresh import parquet_rows, row_limits
from clv_xl.refresh.files import file_rows

SHEET = "xl/worksheets/sheet1.xml"
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def rows(path: Path, sheet: str = "") -> list[list[Any]]:
    def matched(found: Any) -> int:
        return sum("customer" in row for row in found)

    return file_rows(path, matched, sheet=sheet).rows


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return text_book(tmp_path / "orders.xlsx", [["customer", "amount"], ["Ann", 5]])


def with_sheet(source: Path, content: str) -> Path:
    text = f'<worksheet xmlns="{MAIN}">{content}</worksheet>'
    return repacked(source, **{SHEET.replace("/", "__"): text.encode()})


def test_texts_are_those_that_excel_shows(tmp_path: Path) -> None:
    texts = ["_x0041_", "_x005F_x0041_", "x005F_", "a\x1bb", "_x41_", "customer"]
    path = text_book(tmp_path / "orders.xlsx", [[text] for text in texts])
    assert rows(path) == [[text] for text in texts]


def test_texts_that_stand_in_their_cells_are_decoded_once(source: Path) -> None:
    cells = (
        '<c r="A1" t="inlineStr"><is><t>_x005F_x0041_</t></is></c>'
        '<c r="B1" t="str"><v>_x0041_</v></c>'
    )
    with_sheet(source, f'<sheetData><row r="1">{cells}</row></sheetData>')
    assert rows(source) == [["_x0041_", "A"]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (f"<sheetData>{'<x>' * 200}{'</x>' * 200}</sheetData>", "over more than 100 levels"),
        (f"<sheetData/><x>{'y' * 5_000_000}</x>", "a text longer than 4 MB"),
        (f"<sheetData/>{' ' * 200_000_000}", "unpacks to over 40 times its size"),
    ],
    ids=["nested", "a long text", "a bomb"],
)
def test_what_would_do_harm_is_refused(source: Path, content: str, sentence: str) -> None:
    with pytest.raises(FileError, match=sentence):
        rows(with_sheet(source, content))


def test_a_document_type_is_refused(source: Path) -> None:
    text = f'<!DOCTYPE x [<!ENTITY y "z">]><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    repacked(source, **{SHEET.replace("/", "__"): text.encode()})
    with pytest.raises(FileError, match="declares a document type"):
        rows(source)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (OLE + bytes(600), "old .xls format"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected with a password"),
        (b"PK\x03\x04" + bytes(99), "damaged or incomplete"),
    ],
)
def test_other_formats_are_named(source: Path, content: bytes, sentence: str) -> None:
    source.write_bytes(content)
    with pytest.raises(FileError, match=sentence):
        rows(source)


def test_an_opendocument_file_is_named(source: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("mimetype", ODS)
        opened.writestr("content.xml", "<x/>")
    source.write_bytes(made.getvalue())
    with pytest.raises(FileError, match="is an OpenDocument file"):
        rows(source)


def test_what_a_sheet_says_of_its_size_does_not_count(source: Path) -> None:
    data = '<sheetData><row r="3"><c r="B3"><v>5</v></c></row></sheetData>'
    with_sheet(source, f'<dimension ref="A1:XFD1048576"/>{data}')
    assert rows(source) == [[], [], [None, 5]]


@pytest.mark.parametrize(
    ("limit", "most", "sentence"),
    [
        ("MOST_ROWS", 2, "more rows than a sheet can hold"),
        ("MOST_COLUMNS", 2, "more columns than a sheet can hold"),
        ("MOST_CELLS", 8, "more than 0 million cells"),
    ],
)
@pytest.mark.parametrize("ending", ["xlsx", "csv", "parquet"])
def test_a_file_with_more_than_a_sheet_holds_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    most: int,
    sentence: str,
    ending: str,
) -> None:
    path = tmp_path / f"orders.{ending}"
    match ending:
        case "xlsx":
            text_book(path, [["customer", "b", "c"], *[["Ann", 1, 2]] * 2])
        case "csv":
            path.write_text("customer,b,c\nAnn,1,2\nAnn,1,2\n")
        case _:
            pytest.importorskip("pyarrow")
            pl = pytest.importorskip("polars")
            pl.DataFrame({name: ["1"] * 3 for name in ("customer", "b", "c")}).write_parquet(path)
    assert len(rows(path)) in {3, 4}
    monkeypatch.setattr(row_limits, limit, most)
    with pytest.raises(FileError, match=sentence):
        rows(path)


def test_only_the_sheet_that_fits_is_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = openpyxl.Workbook()
    for number in range(40):
        book.worksheets[0].append([number])
    other = book.create_sheet("Data")
    other.append(["customer"])
    path = tmp_path / "orders.xlsx"
    book.save(path)
    monkeypatch.setattr(row_limits, "MOST_ROWS", 30)
    assert rows(path) == [["customer"]]
    assert rows(path, "Data") == [["customer"]]
    with pytest.raises(FileError, match="more rows"):
        rows(path, "Sheet")
    with pytest.raises(ArgumentError, match="There is no such sheet; choose from Sheet, Data"):
        rows(path, "Nowhere")


def test_a_long_text_that_a_parquet_file_repeats_is_held_once(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    text = "x" * 1_000_000
    column = pa.DictionaryArray.from_arrays(pa.array([0, None] * 5000, pa.int32()), [text])
    path = tmp_path / "orders.parquet"
    parquet.write_table(pa.table({"customer": column, "amount": [1.5] * 10_000}), path)
    heading, *found = rows(path)
    assert heading == ["customer", "amount"]
    assert found[0] == [text, 1.5]
    assert found[1] == [None, 1.5]
    assert len({id(row[0]) for row in found}) == 2


def test_a_parquet_file_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    pl = pytest.importorskip("polars")
    path = tmp_path / "orders.parquet"
    pl.DataFrame({"customer": ["Ann"]}).write_parquet(path)
    monkeypatch.setattr(parquet_rows, "MAX_BYTES", 1)
    with pytest.raises(FileError, match="unpacks to over"):
        rows(path)
