"""The gate's audit fails where it found something, and goes on where nobody could be asked."""

from __future__ import annotations

import json

import audit


def answer(*packages: dict[str, object]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


SOUND = {"name": "sound", "version": "1.0", "vulns": []}
UNKNOWN = {"name": "unknown", "skip_reason": "not found"}


def test_a_vulnerability_fails_and_says_which_version_mends_it() -> None:
    fault = {"id": "PYSEC-2026-1", "fix_versions": ["2.0"], "aliases": [], "description": ""}
    holed = {"name": "holed", "version": "1.0", "vulns": [fault]}
    passed, sentence = audit.judge(answer(SOUND, holed, UNKNOWN), "Found 1 known vulnerability")
    assert not passed
    assert sentence == "holed 1.0: PYSEC-2026-1, mended in 2.0"


def test_nothing_found_says_how_many_were_audited() -> None:
    passed, sentence = audit.judge(answer(SOUND, UNKNOWN), "")
    assert passed
    assert sentence.startswith("1 of 2 packages audited")


def test_no_service_is_said_in_one_line_and_passes() -> None:
    for text, errors in (("", "ConnectionError: Could not connect to"), (answer(UNKNOWN), "")):
        passed, sentence = audit.judge(text, errors)
        assert passed
        assert sentence.startswith("Not audited")
        assert "\n" not in sentence


def test_any_other_failure_of_the_audit_fails() -> None:
    passed, sentence = audit.judge("", "invalid requirements input")
    assert not passed
    assert "invalid requirements input" in sentence
