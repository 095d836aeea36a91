"""In which step a custom cell is computed, and after how many evaluations of the native ones."""

from __future__ import annotations

import pytest

from clv_xl.hosts.recalc.formula.grammar import Token, area, parse, walk
from clv_xl.hosts.recalc.solver.order import Block, Cells, EngineUse, Plan, plan
from clv_xl.hosts.recalc.xlsx.book import Place

TABLE = [
    # formulas; steps as "evaluations: cells"; cells of cycles; cells that depend on one
    ("A1=CLV(5)", ["0: A1"], [], []),
    ("A1=CLV(B1)", ["0: A1"], [], []),
    ("A1=CLV(A2) A2=CLV(A3) A3=CLV(1)", ["0: A3", "0: A2", "0: A1"], [], []),
    ("A1=CLV(B1) B1=C1*2", ["1: A1"], [], []),
    ("A1=CLV(B1) B1=A2*2 A2=CLV(3)", ["0: A2", "1: A1"], [], []),
    ("A1=CLV(A2:A3) A2=CLV(1) A3=CLV(2)", ["0: A2 A3", "0: A1"], [], []),
    ("A1=CLV(A2) A2=CLV(3)+1", ["0: A2", "1: A1"], [], []),
    ("A1=CLV(A2*2) A2=CLV(3)", ["0: A2", "1: A1"], [], []),
    ("A1=CLV(A1)", [], [["A1"]], []),
    ("A1=CLV(B1) B1=A1+1 C1=CLV(A1)", [], [["A1", "B1"]], ["C1"]),
    ("A1=CLV(A2:A9) A3=CLV(A1) B1=CLV(2)", ["0: B1"], [["A1", "A3"]], []),
]


def planned(text: str, changed: list[Block] | None = None, unstable: str = "") -> Plan:
    formulas = dict(word.split("=", 1) for word in text.split())
    places = {place(name): parse(formula) for name, formula in formulas.items()}

    def references(where: Place) -> list[Block]:
        tokens = [one for one in walk(places[where]) if isinstance(one, Token)]
        return [(0, *area(one, "")[1:]) for one in tokens if one.kind == "reference"]

    def engine_use(where: Place) -> EngineUse:
        formula = formulas[name(where)]
        found = EngineUse.DIRECT if formula.endswith(")") else EngineUse.RESULT
        return found | EngineUse.ARGUMENTS if "*" in formula else found

    custom = [place(one) for one, formula in formulas.items() if "CLV" in formula]
    cells = Cells((one, (one.row, one.column) * 2) for one in places)
    volatile = [place(unstable)] if unstable else []
    return plan(custom, cells, references, engine_use, changed or [], volatile)


def place(name: str) -> Place:
    return Place(0, int(name[1:]), ord(name[0]) - 64)


def name(where: Place) -> str:
    return f"{chr(64 + where.column)}{where.row}"


@pytest.mark.parametrize(("formulas", "steps", "cycles", "dependent"), TABLE)
def test_cells_are_computed_after_what_they_read(
    formulas: str, steps: list[str], cycles: list[list[str]], dependent: list[str]
) -> None:
    found = planned(formulas)
    assert [
        f"{step.evaluations}: {' '.join(map(name, sorted(step.places)))}" for step in found.steps
    ] == steps
    assert [list(map(name, cycle)) for cycle in found.circular] == cycles
    assert list(map(name, found.dependent_on_cycle)) == dependent


def test_only_what_reads_changed_cells_is_computed_again() -> None:
    text = "A1=CLV(B1:B9) A2=CLV(C1:C9) A3=CLV(A1)"
    assert planned(text, [(0, 4, 2, 5, 2)]).affected == {place("A1"), place("A3")}


def test_what_reads_a_volatile_cell_counts_as_changed() -> None:
    text = "A1=CLV(B1) A2=CLV(5) B1=C1+1"
    assert planned(text, unstable="B1").affected == {place("A1")}
