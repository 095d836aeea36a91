"""Computations in a process of their own: ended in time, with a sentence, and nothing remains."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from recalc_books import shown, workbook

from clv_xl.errors import ArgumentError, ClvError
from clv_xl.hosts.recalc import Evaluator, recalculate
from clv_xl.hosts.recalc.budget import Budget, BudgetError, Limits, current, spending
from clv_xl.hosts.recalc.child import in_child
from clv_xl.hosts.recalc.process import exclusive_process

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks safely")


@pytest.fixture(autouse=True)
def own_process() -> Iterator[None]:
    with exclusive_process():
        yield


def children() -> set[str]:
    """The processes that this one has, such as LibreOffice for other tests."""
    of_threads = Path("/proc/self/task").glob("*/children")
    return {child for thread in of_threads for child in thread.read_text().split()}


def ending(work: Callable[[], object], limits: Limits | None = None) -> str:
    """The sentence with which a computation ends."""
    before = children()
    with spending(Budget(limits or Limits())), pytest.raises(ClvError) as fault:
        in_child(work)
    assert children() == before  # no process remains
    return fault.value.sentence


def test_a_value_comes_back_from_another_process() -> None:
    assert in_child(lambda: ([1.5, "x", None], os.getpid()))[0] == [1.5, "x", None]
    assert in_child(os.getpid) != os.getpid()


def test_a_library_computes_in_its_own_process() -> None:
    from contextvars import Context

    assert Context().run(in_child, os.getpid) == os.getpid()


def test_an_error_comes_back_as_it_was() -> None:
    def fail() -> None:
        raise ArgumentError("What is wrong.", argument="margin")

    with pytest.raises(ArgumentError, match="What is wrong") as fault:
        in_child(fail)
    assert fault.value.argument == "margin"


def test_what_cannot_be_interrupted_is_ended_in_time_and_names_the_formula() -> None:
    def hang() -> None:
        current().stand("Sheet!B7")
        ctypes.PyDLL(None).sleep(60)  # native code that holds the interpreter

    begun = time.monotonic()
    sentence = ending(hang, Limits(seconds=0.2))
    assert time.monotonic() - begun < 20
    assert "at Sheet!B7 after 0.2 seconds" in sentence
    assert "--limit-seconds" in sentence


def test_memory_is_bounded() -> None:
    sentence = ending(lambda: len(bytes(900 * 2**20)), Limits(memory=200))
    assert "after 200 MB of memory" in sentence
    assert "--limit-memory" in sentence


@pytest.mark.parametrize("crash", [lambda: ctypes.string_at(0), lambda: os.kill(os.getpid(), 11)])
def test_a_crash_is_a_sentence(crash: Callable[[], object]) -> None:
    assert "The built-in engine failed; nothing was changed" in ending(crash)


def test_a_panic_is_a_sentence() -> None:
    class PanicError(BaseException):
        pass

    def panic() -> None:
        raise PanicError

    assert "The built-in engine failed" in ending(panic)


def test_a_book_that_takes_too_long_stays_as_it_is(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "book.xlsx", {"S": {"A1": '=SUMPRODUCT(INDIRECT("B1:XFD1048576")*1)'}}
    )
    before = path.read_bytes()
    with spending(Budget(Limits(seconds=1))), pytest.raises(BudgetError, match="at S!A1 after 1 s"):
        recalculate(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


# The limits that are looked at from within


def test_evaluations_are_counted(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", {"S": {"A1": 3, "B1": "=CLV(SUM(A1,1),6,5)"}})
    with spending(Budget(Limits(evaluations=1))), pytest.raises(BudgetError) as fault:
        recalculate(path)
    assert "at S!B1 after 1 evaluations" in fault.value.sentence
    assert "--limit-evaluations" in fault.value.sentence
    recalculate(path)
    assert shown(path)["B1"] == 120


def test_cells_are_counted_and_the_others_computed(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "b.xlsx",
        {"S": {"A1": "=COUNTBLANK(C:Z)", "A2": "=SUM(C:Z)", "A3": "=ROWS(C:XFD)", "C1": 4,
               "A4": "=SUMPRODUCT(all*1)", "A5": "=CLV(C1,6,5)", "A6": "=COUNTA(C:Z)"}},
        names={"all": "S!$C$1:$XFD$1048576"},
    )  # fmt: skip
    report = recalculate(path)
    assert [fault.cell for fault in report.not_computed] == ["A1", "A4"]
    assert "more than 20 million cells" in report.not_computed[0].sentence
    assert "--limit-cells" in report.not_computed[0].sentence
    cells = shown(path)
    assert [cells[name] for name in ("A2", "A3", "A5", "A6")] == [4, 1048576, 120, 1]


def test_seconds_are_looked_at_before_each_call() -> None:
    with spending(Budget(Limits(seconds=1e-9))), pytest.raises(BudgetError, match="seconds"):
        Evaluator().evaluate("=CLV(1000,6,5)")
