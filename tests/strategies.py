"""Draws of arguments for any declared function, made from its declaration."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st

from clv_xl.functions import Function
from clv_xl.functions.spec import Kind, Meaning, Parameter


def fitted(meaning: Meaning) -> list[float]:
    """A model's numbers, as a user may copy them from a paper."""
    assert meaning.model is not None
    effects = [0.2, 0.1] if meaning.with_covariates else []  # of one covariate
    return [*meaning.model.published, *effects]


def inside(meaning: Meaning) -> st.SearchStrategy[Any]:
    """A typical number for an argument of this meaning."""
    if meaning.kind is Kind.PARAMETERS:
        assert meaning.model is not None
        whole, numbers = dict(meaning.model.whole), fitted(meaning)
        names = [*meaning.model.names, *[""] * len(numbers)][: len(numbers)]
        return st.tuples(
            *(
                st.integers(1, whole[name]).map(float)
                if name in whole
                else st.floats(number / 2, number * 2)
                for name, number in zip(names, numbers, strict=True)
            )
        ).map(list)
    if meaning.choices:
        return st.sampled_from([float(choice) for choice in meaning.choices])  # type: ignore[arg-type]
    low, high = meaning.typical
    assert low < high, meaning.sentence
    if meaning.whole:
        return st.integers(math.ceil(low), math.floor(high)).map(float)
    return st.floats(low, high, allow_nan=False)


def outside(meaning: Meaning) -> list[float]:
    """Numbers just beyond the domain."""
    found = []
    if math.isfinite(meaning.low):
        found.append(meaning.low if meaning.above_low else meaning.low - 1e-6)
    if math.isfinite(meaning.high):
        found.append(meaning.high if meaning.below_high else meaning.high + 1e-6)
    if meaning.whole:
        found.append(max(meaning.low, 1.0) + 0.5)
    return found


def column(parameter: Parameter, size: int) -> st.SearchStrategy[list[Any]]:
    """A column of cells for one argument of a table function."""
    match parameter.meaning.kind:
        case Kind.LABEL:
            cell: st.SearchStrategy[Any] = st.sampled_from(
                ["Ann", "Bob", "Cid", "ann ", "Ölaf", "7"]
            )
        case Kind.DATE:
            cell = st.integers(45_000, 45_400).map(float)
        case _:
            cell = inside(parameter.meaning)
    return st.lists(cell, min_size=size, max_size=size)


def single(parameter: Parameter) -> st.SearchStrategy[Any]:
    """One cell for an argument that takes one."""
    match parameter.meaning.kind:
        case Kind.CHOICE:
            return st.sampled_from(parameter.meaning.choices)
        case Kind.DATE:
            return st.just(45_000.0 if parameter.name == "first_start" else 45_400.0)
        case _:
            return inside(parameter.meaning)


@st.composite
def arguments(draw: st.DrawFn, function: Function, size: int = 12) -> list[Any]:
    """All arguments of a function, the optional ones sometimes left out from the end."""
    required = sum(parameter.required for parameter in function.parameters)
    count = draw(st.integers(required, len(function.parameters)))
    found: list[Any] = []
    for parameter in function.parameters[:count]:
        if parameter.meaning.kind is Kind.ATTRIBUTES:
            rows = draw(
                st.lists(
                    st.tuples(st.sampled_from(["Bath", "York"]), st.sampled_from(["m", "f"])),
                    min_size=size,
                    max_size=size,
                )
            )
            found.append([("Town", "Sex"), *rows])
        elif parameter.column:
            found.append(draw(column(parameter, size)))
        else:
            found.append(draw(single(parameter)))
    return found
