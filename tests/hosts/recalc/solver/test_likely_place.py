"""Which native formula is named when a computation takes too long."""

from __future__ import annotations

import pytest

from clv_xl.hosts.recalc.solver.likely_place import likely_place
from clv_xl.hosts.recalc.xlsx.book import FormulaCell, Place

ONE = 'SUM(INDIRECT("A"&B1))'
OTHER = "SUM(_xlfn.SEQUENCE(B1))"


@pytest.mark.parametrize(
    ("patterns", "row"),
    [
        (["SUM(A1:A9)", ONE], 2),
        (["CLV(1,6,5)", ONE, ONE, ONE], 2),
        ([ONE, OTHER], None),
        (["SUM(A1:A9)", '"INDIRECT"&A1'], None),
        ([], None),
    ],
)
def test_the_only_one_of_which_no_text_says_how_much_it_reads(
    patterns: list[str], row: int | None
) -> None:
    cells = [
        FormulaCell(
            Place(0, at, 5), "plain", text, (at, 5, at, 5), (at, 5, at, 5), None, False, text
        )
        for at, text in enumerate(patterns, 1)
    ]
    assert likely_place(cells) == (None if row is None else Place(0, row, 5))
