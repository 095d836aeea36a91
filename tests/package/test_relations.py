"""Relations, content types and the list of sheets, in files being made and in real ones."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from package.example_files import SHEET, repacked

from clv_xl.errors import FileError
from clv_xl.package import archive, open_package
from clv_xl.package.content_types import (
    NO_TYPES,
    add_part,
    forget_parts,
    set_content_type,
    set_default_type,
)
from clv_xl.package.namespaces import CONTENT_TYPES, MAIN, OFFICE, WORKBOOK
from clv_xl.package.relations import (
    Relation,
    main_part,
    reachable,
    relate,
    relations,
    typed_relations,
    unrelate,
)
from clv_xl.package.sheet_list import add_sheet, code_name, sheet_parts

STYLES = "xl/styles.xml"


def content_types(parts: dict[str, bytes]) -> list[tuple[str | None, str | None]]:
    root = etree.fromstring(parts[CONTENT_TYPES])
    return [(one.get("PartName") or one.get("Extension"), one.get("ContentType")) for one in root]


def test_ids_are_new_and_targets_relative_to_the_part() -> None:
    parts: dict[str, bytes] = {}
    assert relate(parts, WORKBOOK, "a", STYLES) == "rId1"
    assert relate(parts, WORKBOOK, "b", "docProps/x.xml") == "rId2"
    assert relate(parts, "", "c", WORKBOOK) == "rId1"
    assert set(parts) == {"xl/_rels/workbook.xml.rels", "_rels/.rels"}
    assert b'Target="styles.xml"' in parts["xl/_rels/workbook.xml.rels"]
    assert b'Target="../docProps/x.xml"' in parts["xl/_rels/workbook.xml.rels"]
    assert relations(parts, WORKBOOK) == {"rId1": STYLES, "rId2": "docProps/x.xml"}
    assert relations(parts, "") == {"rId1": WORKBOOK}
    assert relations(parts, STYLES) == {}


def test_absolute_targets_are_followed_and_external_ones_left_out() -> None:
    parts = {
        "xl/_rels/workbook.xml.rels": b'<r><a Id="x" Target="/xl/styles.xml"/>'
        b'<a Id="y" Target="https://example.org/" TargetMode="External"/></r>'
    }
    assert relations(parts, WORKBOOK) == {"x": STYLES}


def test_a_package_is_read_as_a_file_being_made(book: Path) -> None:
    package = open_package(book)
    assert main_part(package) == WORKBOOK
    assert {SHEET, STYLES} <= set(relations(package, WORKBOOK).values())
    assert relations(package, SHEET) == {}


def test_the_main_part_of_a_strict_file_is_found_wherever_it_lies(book: Path) -> None:
    kind = "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"
    moved = f'<r><a Id="1" Type="{kind}" Target="/other/book.xml"/></r>'.encode()
    assert main_part(open_package(repacked(book, _rels__0=None))) == WORKBOOK
    assert main_part(open_package(repacked(book, **{"_rels__.rels": moved}))) == "other/book.xml"
    with pytest.raises(FileError, match=r"book\.xlsx' is not an Excel workbook"):
        main_part(open_package(repacked(book, **{"_rels__.rels": b"<r/>"})))


def test_the_main_part_is_found_behind_other_relations_or_missed(book: Path) -> None:
    other = '<r><a Type="x/thumbnail" Target="t.png"/>{}</r>'
    main = '<a Type="x/officeDocument" Target="xl/w.xml"/>'
    package = open_package(book)
    found = package.with_parts({"_rels/.rels": other.format(main).encode()})
    assert main_part(found) == "xl/w.xml"
    with pytest.raises(FileError, match="is not an Excel workbook"):
        main_part(package.with_parts({"_rels/.rels": other.format("").encode()}))


def test_a_content_type_is_set_once_and_a_default_stays() -> None:
    parts = {CONTENT_TYPES: NO_TYPES}
    add_part(parts, STYLES, b"<x/>", "first")
    set_content_type(parts, STYLES, "second")
    set_default_type(parts, "bin", "one")
    set_default_type(parts, "bin", "two")
    assert parts[STYLES] == b"<x/>"
    assert content_types(parts) == [("bin", "one"), (f"/{STYLES}", "second")]


def test_relations_are_removed_by_id_and_an_empty_list_with_the_last() -> None:
    parts: dict[str, bytes] = {}
    relate(parts, WORKBOOK, f"{OFFICE}/styles", STYLES)
    relate(parts, WORKBOOK, f"{OFFICE}/calcChain", "xl/calcChain.xml")
    before = dict(parts)
    unrelate(parts, WORKBOOK, {"rId7"})
    unrelate(parts, STYLES, {"rId1"})
    assert parts == before
    unrelate(parts, WORKBOOK, {"rId1"})
    assert typed_relations(parts, WORKBOOK) == [Relation("rId2", "calcChain", "xl/calcChain.xml")]
    unrelate(parts, WORKBOOK, {"rId2"})
    assert parts == {}


def test_parts_are_reached_through_others_also_in_a_circle() -> None:
    parts = {WORKBOOK: b"<x/>", STYLES: b"<x/>", "xl/apart.xml": b"<x/>"}
    relate(parts, "", "main", WORKBOOK)
    relate(parts, WORKBOOK, "styles", STYLES)
    relate(parts, STYLES, "back", WORKBOOK)
    relate(parts, STYLES, "missing", "xl/missing.xml")
    assert reachable(parts) == parts.keys() - {"xl/apart.xml"}


def test_content_types_go_with_their_parts_and_a_default_with_the_last_that_needs_it() -> None:
    parts = {CONTENT_TYPES: NO_TYPES}
    set_default_type(parts, "bin", "printer settings")
    set_default_type(parts, "vml", "not needed")
    add_part(parts, STYLES, b"<x/>", "styles")
    parts |= {"one.bin": b"", "two.bin": b""}
    whole = parts[CONTENT_TYPES]
    del parts["one.bin"]
    forget_parts(parts, {"one.bin"})
    assert parts[CONTENT_TYPES] == whole
    del parts["two.bin"], parts[STYLES]
    forget_parts(parts, {"two.bin", STYLES})
    assert content_types(parts) == [("vml", "not needed")]


def test_a_content_type_that_is_set_already_changes_nothing() -> None:
    parts = {CONTENT_TYPES: b'<Types><a PartName="/x.xml" ContentType="one"/></Types>'}
    before = dict(parts)
    set_content_type(parts, "x.xml", "one")
    assert parts == before


def test_a_sheet_is_added_after_the_others(book: Path, tmp_path: Path) -> None:
    package = open_package(book)
    parts = {name: package.read(name) for name in package.names}
    empty = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    add_sheet(parts, "Notes", "xl/worksheets/sheet9.xml", empty, hidden=True)
    assert list(sheet_parts(parts))[-1] == ("Notes", "xl/worksheets/sheet9.xml")
    assert f"{OFFICE}/worksheet".encode() in parts["xl/_rels/workbook.xml.rels"]
    out = tmp_path / "more.xlsx"
    out.write_bytes(archive.write(parts))
    saved = openpyxl.load_workbook(out)
    assert saved.sheetnames == ["Sheet", "Notes"]
    assert saved["Notes"].sheet_state == "hidden"


def test_equal_parts_give_equal_zip_files() -> None:
    parts = {"b": b"2", "a": b"1" * 1000}
    assert archive.write(parts) == archive.write(dict(parts))


def test_a_sheet_is_shown_or_hidden_and_has_a_code_name(book: Path) -> None:
    package = open_package(book)
    parts = {name: package.read(name) for name in package.names}
    content = f'<w xmlns="{MAIN}"><sheetPr codeName="Sheet9"/></w>'.encode()
    for title, hidden in (("Seen", False), ("Unseen", True)):
        add_sheet(parts, title, f"xl/worksheets/{title}.xml", content, hidden=hidden)
    sheets = etree.fromstring(parts[WORKBOOK]).findall(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet")
    assert [sheet.get("state") for sheet in sheets[-2:]] == [None, "hidden"]
    assert [sheet.get("sheetId") for sheet in sheets] == ["1", "2", "3"]
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    assert ("/xl/worksheets/Seen.xml", kind) in content_types(parts)
    assert code_name(parts, "xl/worksheets/Seen.xml") == "Sheet9"
