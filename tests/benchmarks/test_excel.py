"""A call as Excel makes it, over xlwings' server and a stand-in for COM, against a direct call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from cell_calls import call
from excel_stand_in import Stage, example_arguments, forget_stage, sent
from ratios import measure

from clv_xl.functions import CATALOGUE


@pytest.fixture
def server() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        yield Stage(patch).com_server.XLPython()
    forget_stage()


def test_a_call_from_a_cell(benchmark: Any, server: Any) -> None:
    def served() -> object:
        for _ in range(1000):
            server.CallUDF("clv_xl.hosts.excel", "CLV", (1000.0, 6.0, 5.0))
        return None

    def bare() -> object:
        for _ in range(1000):
            call("CLV", [1000.0, 6.0, 5.0])
        return None

    measure(benchmark, served, bare, bound=2.5)


def test_every_function_once(benchmark: Any, server: Any) -> None:
    arguments = {name: example_arguments(name)[0] for name in CATALOGUE}
    as_sent = {name: tuple(map(sent, values)) for name, values in arguments.items()}

    def served() -> object:
        for name, values in as_sent.items():
            server.CallUDF("clv_xl.hosts.excel", name, values)
        return None

    def bare() -> object:
        for name, values in arguments.items():
            call(name, list(values))
        return None

    measure(benchmark, served, bare, bound=2.5)
