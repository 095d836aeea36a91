"""The texts that cells share, as Excel shows them."""

from __future__ import annotations

from pathlib import Path

import pytest
from package.example_files import repacked
from text_book import MAIN, text_book

from clv_xl.package import open_package
from clv_xl.package.shared_texts import item_text, shared_texts
from clv_xl.package.xml_parts import parse

PART = "xl/sharedStrings.xml"


def texts(path: Path) -> list[str]:
    return shared_texts(open_package(path))


def test_texts_that_look_like_escapes_are_kept(tmp_path: Path) -> None:
    kept = ["_x0041_", "_x005F_x0041_", "x005F_", "a\x1bb", "_x41_", "\r", "Ann & Bob", ""]
    assert texts(text_book(tmp_path / "book.xlsx", [[text] for text in kept])) == kept


PLAIN = (
    f'<sst xmlns="{MAIN}"><si><r><rPr/><t>An</t></r><t>n<!-- c --> <![CDATA[<B]]>&gt;</t>'
    '<rPh sb="0" eb="1"><t>aid</t></rPh></si><si/><si><t/></si></sst>'
)
PREFIXED = (
    f'<x:sst xmlns:x="{MAIN}"><x:si><x:r><x:t>Ann</x:t></x:r><x:r><x:t> &lt;B&gt;</x:t></x:r>'
    '<x:rPh sb="0" eb="1"><x:t>aid</x:t></x:rPh></x:si><x:si></x:si><x:si><x:t/></x:si></x:sst>'
)


@pytest.mark.parametrize("content", [PLAIN, PREFIXED], ids=["plain", "prefixed"])
def test_runs_are_joined_and_reading_aids_left_out(tmp_path: Path, content: str) -> None:
    path = text_book(tmp_path / "book.xlsx", [["one"]])
    repacked(path, **{PART.replace("/", "__"): content.encode()})
    assert texts(path) == ["Ann <B>", "", ""]


def test_a_text_in_its_cell_is_read_alike() -> None:
    item = "<r><t>A_x005F_</t></r><t>n<!-- c -->n</t><rPh><t>aid</t></rPh>"
    cell = f'<c xmlns="{MAIN}"><is>{item}</is></c>'
    assert item_text(parse(cell.encode())) == "A_nn"


def test_a_workbook_without_such_texts_has_none(tmp_path: Path) -> None:
    path = text_book(tmp_path / "book.xlsx", [[1]])
    repacked(path, **{PART.replace("/", "__"): None})
    assert texts(path) == []
