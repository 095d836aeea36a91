"""The examples in the docstrings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import clv_xl
from clv_xl import cells, maths
from clv_xl.hosts.recalc import evaluator

MODULES = [
    cells,
    evaluator,
    *(
        importlib.import_module(f"{maths.__name__}.{module.name}")
        for module in pkgutil.iter_modules(maths.__path__)
    ),
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_docstring_examples(module: object) -> None:
    assert doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0  # type: ignore[arg-type]


def test_there_are_examples_to_run() -> None:
    finder = doctest.DocTestFinder()
    examples = [test.examples for module in MODULES for test in finder.find(module)]
    assert sum(map(len, examples)) > 15
    assert clv_xl.__doc__
