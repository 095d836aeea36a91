"""Formulas filled down are computed as one: the same values and sentences as cell by cell."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import get_column_letter
from recalc_books import cell_xml, edit, shown, workbook
from strategies import fitted

from clv_xl import call
from clv_xl.functions import CATALOGUE, Function
from clv_xl.functions.spec import Kind, Meaning
from clv_xl.hosts.recalc import recalculate
from clv_xl.hosts.recalc.report import Report
from clv_xl.hosts.recalc.solver import alike_cells, custom_cells

ROWS = range(2, 55)
ODD = (None, "abc", -1.5, 0.0, True, "=NA()", "=1/0", "", 1e300, "7", "one")
ELEMENTWISE = [function for function in CATALOGUE.values() if function.elementwise]


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the calls that are made from now on."""
    made: list[str] = []
    real = call.compute

    def compute(function: Function, *rest: Any, **options: Any) -> Any:
        made.append(function.name)
        return real(function, *rest, **options)

    monkeypatch.setattr(call, "compute", compute)
    return made


def draw(meaning: Meaning, rng: random.Random, odd: float) -> Any:
    if rng.random() < odd:
        return rng.choice(ODD)
    if meaning.choices:
        return rng.choice(meaning.choices)
    low, high = meaning.typical
    return float(rng.randint(round(low), round(high))) if meaning.whole else rng.uniform(low, high)


def filled_down(functions: list[Function], rng: random.Random, odd: float) -> dict[str, Any]:
    """A sheet where each of some functions, and one with some arguments less, is filled down."""
    cells: dict[str, Any] = {}
    place = 1
    for function in functions:
        references: list[str] = []
        for parameter in function.parameters:
            letters = get_column_letter(place)
            place += 1
            if parameter.meaning.kind is Kind.PARAMETERS:
                numbers = fitted(parameter.meaning)
                cells |= {f"{letters}{row}": number for row, number in enumerate(numbers, 1)}
                references.append(f"${letters}$1:${letters}${len(numbers)}")
            else:
                cells |= {f"{letters}{row}": draw(parameter.meaning, rng, odd) for row in ROWS}
                references.append(f"{letters}{{row}}")
        required = sum(parameter.required for parameter in function.parameters)
        for given in {len(references), rng.randint(max(required, 1), len(references))}:
            formula = f"={function.name}({','.join(references[:given])})"
            cells |= {f"{get_column_letter(place)}{row}": formula.format(row=row) for row in ROWS}
            place += 1
    return cells


def outcome(path: Path, report: Report) -> tuple[dict[str, Any], list[str], int]:
    """What the cells show, and everything that is said of them."""
    return shown(path), sorted(map(str, report.faults())), report.calls


def both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cells: dict[str, Any], **settings: Any
) -> tuple[dict[str, Any], list[str], int]:
    """What a sheet shows, the same computed as one and cell by cell, and computed again."""
    path = workbook(tmp_path / "book.xlsx", {"Sheet": cells}, **settings)
    single = workbook(tmp_path / "single.xlsx", {"Sheet": cells}, **settings)
    found = outcome(path, recalculate(path))
    again = recalculate(path)
    assert not again.changed
    assert outcome(path, again) == found
    with monkeypatch.context() as patched:
        for module in (custom_cells, alike_cells):
            patched.setattr(module, "_FEWEST", 1_000_000)
        values, sentences, calls = outcome(single, recalculate(single))
    assert (sentences, calls) == found[1:]
    assert values.keys() == found[0].keys()
    for name, value in values.items():
        if isinstance(value, float):  # sums over many terms differ in the last digits
            assert found[0][name] == pytest.approx(value, rel=1e-14, abs=0), name
        else:
            assert (value, type(value)) == (found[0][name], type(found[0][name])), name
    return found


def test_every_function_gives_what_it_gives_cell_by_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both(tmp_path, monkeypatch, filled_down(ELEMENTWISE, random.Random(1), 0.15))


@pytest.mark.parametrize(
    ("formula", "calls"),
    [
        ("=CLV(A{row},B{row},C{row})", 1),
        ("=CLV($A{row},$B$2,C$2)", 1),
        ("=CLV(A{row},B{row},3,,C{row})", 1),
        ("=CLV(Sheet!A{row},rate,3,,0)", 1),
        ("=CLV($A$2,$B$2,3)", 1),
        ("=ROUND(CLV(A{row},B{row},C{row}),2)", 1),
        ('=IF(A{row}="","",CLV(A{row},B{row},C{row}))', 1),
        ("=CLV(A{row},B{row},1)-CLV(A{row},C{row},1)", 2),
        ("=CLV(A{row}*2,B{row},C{row})", len(ROWS)),
    ],
)
def test_a_formula_filled_down_makes_each_of_its_calls_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, formula: str, calls: int
) -> None:
    cells: dict[str, Any] = {}
    for row in ROWS:
        cells |= {f"A{row}": 100.5 + row, f"B{row}": row % 7 + 0.25, f"C{row}": row % 5 + 1}
        cells[f"D{row}"] = formula.format(row=row)
    made = counted(monkeypatch)
    path = workbook(tmp_path / "book.xlsx", {"Sheet": cells}, names={"rate": "Sheet!$B$3"})
    recalculate(path)
    assert len(made) == calls
    both(tmp_path, monkeypatch, cells, names={"rate": "Sheet!$B$3"})


