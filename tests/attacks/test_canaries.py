"""No word of the data shows up where it must not; the script runs every command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from attacks import canaries
from no_network import holds_for_children

pytestmark = pytest.mark.skipif(not holds_for_children(), reason="the attack needs Linux")


def few(folder: Path, words: dict[str, str]) -> Iterator[canaries.Command]:
    seen = set()
    for command in canaries.commands(folder, words):
        if command.words[0] not in seen | {"functions", "serve", "doctor"}:
            seen.add(command.words[0])
            yield command


def cells_as_sentences(folder: Path, words: dict[str, str]) -> Iterator[canaries.Command]:
    for command in canaries.commands(folder, words):
        if command.prints_cells:
            yield command._replace(prints_cells=False)


def test_nothing_leaks() -> None:
    done, leaked = canaries.attack(1, few)
    assert leaked == []
    assert canaries.outcome.status(done) == 0
    assert {one.kind for one in done} == {canaries.outcome.Kind.OK, canaries.outcome.Kind.SENTENCE}


def test_what_would_leak_is_seen() -> None:
    _, leaked = canaries.attack(1, cells_as_sentences)
    assert {(leak.place, leak.kind) for leak in leaked} >= {("output", "customer")}


def test_files_left_and_names_of_files_are_seen(tmp_path: Path) -> None:
    words = {kind: f"word-{kind}" for kind in canaries.DATA + canaries.PLACES}
    folders = canaries.Folders(*(tmp_path / name for name in ("own", "temporary", "home", "notes")))
    for folder in folders[:3]:
        folder.mkdir()
    (folders.temporary / "left").write_text("")
    (folders.home / "log").write_text("word-customer")
    folders.notes.write_text(f'"{folders.temporary}/word-file.tmp"\n"{folders.own}/word-file"\n')
    ended = canaries.outcome.Outcome(canaries.outcome.Kind.OK, 0, 0, 0, "", "")
    found = list(canaries.leaks(canaries.Command(["recalc"]), ended, folders, words))
    assert found == [
        ("recalc", "name of a file", "file"),
        ("recalc", "left in the temporary folder", "left"),
        ("recalc", "a file of ours", "customer"),
    ]
