"""What CLV_ERRORS lists: every sentence once, the newest first."""

from __future__ import annotations

from clv_xl import session
from clv_xl.call import call
from clv_xl.errors import ArgumentError, Caveat


def sentences() -> list[str]:
    return [fault.sentence for fault in session.recent_faults()]


def test_a_repeated_sentence_is_one_entry_at_its_latest_time() -> None:
    (first,) = session.record("CLV", ArgumentError("missing", argument="lifespan"))
    session.record("CLV", ArgumentError("other", argument="lifespan"))
    (again,) = session.record("CLV", ArgumentError("missing", argument="lifespan"))
    assert sentences() == ["missing", "other"]
    assert session.recent_faults()[0] is again
    assert again.when >= first.when


def test_other_functions_and_sentences_keep_their_entries() -> None:
    session.record("CLV", ArgumentError("got 1.8 in row 4", argument="lifespan"))
    session.record("CLV", ArgumentError("got 1.9 in row 7", argument="lifespan"))
    session.record("CAC", ArgumentError("got 1.9 in row 7", argument="spend"))
    assert sentences() == ["got 1.9 in row 7", "got 1.9 in row 7", "got 1.8 in row 4"]


def test_all_faults_of_one_call_are_kept_and_so_are_caveats() -> None:
    session.record("SBG_FIT", Caveat("x"), Caveat("y"))
    session.record("SBG_FIT", Caveat("z"))
    call("CLV", [[["text"], [-1.0]], 1, 1])
    assert len(sentences()) == 5
    assert sentences()[2:] == ["z", "y", "x"]


def test_the_list_is_bounded() -> None:
    for number in range(session.MOST + 5):
        session.record("CLV", ArgumentError(str(number)))
    found = session.recent_faults(10 * session.MOST)
    assert len(found) == session.MOST
    assert found[-1].sentence == "5"


def test_a_formula_typed_argument_by_argument_leaves_one_entry() -> None:
    call("CAC", [5])
    for given in ([], [1], [1], [1], [1, 2], [1, 2], [1, 2, 3]):
        call("CLV", given)
    (lifespan, other) = sentences()
    assert lifespan.startswith("lifespan is missing")
    assert other.startswith("new_customers is missing")


def test_a_missing_argument_replaces_no_other_fault() -> None:
    call("CLV", [1])
    call("CLV", [1, 2, -3])
    call("CLV", [])
    call("CAC", [])
    starts = [sentence.split(" ", 1)[0] for sentence in sentences()]
    assert starts == ["spend", "purchase_value", "lifespan", "purchase_frequency"]
