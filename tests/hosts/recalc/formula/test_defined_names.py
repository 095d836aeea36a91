"""Defined names that mean themselves, or far too much."""

from __future__ import annotations

from clv_xl.hosts.recalc.formula.defined_names import Names


def laughs(levels: int) -> list[tuple[str, int | None, str]]:
    more = [
        (f"lol_{level}", None, "+".join([f"lol_{level - 1}"] * 10)) for level in range(1, levels)
    ]
    return [("lol_0", None, "1+1"), *more]


def test_a_name_that_means_itself_has_no_meaning_and_formulas_with_it_are_told() -> None:
    names = Names([("one", None, "two+1"), ("two", None, "one"), ("good", None, "5"),
                   ("reads", None, "one*2"), ("self", None, "SELF+1")])  # fmt: skip
    assert names.meaning("good", 0) is not None
    for name in ("one", "two", "reads", "self"):
        assert names.meaning(name, 0) is None
        assert "means itself" in names.obstacle(f"=CLV({name},6,5)")
    assert not names.obstacle("=CLV(good,6,5)")


def test_a_name_of_names_of_names_has_a_meaning_up_to_some_size() -> None:
    names = Names(laughs(12))
    assert names.meaning("lol_2", None) is not None
    assert names.meaning("lol_11", None) is None
    assert names.obstacle("=lol_11*2")


def test_a_long_chain_of_names_ends() -> None:
    chain = [(f"lol_{number}", None, f"lol_{number + 1}") for number in range(5_000)]
    names = Names([*chain, ("lol_5000", None, "S!$A$1")])
    assert names.meaning("lol_4990", None) is not None
    assert names.meaning("lol_0", None) is None
