"""Formula cells among the bytes of a sheet."""

from __future__ import annotations

import pytest

from clv_xl.errors import FileError
from clv_xl.hosts.recalc.xlsx.formula_scanner import formula_cells, plain_text


def test_cells_and_their_attributes() -> None:
    rows = b'<c r="B2" s="1" t="str"><f t="array" ref="B2:B3">A1&amp;"&#233;"</f><v>x&#x41;</v></c>'
    (found,) = formula_cells(b'<c r="A1"><v>1</v></c>' + rows)
    assert (found.row, found.column, found.text, found.value) == (2, 2, 'A1&"é"', "xA")
    assert next(formula_cells(b'<c r="B2"><f>A1</f></c>')).value is None


@pytest.mark.parametrize(
    "rows",
    [
        b"<f>1</f>",
        b'<c s="1"><f>1</f></c>',
        b'<c r="A1"><f>1<b/></f></c>',
        b'<c r="A1"><f>\xff</f></c>',
        b'<c r="A1"><f>&#0;</f></c>',
        b'<c r="A1"><f>&#xD800;</f></c>',
        b'<c r="A1"><f>&#99999999;</f></c>',
    ],
)
def test_what_no_xml_holds_is_damage(rows: bytes) -> None:
    with pytest.raises(FileError, match="The workbook is damaged"):
        list(formula_cells(rows))


def test_line_ends_are_those_of_xml() -> None:
    assert plain_text(b"a\r\nb\rc&#13;&lt;&apos;") == "a\nb\nc\r<'"
