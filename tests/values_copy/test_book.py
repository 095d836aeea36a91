"""Sheets leave the main part, and the numbers of the others follow."""

from __future__ import annotations

from lxml import etree

from clv_xl.package.namespaces import OFFICE
from clv_xl.values_copy.book import remove_sheets


def test_names_and_views_of_later_sheets_count_without_the_removed_one() -> None:
    root = etree.fromstring(
        f'<workbook xmlns:r="{OFFICE}"><bookViews><workbookView activeTab="2" firstSheet="1"/>'
        '</bookViews><sheets><sheet name="A" r:id="a"/><sheet name="B" r:id="b"/>'
        '<sheet name="C" r:id="c"/></sheets><definedNames><definedName name="x" localSheetId="0"/>'
        '<definedName name="x" localSheetId="1"/><definedName name="x" localSheetId="2"/>'
        "</definedNames></workbook>"
    )
    assert remove_sheets(root, {"b"}) == {"B"}
    assert [sheet.get("name") for sheet in root.iter("sheet")] == ["A", "C"]
    assert [name.get("localSheetId") for name in root.iter("definedName")] == ["0", "1"]
    assert dict(next(root.iter("workbookView")).attrib) == {"activeTab": "1", "firstSheet": "0"}


def test_no_sheet_removed_changes_nothing() -> None:
    root = etree.fromstring('<workbook><sheets><sheet name="A"/></sheets></workbook>')
    before = etree.tostring(root)
    assert remove_sheets(root, set()) == set()
    assert etree.tostring(root) == before
