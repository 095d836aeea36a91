"""Whatever is coloured by its first word begins with a declared one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from clv_xl.call import call
from clv_xl.functions import CATALOGUE
from clv_xl.functions.verdicts import QUADRANTS, Severity, Verdict
from clv_xl.workbook import design
from clv_xl.workbook.declarations import Formula, Rule
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.places import Layout
from clv_xl.workbook.sample import generate
from clv_xl.workbook.template import sheets

LAYOUTS = arrange(sheets(generate()))
PLAIN_FINDINGS = {"Orders read", "Customers"}
"""Findings that count and do not judge."""


def begins_with_a_word(sentence: str) -> bool:
    return any(sentence.startswith(verdict.word) for verdict in Verdict)


def arguments(text: str) -> list[str]:
    """The arguments of a call, from behind its opening bracket."""
    parts, depth, quoted = [""], 0, False
    for letter in text:
        quoted ^= letter == '"'
        depth += 0 if quoted else (letter in "({") - (letter in ")}")
        if depth < 0:
            break
        if letter == "," and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def first_texts(expression: str) -> Iterator[str]:
    """The texts that the value of a formula can begin with; other values are none."""
    if text := re.match(r'"([^"]*)"', expression):
        yield text[1]
    elif called := re.match(r"(IF|IFERROR|LET|_xlfn\.LET)\(", expression):
        parts = arguments(expression[called.end() :])
        branches = {"IF": parts[1:], "IFERROR": parts}.get(called[1], parts[-1:])
        for branch in branches:
            yield from first_texts(branch)


def test_the_first_texts_of_a_formula() -> None:
    text = 'IF(A1="x,(",IFERROR("Fix: "&B1,"no"),LET(n,SUM(A:A),IF(n>1,"a"&"b",n)))&"."'
    assert list(first_texts(text)) == ["Fix: ", "no", "a"]


def judged(layout: Layout) -> Iterator[tuple[str, str]]:
    """Key and formula of every cell that is coloured by its first word."""
    for rule, area in layout.rules:
        if rule is Rule.STATUS:
            for place in area.cells():
                cell = layout.cells.get(place)
                if cell is not None and isinstance(cell.value, Formula):
                    yield f"{layout.sheet.title} {place}", cell.value.text


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.sheet.title)
def test_every_sentence_of_the_template_begins_with_a_declared_word(layout: Layout) -> None:
    for place, formula in judged(layout):
        texts = [text for text in first_texts(formula.removeprefix("=")) if text]
        assert all(map(begins_with_a_word, texts)), (place, texts)


def test_the_template_has_sentences_to_judge() -> None:
    texts = {t for lay in LAYOUTS for _, f in judged(lay) for t in first_texts(f[1:]) if t}
    assert len(texts) > 20


@pytest.mark.parametrize(
    ("spend", "customers", "clv"),
    [(0, 0, 9), (9, 0, 9), (10, 10, 9), (50, 10, 9), (900, 10, 9)],
)
def test_every_verdict_on_a_channel_begins_with_a_declared_word(
    spend: float, customers: float, clv: float
) -> None:
    table = call("CLV_CHANNEL", ["A", spend, customers, clv]).cells
    assert begins_with_a_word(str(table[1][-1]))


def test_every_finding_in_orders_begins_with_a_declared_word() -> None:
    rows = [
        ("Ann", 45292, 10),
        ("ann ", 45292, 10),
        ("Ann", "2024-01-05", 0),
        (None, 45293, 1),
        ("Bob", None, 1),
        ("Bob", "soon", 1),
        ("Bob", 45293, None),
        ("Bob", 45293, "much"),
        (None, None, None),
        ("Eve", 45294, -5),
        ("Ann", 99999, 9000),
        (1e16, 45294, 1),
    ]
    table = call("ORDERS_CHECK", [[[row[at]] for row in rows] for at in range(3)]).cells
    findings = [str(row[0]) for row in table[1:]]
    assert len(findings) > 12
    for finding in findings:
        assert finding in PLAIN_FINDINGS or begins_with_a_word(finding), finding


def test_every_severity_but_the_neutral_one_has_a_look() -> None:
    assert set(design.WHEN_JUDGED) == set(Severity) - {Severity.NEUTRAL}


def test_no_word_begins_another_of_another_severity() -> None:
    for one in Verdict:
        for other in Verdict:
            if other.word.casefold().startswith(one.word.casefold()):
                assert one.severity is other.severity


def test_the_quadrants_are_stated_once() -> None:
    (quadrant,) = CATALOGUE["QUADRANT_ACTION"].parameters
    assert quadrant.meaning.choices == QUADRANTS
