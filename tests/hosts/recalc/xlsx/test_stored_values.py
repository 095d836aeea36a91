"""How a file holds what a formula shows."""

from __future__ import annotations

import pytest

from clv_xl.cells import Cell, CellError
from clv_xl.hosts.recalc.xlsx.book import stored_value
from clv_xl.hosts.recalc.xlsx.stored_values import by_place, stored_form


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (1.0, "n", "1"),
        (1.5, "n", "1.5"),
        (-0.25, "n", "-0.25"),
        (7, "n", "7"),
        (1e15, "n", "1000000000000000.0"),
        (999999999999999.0, "n", "999999999999999"),
        (1e300, "n", "1e+300"),
        (True, "b", "1"),
        (False, "b", "0"),
        (None, "str", ""),
        ("", "str", ""),
        ("a & b", "str", "a & b"),
        ("x" * 32_767, "str", "x" * 32_767),
        ("x" * 32_768, "e", "#VALUE!"),
        ("a\x01b", "str", "a_x0001_b"),
        ("_x000D_", "str", "_x005F_x000D_"),
        ("_x00", "str", "_x00"),
        ("a\tb\nc", "str", "a\tb\nc"),
        (CellError.NA, "e", "#N/A"),
        (CellError.SPILL, "e", "#VALUE!"),
        (CellError.CALC, "e", "#VALUE!"),
    ],
)
def test_a_value_is_held_by_type_and_text(value: Cell, kind: str, text: str) -> None:
    assert stored_form(value) == (kind, text)


def test_what_is_no_cell_is_a_defect() -> None:
    with pytest.raises(TypeError, match="list"):
        stored_form([1.0])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "text", "wanted"),
    [
        ("n", None, None),
        ("n", "", None),
        ("n", "1.5", 1.5),
        ("n", "x", None),
        ("str", "", ""),
        ("str", None, None),
        ("str", "1", "1"),
        ("b", "1", True),
        ("b", "true", True),
        ("b", "0", False),
        ("b", "", None),
        ("e", "#N/A", CellError.NA),
        ("e", "#NEW!", CellError.VALUE),
        ("e", "", None),
    ],
)
def test_a_value_in_a_file_is_read_by_its_type(kind: str, text: str | None, wanted: Cell) -> None:
    found = stored_value(kind, text)
    assert found == wanted
    assert type(found) is type(wanted)


def test_values_by_sheet_and_name_are_found_by_place() -> None:
    assert by_place({"Sheet": {"B3": 1.0, "AA10": "x"}}) == {
        ("sheet", 3, 2): 1.0,
        ("sheet", 10, 27): "x",
    }
