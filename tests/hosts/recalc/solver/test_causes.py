"""Which error cells are causes, and what follows from which."""

from __future__ import annotations

import pytest

from clv_xl.hosts.recalc.formula.grammar import cell_name
from clv_xl.hosts.recalc.solver.causes import first_causes
from clv_xl.hosts.recalc.solver.order import Block
from clv_xl.hosts.recalc.xlsx.book import Place

TABLE = [
    # what each error cell reads; the cause of each
    ("A1:", "A1:A1"),
    ("A1: A2: ", "A1:A1 A2:A2"),
    ("A1: A2:A1", "A1:A1 A2:A1"),
    ("A3: A2:A3 A1:A2", "A3:A3 A2:A3 A1:A3"),
    ("A1: A2:B1", "A1:A1 A2:A2"),  # B1 shows no error
    ("A1: A2:A1-C9", "A1:A1 A2:A1"),
    ("B1: B2: A1:B1-B2", "B1:B1 B2:B2 A1:B1"),  # of two causes the first in the book
    ("B1: B2: A1:B2,B1", "B1:B1 B2:B2 A1:B1"),
    ("A1:A2 A2:A1", "A1:A1 A2:A1"),
    ("A2:A3 A3:A2 A1:A3", "A2:A2 A3:A2 A1:A2"),
    ("A1:A2 A2:A1,B1 B1:", "A1:B1 A2:B1 B1:B1"),  # a circle that reads an error from outside
    ("A1:A1-A9 A5:", "A1:A5 A5:A5"),
    ("A1:A1", "A1:A1"),
    ("A1:A1-A9 A2:A1-A9 A3:A1-A9", "A1:A1 A2:A1 A3:A1"),
]


def place(name: str) -> Place:
    return Place(0, int(name[1:]), ord(name[0]) - ord("A") + 1)


def block(text: str) -> Block:
    first, _, last = text.partition("-")
    start, end = place(first), place(last or first)
    return (0, start.row, start.column, end.row, end.column)


def alone(cell: Place) -> Block:
    return (*cell, *cell[1:])


@pytest.mark.parametrize(("reads", "causes"), TABLE)
def test_an_error_follows_from_the_first_cause_that_it_reads(reads: str, causes: str) -> None:
    pairs = (word.split(":") for word in reads.split())
    references = {
        place(name): [block(one) for one in text.split(",") if one] for name, text in pairs
    }
    found = first_causes({cell: [alone(cell)] for cell in references}, references.__getitem__)
    shown = {cell_name(*cell[1:]): cell_name(*cause[1:]) for cell, cause in found.items()}
    assert shown == dict(word.split(":") for word in causes.split())


def test_a_formula_follows_from_an_error_among_the_cells_that_another_fills() -> None:
    table, sound, late = place("A1"), place("D1"), place("D2")
    errors = {table: [block("B3")], sound: [alone(sound)], late: [alone(late)]}
    references = {table: [], sound: [block("A1-A9")], late: [block("B1-B9")]}
    found = first_causes(errors, references.__getitem__)
    assert found == {table: table, sound: sound, late: table}


def test_a_formula_follows_from_the_error_of_a_table_that_it_finds_blank() -> None:
    failed, reader = place("A1"), place("F1")
    errors = {failed: [block("A1-C9")], reader: [alone(reader)]}
    references = {failed: [], reader: [block("B2-B5")]}
    assert first_causes(errors, references.__getitem__) == {failed: failed, reader: failed}


def test_every_error_has_a_cause_in_a_long_chain_and_in_a_long_column() -> None:
    cells = [Place(0, row, 1) for row in range(1, 5001)]
    chain = first_causes(
        {cell: [alone(cell)] for cell in cells},
        lambda cell: [(0, cell.row - 1, 1, cell.row - 1, 1)] if cell.row > 1 else [],
    )
    assert set(chain.values()) == {cells[0]}
    readers = [Place(0, row, 2) for row in range(1, 5001)]
    column = first_causes(
        {cell: [alone(cell)] for cell in (*cells, *readers)},
        lambda cell: [(0, 1, 1, 5000, 1)] if cell.column == 2 else [],
    )
    assert all(column[cell] == cell for cell in cells)
    assert {column[cell] for cell in readers} == {cells[0]}
