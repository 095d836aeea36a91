"""Values put into a sheet's bytes: what changes, and that nothing else does."""

from __future__ import annotations

import pytest

from clv_xl.hosts.recalc.xlsx.value_patcher import DisorderError, Put, splice


def put_in(rows: str, wanted: dict[str, Put]) -> tuple[str, int]:
    places: dict[int, dict[int, Put]] = {}
    for name, put in wanted.items():
        places.setdefault(int(name[1:]), {})[ord(name[0]) - 64] = put
    content, changed = splice(rows.encode(), places)
    return content.decode(), changed


FORMULA = "<f>1+1</f>"


@pytest.mark.parametrize(
    ("before", "put", "after"),
    [
        (f'<c r="A1">{FORMULA}</c>', Put("n", "2"), f'<c r="A1">{FORMULA}<v>2</v></c>'),
        (f'<c r="A1">{FORMULA}<v>1</v></c>', Put("n", "2"), f'<c r="A1">{FORMULA}<v>2</v></c>'),
        (
            f'<c r="A1" s="3" t="str">{FORMULA}<v>x</v></c>',
            Put("n", "2"),
            f'<c r="A1" s="3">{FORMULA}<v>2</v></c>',
        ),
        (
            f'<c r="A1" s="3">{FORMULA}<v>2</v></c>',
            Put("e", "#N/A"),
            f'<c r="A1" s="3" t="e">{FORMULA}<v>#N/A</v></c>',
        ),
        (
            f'<c r="A1" vm="1" t="e">{FORMULA}<v>#VALUE!</v></c>',
            Put("b", "1"),
            f'<c r="A1" t="b">{FORMULA}<v>1</v></c>',
        ),
        (
            '<c r="A1"><f t="shared" si="0"/></c>',
            Put("n", "2"),
            '<c r="A1"><f t="shared" si="0"/><v>2</v></c>',
        ),
        (
            '<c r="A1"><v>1</v></c>',
            Put("str", " a<b>&c\r"),
            '<c r="A1" t="str"><v xml:space="preserve"> a&lt;b&gt;&amp;c&#13;</v></c>',
        ),
        ('<c r="A1"/>', Put("n", "2"), '<c r="A1"><v>2</v></c>'),
        ('<c r="A1" s="1" t="str" cm="1"><v>x</v></c>', Put(), '<c r="A1" s="1"/>'),
    ],
)
def test_a_cell_with_its_new_value(before: str, put: Put, after: str) -> None:
    row = '<row r="1" spans="1:1">{}<c r="B1"><v>7</v></c></row>'
    assert put_in(row.format(before), {"A1": put}) == (row.format(after), 1)


@pytest.mark.parametrize(
    ("cell", "put"),
    [
        (f'<c r="A1">{FORMULA}<v>2</v></c>', Put("n", "2")),
        (f'<c r="A1" t="str">{FORMULA}<v>a&#38;b</v></c>', Put("str", "a&b")),
        (f'<c r="A1" t="str">{FORMULA}<v xml:space="preserve"> a</v></c>', Put("str", " a")),
        (f'<c r="A1" t="str">{FORMULA}<v/></c>', Put("str", "")),
        ('<c r="A1"/>', Put()),
        (f'<c r="A1">{FORMULA}<v>2</v></c>', Put()),
    ],
)
def test_a_cell_that_holds_it_already_stays_as_it_is(cell: str, put: Put) -> None:
    row = f'<row r="1">{cell}</row>'
    assert put_in(row, {"A1": put}) == (row, 0)


def test_a_spilling_formula_says_what_it_fills() -> None:
    before = '<row r="1"><c r="A1" cm="1"><f t="array" ref="A1">X</f><v>1</v></c></row>'
    after = before.replace('ref="A1"', 'ref="A1:A2"')
    assert put_in(before, {"A1": Put("n", "1", "A1:A2")}) == (after, 1)
    assert put_in(after, {"A1": Put("n", "1", "A1:A2")}) == (after, 0)


def test_a_formula_that_is_let_spill_is_marked() -> None:
    before = '<row r="1"><c r="A1" s="2"><f>X</f><v>1</v></c></row>'
    after = '<row r="1"><c r="A1" s="2" cm="4"><f t="array" ref="A1:A2">X</f><v>1</v></c></row>'
    assert put_in(before, {"A1": Put("n", "1", "A1:A2", 4)}) == (after, 1)
    array = '<row r="1"><c r="A1" s="2" cm="1"><f t="array" ref="A1">X</f><v>1</v></c></row>'
    assert put_in(array, {"A1": Put("n", "1", "A1:A2", 4)}) == (after, 1)


def test_cells_and_rows_that_lack_are_put_where_they_belong() -> None:
    rows = '<row r="2" spans="2:2" s="1"><c r="B2"><v>0</v></c></row><row r="4"/>'
    wanted = {name: Put("n", name[1:]) for name in ("A1", "A2", "B2", "C2", "A3", "A4", "A5")}
    after = (
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="2" s="1"><c r="A2"><v>2</v></c><c r="B2"><v>2</v></c><c r="C2"><v>2</v></c></row>'
        '<row r="3"><c r="A3"><v>3</v></c></row>'
        '<row r="4"><c r="A4"><v>4</v></c></row>'
        '<row r="5"><c r="A5"><v>5</v></c></row>'
    )
    assert put_in(rows, wanted) == (after, 7)


def test_what_is_to_be_empty_needs_no_cell() -> None:
    rows = '<row r="1" spans="1:1"><c r="A1"><v>1</v></c></row>'
    assert put_in(rows, {"B1": Put(), "A9": Put()}) == (rows, 0)
    assert put_in(rows, {"B1": Put(), "A1": Put("n", "2"), "A9": Put()}) == (
        rows.replace("<v>1", "<v>2"),
        1,
    )


def test_a_text_keeps_its_type_beside_other_cells() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>3</v></c></row>'
    assert put_in(rows, {"B1": Put("str", "x")}) == (
        rows.replace('<c r="C1">', '<c r="B1" t="str"><v>x</v></c><c r="C1">'),
        1,
    )


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"><c r="A2"/></row><row r="1"><c r="A1"/></row>',
        '<row r="1"><c r="A1"/></row><row r="1"><c r="A1"/></row>',
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="A1"/><c r="A1"/></row>',
    ],
)
def test_rows_and_cells_that_do_not_follow_each_other_are_told(rows: str) -> None:
    with pytest.raises(DisorderError):
        put_in(rows, {"A1": Put("n", "1"), "C1": Put("n", "1")})


def test_long_runs_of_rows_are_put_in_piece_by_piece() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><f>X</f></c></row>' for n in range(1, 1203))
    wanted = {f"A{n}": Put("n", "5") for n in range(1, 1203)}
    assert put_in(rows, wanted) == (rows.replace("</f>", "</f><v>5</v>"), 1202)
