"""The layout is pure: the same sheets give the same places, and nothing stands on anything else."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clv_xl.errors import ArgumentError
from clv_xl.functions.spec import Unit
from clv_xl.workbook import banner
from clv_xl.workbook.declarations import (
    Chart,
    ChartKind,
    Field,
    Fields,
    Formula,
    Grid,
    Heading,
    Item,
    Listing,
    Records,
    Role,
    Sheet,
    SheetBlock,
    Spill,
    Stack,
    TableColumn,
)
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.places import Layout
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sample import generate
from clv_xl.workbook.template import sheets

text = st.text(st.characters(codec="latin-1", categories=("L", "Zs")), max_size=70)
keys = (f"block_{number}" for number in itertools.count())


@st.composite
def blocks(draw: st.DrawFn, *, nested: bool = False) -> SheetBlock:
    key = next(keys)
    heading, note = draw(text), draw(text)
    size = draw(st.integers(1, 5))
    kinds = ["fields", "records", "spill", "listing", "grid", "chart"]
    match draw(st.sampled_from(kinds if nested else [*kinds, "stack"])):
        case "fields":
            fields = tuple(Field(draw(text), n, Unit.COUNT, draw(text)) for n in range(size))
            return Fields(key, heading, fields, note, note_columns=draw(st.integers(0, 3)))
        case "records":
            columns = (
                TableColumn("label", Unit.TEXT, tuple("x" * n for n in range(size))),
                TableColumn("twice", Unit.MONEY, formula=f"={Ref(key).cell(1, 1)}"),
            )
            return Records(key, columns, size)
        case "spill":
            columns = tuple(Heading(draw(text), unit) for unit in list(Unit)[:size])
            return Spill(key, heading, "=A1", columns, draw(st.integers(1, 20)), note)
        case "listing":
            rows = tuple(tuple(Item(draw(text)) for _ in range(n + 1)) for n in range(size))
            return Listing(key, rows, ("head",), heading, note)
        case "grid":
            pairs = tuple(float(n) for n in range(size))
            formula = f"={Ref(key).column(0)}*{Ref(key).headers()}"
            return Grid(
                key, heading, pairs, "a", Unit.COUNT, pairs, "b", Unit.COUNT, formula, Unit.MONEY
            )
        case "chart":
            return Chart(key, ChartKind.LINES, heading, "", "", (), size, 5, ((Item(1),),))
        case _:
            return Stack((draw(blocks(nested=True)), draw(blocks(nested=True))))


drawn_sheets = st.builds(
    lambda bands, lead: Sheet("Sheet", Role.REPORT, "Heading", lead, bands),
    st.lists(st.lists(blocks(), min_size=1, max_size=3).map(tuple), min_size=1, max_size=4).map(
        tuple
    ),
    text,
)


def edges(layout: Layout, block: str) -> tuple[float, float]:
    """Return where a block begins and ends, in columns; a chart may within one."""
    area = layout.areas[block]
    starts, ends = next(
        ((one.starts, one.ends) for _, one in layout.charts if one.key == block), (0.0, 1.0)
    )
    return area.left - 1 + starts, area.right - 1 + ends


def overlap(layout: Layout, one: str, other: str) -> bool:
    first, second = layout.areas[one], layout.areas[other]
    if first.bottom < second.top or second.bottom < first.top:
        return False
    (left, right), (left_of_other, right_of_other) = edges(layout, one), edges(layout, other)
    return right > left_of_other and right_of_other > left


def assert_apart(layout: Layout) -> None:
    for one, other in itertools.combinations(layout.areas, 2):
        assert not overlap(layout, one, other), (one, other)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn_sheets)
def test_blocks_stand_apart_and_cells_in_their_block(sheet: Sheet) -> None:
    (layout,) = arrange([sheet])
    assert_apart(layout)
    first = min(area.top for area in layout.areas.values())
    for row, column in layout.cells:
        inside = any(
            area.top <= row <= area.bottom and area.left <= column <= area.right
            for area in layout.areas.values()
        )
        assert inside or row < first
    below = {place for place in layout.cells if place[0] != banner.ROW}
    assert all(row >= 2 and column >= 2 for row, column in below)
    assert all(width >= 2 for width in layout.widths.values())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn_sheets)
def test_the_same_sheet_has_the_same_layout(sheet: Sheet) -> None:
    assert arrange([sheet]) == arrange([sheet])


def test_nothing_overlaps_in_the_template() -> None:
    for layout in arrange(sheets(generate())):
        assert_apart(layout)


def test_charts_cover_nothing_but_their_own_data() -> None:
    for layout in arrange(sheets(generate())):
        for area, chart in layout.charts:
            covered = set(area.cells()) & set(layout.cells)
            own = layout.bodies[f"{chart.key}_data"]
            assert covered <= set(own.cells())


def listing(key: str, *values: object) -> Listing:
    return Listing(key, tuple((Item(value),) for value in values))  # type: ignore[arg-type]


def wide_listing(key: str, *values: object) -> Listing:
    return Listing(key, tuple((Item(value), Item(value)) for value in values))  # type: ignore[arg-type]


def cell(layout: Layout, key: str, row: int = 0) -> str:
    body = layout.bodies[key]
    value = layout.cells[body.top + row, body.left].value
    assert isinstance(value, Formula)
    return value.text


DATA = Ref("data")


@pytest.mark.parametrize(
    ("named", "written"),
    [
        (DATA.first, "$B$5"),
        (DATA.column(1), "$B$5:$B$7"),
        (DATA.cell(1, 2), "$B$6"),
        (DATA.column(1, 2), "$B$5:$B$6"),
        (DATA.whole_column(1), "$B:$B"),
        (DATA.header(1), "$B$4"),
        (DATA.headers(), "$B$4:$C$4"),
        (DATA.column(0), "$A$5:$A$7"),
        (DATA.rows(), "$B$5:$C$7"),
        (DATA.rows(2), "$B$5:$C$6"),
    ],
)
def test_places_are_written_as_references(named: str, written: str) -> None:
    sheets_ = (
        Sheet("Data", Role.INPUT, "Data", "Lead.", ((wide_listing("data", 1, 2, 3),),)),
        Sheet(
            "Other sheet",
            Role.REPORT,
            "Other",
            "",
            ((listing("sum", Formula(f"=SUM({named})")),),),
        ),
    )
    data, other = arrange(sheets_)
    assert data.bodies["data"].top == 5
    assert cell(other, "sum") == f"=SUM(Data!{written})"


def test_the_formula_of_a_tables_column_refers_to_cells() -> None:
    """New rows of a table are filled from it."""
    column = TableColumn("twice", Unit.MONEY, formula=f"={Ref('table').cell(1, 1)}*2")
    label = TableColumn("label", Unit.TEXT, ("a",))
    table = Records("table", (label, column), 1)
    (layout,) = arrange([Sheet("Data", Role.INPUT, "Data", "", ((table,),))])
    assert layout.tables[0].columns[1] == ("twice", "=$B$5*2")


def test_a_place_on_the_same_sheet_needs_no_title() -> None:
    block = listing("data", 1, Formula(f"={DATA.first}+1"))
    (layout,) = arrange([Sheet("Data", Role.INPUT, "Data", "Lead.", ((block,),))])
    assert cell(layout, "data", 1) == "=$B$5+1"


def test_titles_with_blanks_are_quoted() -> None:
    first = Sheet("My data", Role.INPUT, "Data", "Lead.", ((listing("data", 1),),))
    second = Sheet("Sum", Role.INPUT, "Sum", "", ((listing("sum", Formula(f"={DATA.first}")),),))
    assert cell(arrange([first, second])[1], "sum") == "='My data'!$B$5"


def test_a_place_that_there_is_not_is_a_fault() -> None:
    sheet = Sheet(
        "Data", Role.INPUT, "Data", "", ((listing("data", Formula(f"={Ref('nowhere').first}")),),)
    )
    with pytest.raises(ArgumentError, match=r"nowhere .*sheet Data"):
        arrange([sheet])


def test_two_things_in_one_cell_are_a_fault() -> None:
    layout = arrange([Sheet("Data", Role.INPUT, "Data", "", ((listing("data", 1),),))])[0]
    with pytest.raises(ArgumentError, match="Two things"):
        layout.put(*next(iter(layout.cells)), next(iter(layout.cells.values())))
