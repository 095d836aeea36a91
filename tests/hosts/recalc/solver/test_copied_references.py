"""What a reference means in the copies of its formula, as Excel writes these out."""

from __future__ import annotations

import pytest

from clv_xl.hosts.recalc.formula.grammar import Token, area
from clv_xl.hosts.recalc.solver.copied_references import CopiedReference, moving_rows


@pytest.mark.parametrize(
    ("cells", "in_the_copy_3_below"),
    [
        ("A2", "A5"),
        ("$A$2", "$A$2"),
        ("A2:B9", "A5:B12"),
        ("A$2:$B9", "A$2:$B12"),
        ("A5:A$2", "A8:A$2"),
        ("A1:A$2", "A$2:A4"),
        ("A$1:A$8", "A$1:A$8"),
        ("B:D", "B:D"),
        ("2:7", "5:10"),
        ("$2:7", "$2:10"),
    ],
)
def test_rows_without_a_sign_move(cells: str, in_the_copy_3_below: str) -> None:
    def block(text: str) -> tuple[int, int, int, int, int]:
        return (0, *area(Token("reference", text, "S", text), "S")[1:])

    reference = CopiedReference(block(cells), *moving_rows(cells))
    assert reference.at(3) == block(in_the_copy_3_below)
    assert reference.at(0) == block(cells)
