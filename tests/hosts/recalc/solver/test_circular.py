"""Which nodes of a graph form a cycle, and how it is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.hosts.recalc.solver.circular import circular_sentence, strongly_connected

GRAPHS = {
    "": [],
    "A": [["A"]],
    "A>A": [["A"]],
    "A>B": [["B"], ["A"]],
    "A>B B>A": [["A", "B"]],
    "A>B B>C C>A": [["A", "B", "C"]],
    "A>B B>C C>B": [["B", "C"], ["A"]],
    "A>B A>C B>D C>D": [["D"], ["B"], ["C"], ["A"]],
    "A>B B>A C>D D>C A>C": [["C", "D"], ["A", "B"]],
}
"""What depends on what, and the parts in the order in which they are needed."""


def edges(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in text.split():
        node, _, needed = word.partition(">")
        found.setdefault(node, []).extend(filter(None, [needed]))
        if needed:
            found.setdefault(needed, [])
    return found


@pytest.mark.parametrize(("text", "parts"), GRAPHS.items())
def test_parts_come_in_the_order_in_which_they_are_needed(
    text: str, parts: list[list[str]]
) -> None:
    graph = edges(text)
    assert [sorted(part) for part in strongly_connected(graph, graph.__getitem__)] == parts


@given(st.dictionaries(st.integers(0, 7), st.lists(st.integers(0, 7), max_size=4)))
def test_two_nodes_share_a_part_exactly_if_each_reaches_the_other(
    graph: dict[int, list[int]],
) -> None:
    parts = list(strongly_connected(range(8), lambda node: graph.get(node, [])))
    assert sorted(node for part in parts for node in part) == list(range(8))
    place = {node: number for number, part in enumerate(parts) for node in part}
    for node in range(8):
        for other in range(8):
            both = other in reached(graph, node) and node in reached(graph, other)
            assert (place[node] == place[other]) == both
        assert all(place[needed] <= place[node] for needed in graph.get(node, []))


def reached(graph: dict[int, list[int]], start: int) -> set[int]:
    found, rest = {start}, [start]
    while rest:
        new = set(graph.get(rest.pop(), [])) - found
        found |= new
        rest += new
    return found


def test_a_long_chain_needs_no_recursion() -> None:
    parts = list(strongly_connected([0], lambda node: [node + 1] if node < 50_000 else []))
    assert parts[0] == [50_000]
    assert len(parts) == 50_001


@pytest.mark.parametrize(
    ("cells", "named"),
    [
        (["S!A1"], "S!A1 -> S!A1"),
        (["S!A1", "S!B1"], "S!A1 -> S!B1 -> S!A1"),
        ([f"S!A{n}" for n in range(1, 8)], "S!A1 -> S!A2 -> S!A3 -> S!A4 -> S!A1"),
    ],
)
def test_a_circular_reference_is_said_with_its_cells(cells: list[str], named: str) -> None:
    sentence = circular_sentence(cells)
    assert sentence == f"Circular reference: {named}. Change one of these formulas."
