"""What CLV_ERRORS lists: one entry for what a function wizard's keystrokes repeat."""

from __future__ import annotations

import datetime as dt

import pytest

from clv_xl import session
from clv_xl.call import call
from clv_xl.errors import ArgumentError, Caveat


class Clock(dt.datetime):
    """A clock that a test sets."""

    time = dt.datetime(2026, 1, 1)

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
        return cls.time


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    monkeypatch.setattr(Clock, "time", dt.datetime(2026, 1, 1))
    monkeypatch.setattr(session.dt, "datetime", Clock)
    return Clock


def sentences() -> list[str]:
    return [fault.sentence for fault in session.recent_faults()]


def test_keystrokes_of_the_wizard_are_one_entry_the_newest(clock: type[Clock]) -> None:
    for typed in ("must be 1", "must be 12", "must be 123"):
        session.record("CLV", ArgumentError(typed, argument="lifespan"))
        clock.time += dt.timedelta(seconds=1.5)
    assert sentences() == ["must be 123"]


def test_a_fault_that_comes_back_later_is_another_entry(clock: type[Clock]) -> None:
    for _ in range(2):
        session.record("CLV", ArgumentError("missing", argument="lifespan"))
        clock.time += dt.timedelta(seconds=2.1)
    assert sentences() == ["missing", "missing"]


def test_other_functions_and_arguments_keep_their_entries(clock: type[Clock]) -> None:
    session.record("CLV", ArgumentError("a", argument="lifespan"))
    session.record("CLV", ArgumentError("b", argument="gross_margin"))
    session.record("CAC", ArgumentError("c", argument="spend"))
    assert sentences() == ["c", "b", "a"]


def test_all_faults_of_one_call_are_kept_and_so_are_caveats(clock: type[Clock]) -> None:
    session.record("SBG_FIT", Caveat("x"), Caveat("y"))
    session.record("SBG_FIT", Caveat("z"))
    call("CLV", [[["text"], [-1.0]], 1, 1])
    assert len(sentences()) == 5
    assert sentences()[2:] == ["z", "y", "x"]


def test_a_formula_typed_argument_by_argument_leaves_one_entry_for_each() -> None:
    for given in ([], [1], [1], [1], [1, 2], [1, 2]):
        call("CLV", given)
    (lifespan, frequency, value) = sentences()
    assert lifespan.startswith("lifespan is missing")
    assert frequency.startswith("purchase_frequency is missing")
    assert value.startswith("purchase_value is missing")