def test_columns_that_read_each_other_by_turns_are_followed_cell_by_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells: dict[str, Any] = {"A1": 1000, "B1": 1}
    for row in ROWS:
        cells |= {
            f"A{row}": f"=CLV(B{row - 1},0.5,A{row - 1}/A{row - 1})",
            f"B{row}": f"=A{row - 1}+1",
            f"C{row}": f"=CLV(B{row},1,1)",
            f"D{row}": f"=SUM(C$2:C{row})",
            f"E{row}": f"=CLV_NET(D{row},A{row})",
        }
    values, sentences, _ = both(tmp_path, monkeypatch, cells)
    assert not sentences
    assert values["D54"] == sum(values[f"C{row}"] for row in ROWS)


def test_a_circular_reference_in_one_row_leaves_the_other_rows_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells: dict[str, Any] = {f"A{row}": float(row) for row in ROWS}
    cells |= {f"B{row}": f"=CLV(A{row},1,1)" for row in ROWS} | {"A9": "=C9", "C9": "=A9+1"}
    values, sentences, _ = both(tmp_path, monkeypatch, cells)
    assert [values.get(f"B{row}") for row in (8, 10)] == [8.0, 10.0]
    assert len(sentences) == 1
    assert "Circular" in sentences[0]


def test_an_error_in_one_cell_is_said_of_that_row_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells: dict[str, Any] = {f"A{row}": float(row) for row in ROWS} | {"A9": -1, "A11": "=1/0"}
    cells |= {f"B{row}": f"=CLV_RETENTION(100,A{row}/100)" for row in ROWS}
    cells |= {f"C{row}": f"=CLV_RETENTION(100,D{row})" for row in ROWS}
    cells |= {f"D{row}": 0.5 for row in ROWS} | {"D20": 7}
    _, sentences, _ = both(tmp_path, monkeypatch, cells)
    assert [one.partition(":")[0] for one in sentences] == ["Sheet!A11", "Sheet!B9", "Sheet!C20"]
    assert "in row" not in sentences[2]


def test_the_quadrant_of_one_customer_is_not_that_of_its_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells: dict[str, Any] = {}
    for row in ROWS:
        cells |= {f"A{row}": float(row), f"B{row}": float(row % 9), f"D{row}": None}
        cells |= {f"C{row}": f"=CUSTOMER_QUADRANT(A{row},B{row})"}
        cells |= {f"E{row}": f"=CUSTOMER_QUADRANT(A{row},B{row},20,D{row})"}
        cells |= {f"F{row}": f"=CUSTOMER_QUADRANT(A{row},B{row},20,5)"}
    values, _, _ = both(tmp_path, monkeypatch, cells)
    assert [values[f"{column}30"] for column in "CEF"] == ["#N/A", "#N/A", "Free rider"]


def test_shared_formulas_are_computed_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells: dict[str, Any] = {}
    for row in ROWS:
        cells |= {f"A{row}": float(row), f"B{row}": f"=A{row}*2", f"C{row}": f"=CLV(B{row},1,1)"}
    path = workbook(tmp_path / "book.xlsx", {"Sheet": cells})
    changes = []
    for number, column in enumerate("BC"):
        first = cell_xml(path, f"{column}2")
        shared = f'<f t="shared" ref="{column}2:{column}54" si="{number}">'
        changes.append((first, first.replace("<f>", shared)))
        changes += [
            (
                cell_xml(path, f"{column}{row}"),
                f'<c r="{column}{row}"><f t="shared" si="{number}"/></c>',
            )
            for row in ROWS[1:]
        ]
    edit(path, {"xl/worksheets/sheet1.xml": changes})
    made = counted(monkeypatch)
    recalculate(path)
    assert made == ["CLV"]
    values = shown(path)
    assert [values[f"C{row}"] for row in ROWS] == [2.0 * row for row in ROWS]


def test_formulas_that_say_the_same_are_no_copies(tmp_path: Path) -> None:
    """One row has the formula of the row above as it stands there; below, the column goes on."""
    same = {7, 30}
    cells: dict[str, Any] = {f"A{row}": float(row) for row in ROWS}
    read = {row: row - 1 if row in same else row for row in ROWS}
    cells |= {f"B{row}": f"=CLV(A{read[row]},6,5)" for row in ROWS}
    path = workbook(tmp_path / "book.xlsx", {"S": cells})
    recalculate(path)
    values = shown(path)
    assert {row: values[f"B{row}"] for row in ROWS} == {row: read[row] * 30 for row in ROWS}
