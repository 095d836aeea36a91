"""What the library leaves to the program that uses it, and what the command line may do."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from recalc_books import workbook

from clv_xl.hosts.recalc import recalculate
from clv_xl.hosts.recalc.engine import Engine
from clv_xl.hosts.recalc.process import engine_output_discarded, exclusive_process


def test_a_library_call_leaves_collection_and_screen_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[bool, int, int]] = []
    before = (gc.isenabled(), os.fstat(1).st_ino, os.fstat(2).st_ino)
    real = Engine.evaluate

    def noting(engine: Engine) -> None:
        seen.append((gc.isenabled(), os.fstat(1).st_ino, os.fstat(2).st_ino))
        real(engine)

    monkeypatch.setattr(Engine, "evaluate", noting)
    recalculate(workbook(tmp_path / "book.xlsx", {"Sheet": {"A1": "=CLV(SUM(B1,1),1,1)"}}))
    assert seen
    assert set(seen) == {before}


def test_what_the_engine_writes_is_discarded_only_in_an_exclusive_process(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with engine_output_discarded():
        os.write(1, b"kept")
    with exclusive_process():
        assert not gc.isenabled()
        with engine_output_discarded():
            os.write(1, b"remark")
            os.write(2, b"panic")
        os.write(2, b"shown")
    assert gc.isenabled()
    assert capfd.readouterr() == ("kept", "shown")
