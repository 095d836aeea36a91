"""Arguments at hand: which of them wait for the native formulas to be computed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from recalc_books import shown, workbook

from clv_xl.hosts.recalc import recalculate
from clv_xl.hosts.recalc.engine import Engine
from clv_xl.hosts.recalc.formula.defined_names import Names
from clv_xl.hosts.recalc.formula.grammar import Area
from clv_xl.hosts.recalc.solver.direct_arguments import Reader

CELLS: dict[str, Any] = {
    "A1": 100, "D1": "=CLV(1,1,1)", "E1": "=D1*2",
    "A3": "=D1+1", "F1": "=CLV_NET(ROUND(CLV_NET(A1,1),0)+E1,1)",
}  # fmt: skip


def evaluations(path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often the native formulas are computed."""
    done: list[bool] = []
    real = Engine.evaluate

    def evaluate(engine: Engine) -> None:
        done.append(engine._changed)
        real(engine)

    with monkeypatch.context() as patched:
        patched.setattr(Engine, "evaluate", evaluate)
        recalculate(path)
    return sum(done)


def test_a_call_of_typed_cells_waits_for_no_evaluation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path / "book.xlsx", {"Sheet": CELLS})
    typed = evaluations(path, monkeypatch)
    assert shown(path)["F1"] == 100
    filled = workbook(tmp_path / "filled.xlsx", {"Sheet": {**CELLS, "A1": "=E1*50"}})
    assert evaluations(filled, monkeypatch) == typed + 1
    assert shown(filled)["F1"] == 100


def test_a_cell_between_those_that_formulas_fill_may_change() -> None:
    engine = Engine()
    reader = Reader(engine, Names(()))
    reader.note_filled(0, (4, 2, 4, 3))
    reader.note_filled(0, (9, 3, 9, 3))
    name = engine.names[0]
    changing = [row for row in range(1, 12) if reader.may_change(Area(name, row, 3, row, 3))]
    assert changing == [4, 5, 6, 7, 8, 9]
    assert not reader.may_change(Area(name, 5, 2, 9, 2))
    assert reader.may_change(Area(name, 1, 1, 20, 9))
    assert not reader.may_change(7.0)
