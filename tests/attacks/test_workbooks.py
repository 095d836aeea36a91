"""A few mutants of workbooks, and that what a command does wrong with one would be seen."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from attacks import forked, workbooks, written_files
from attacks.outcome import Kind
from attacks.source_books import sources
from package.example_files import repacked

from clv_xl.hosts.recalc import recalculate

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="runs copies of this process")
COUNT = 8


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    forked.load(sources()["mixed"])


def test_mutants_are_computed_or_refused_in_one_sentence(tmp_path: Path) -> None:
    found = []
    for number in range(COUNT):
        source, content = workbooks.mutant(0, number)
        if source != "template":
            (tmp_path / "book.xlsx").write_bytes(content)
            found += workbooks.attack(tmp_path / "book.xlsx", number, source)
            (tmp_path / "plain.xlsx").unlink(missing_ok=True)
    assert [one for one in found if one.is_bad] == []
    assert any(one.was_computed for one in found)
    assert any(not one.was_computed for one in found)


def test_a_mutant_is_made_anew_by_its_number() -> None:
    assert workbooks.mutant(3, 5) == workbooks.mutant(3, 5)
    assert workbooks.mutant(3, 5) != workbooks.mutant(4, 5)


@pytest.mark.parametrize(
    ("work", "kind"),
    [
        (lambda: None, Kind.OK),
        (lambda: os.kill(os.getpid(), signal.SIGTRAP), Kind.CRASH),
        (lambda: 1 / 0, Kind.TRACEBACK),
        (lambda: any(iter(int, 1)), Kind.HANG),
        (lambda: len(b"x" * (1200 * 1024 * 1024)), Kind.MEMORY),
    ],
    ids=["done", "a crash", "a fault", "a hang", "memory"],
)
def test_every_ending_of_a_copy_is_told(work: object, kind: Kind) -> None:
    assert callable(work)
    seconds = 1 if kind is Kind.HANG else 20  # so much memory takes a busy machine seconds
    assert forked.attempt(work, seconds=seconds).kind is kind


@pytest.fixture
def books(tmp_path: Path) -> tuple[Path, Path]:
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    before.write_bytes(sources()["mixed"])
    recalculate(before, after)
    return before, after


def test_a_computed_workbook_has_no_faults(books: tuple[Path, Path]) -> None:
    assert list(written_files.faults(*books, "recalc")) == []


@pytest.mark.parametrize(
    ("part", "old", "new", "fault"),
    [
        ("xl/worksheets/sheet1.xml", b"45000", b"45001", "constants changed: B2"),
        ("xl/worksheets/sheet2.xml", b"CLV(1000", b"CLV(1001", "formulas changed"),
        ("xl/worksheets/sheet1.xml", b"</row>", b"", "is not well-formed"),
        ("xl/worksheets/sheet1.xml", b"pageMargins", b"pageMargin", "around the cells changed"),
        ("xl/workbook.xml", b"</sheets>", b"</sheets> ", "xl/workbook.xml changed"),
    ],
)
def test_what_is_no_value_of_a_formula_may_not_change(
    books: tuple[Path, Path], part: str, old: bytes, new: bytes, fault: str
) -> None:
    before, after = books
    content = written_files.parts(after)[part]
    assert old in content
    repacked(after, **{part: content.replace(old, new, 1)})
    assert any(fault in found for found in written_files.faults(before, after, "recalc"))
