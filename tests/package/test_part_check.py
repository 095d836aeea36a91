"""Nothing is saved that no program could open."""

from __future__ import annotations

from pathlib import Path

import pytest
from package.example_files import CHANGED, SHEET, digest, repacked

from clv_xl.errors import FileError
from clv_xl.package import open_package
from clv_xl.package.namespaces import MAIN


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        CHANGED + b"x",
        CHANGED.replace(b"</", b"<"),
        f'<x:worksheet xmlns="{MAIN}"/>'.encode(),
        f'<worksheet xmlns="{MAIN}" xmlns="{MAIN}"/>'.encode(),
        f'<worksheet xmlns="{MAIN}">&lost;</worksheet>'.encode(),
        f'<chartsheet xmlns="{MAIN}"/>'.encode(),
        b"<worksheet/>",
    ],
)
def test_a_damaged_part_is_never_saved(book: Path, damaged: bytes) -> None:
    before = digest(book)
    with pytest.raises(FileError, match=r"'book\.xlsx' was not saved, since a part of it"):
        open_package(book).save({SHEET: damaged})
    assert digest(book) == before
    assert [one.name for one in book.parent.iterdir()] == ["book.xlsx"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "gb18030"])
def test_a_whole_part_is_saved_in_any_encoding(book: Path, encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    part = (head + CHANGED.decode()).encode(encoding)
    open_package(book).save({SHEET: part})
    assert open_package(book).read(SHEET) == part


def test_new_parts_and_parts_that_are_no_xml_are_their_writers_own(book: Path) -> None:
    open_package(book).save({"xl/new.xml": b"<any/>", "xl/drawings/v.vml": b"<br>"})
    assert open_package(book).read("xl/drawings/v.vml") == b"<br>"
    with pytest.raises(FileError, match="was not saved"):
        open_package(book).save({"xl/other.xml": b"<any>"})


def test_a_part_that_was_damaged_before_can_be_put_right(book: Path) -> None:
    repacked(book, **{"xl__new.xml": b"<any><a></any>"})
    open_package(book).save({"xl/new.xml": b"<any/>"})
    assert open_package(book).read("xl/new.xml") == b"<any/>"
    repacked(book, **{"xl__new.xml": b"<any><a></any>"})
    with pytest.raises(FileError, match="was not saved"):
        open_package(book).save({"xl/new.xml": b"<other/>"})
