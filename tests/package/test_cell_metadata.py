"""The mark of cells whose formula spills: found, added beside other kinds, or made."""

from __future__ import annotations

import pytest
from lxml import etree

from clv_xl.package.cell_metadata import spill_mark
from clv_xl.package.content_types import NO_TYPES
from clv_xl.package.namespaces import CONTENT_TYPES, MAIN

PART = "xl/metadata.xml"
OTHER = (
    f'<metadata xmlns="{MAIN}"><metadataTypes count="1"><metadataType name="XLRICHVALUE"/>'
    '</metadataTypes><futureMetadata name="XLRICHVALUE" count="1"><bk/></futureMetadata>{}'
    '<valueMetadata count="1"><bk><rc t="1" v="0"/></bk></valueMetadata></metadata>'
)


@pytest.mark.parametrize(
    ("entries", "number"),
    [("", 1), ('<cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata>', 2)],
)
def test_metadata_of_other_kinds_stays_and_the_mark_is_added(entries: str, number: int) -> None:
    parts = {CONTENT_TYPES: NO_TYPES}
    spill_mark(parts)
    parts[PART] = OTHER.format(entries).encode()
    assert spill_mark(parts) == number
    root = etree.fromstring(parts[PART])
    assert [etree.QName(one).localname for one in root] == [
        "metadataTypes", "futureMetadata", "futureMetadata", "cellMetadata", "valueMetadata",
    ]  # fmt: skip
    assert [one.get("name") for one in root[0]] == ["XLRICHVALUE", "XLDAPR"]
    assert dict(root[3][number - 1][0].attrib) == {"t": "2", "v": "0"}
    assert root[3].get("count") == str(number)
    before = parts[PART]
    assert spill_mark(parts) == number
    assert parts[PART] == before


def test_a_workbook_without_metadata_gets_the_part_once() -> None:
    parts = {CONTENT_TYPES: NO_TYPES}
    assert spill_mark(parts) == 1
    before = dict(parts)
    assert spill_mark(parts) == 1
    assert parts == before
    assert b'PartName="/xl/metadata.xml"' in parts[CONTENT_TYPES]


def test_metadata_without_any_kind_gets_the_first() -> None:
    parts = {CONTENT_TYPES: NO_TYPES}
    spill_mark(parts)
    parts[PART] = f'<metadata xmlns="{MAIN}"><extLst/></metadata>'.encode()
    assert spill_mark(parts) == 1
    root = etree.fromstring(parts[PART])
    assert [etree.QName(one).localname for one in root] == [
        "metadataTypes", "futureMetadata", "cellMetadata", "extLst",
    ]  # fmt: skip
    assert root[0].get("count") == "1"
    assert dict(root[2][0][0].attrib) == {"t": "1", "v": "0"}
