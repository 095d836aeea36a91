"""One real LibreOffice for all tests of a session, and what the tests ask of it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clv_xl.errors import HostError
from clv_xl.hosts.libreoffice.error_values import error_value
from clv_xl.hosts.libreoffice.office import Office
from clv_xl.hosts.libreoffice.program import Program, environment, find

SESSION = Path(__file__).parent / "libreoffice" / "session.py"


class Calc:
    """A user at a new document."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def ask(self, **request: Any) -> dict[str, Any]:
        done = subprocess.run(
            [str(self._office.program.python), str(SESSION), self._office.pipe],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment(),
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def typed(self, *formulas: str, **request: Any) -> list[Any]:
        return [cell(one["value"]) for one in self.ask(typed=list(formulas), **request)["typed"]]

    def seconds(self, formula: str, **request: Any) -> float:
        return self.ask(typed=[formula], **request)["typed"][0]["seconds"]

    def arrays(self, *formulas: tuple[str, int, int], **request: Any) -> list[list[list[Any]]]:
        found = self.ask(arrays=[list(one) for one in formulas], **request)["arrays"]
        return [[[cell(one) for one in row] for row in rows] for rows in found]


def cell(shown: Any) -> Any:
    if isinstance(shown, dict):
        return error_value(shown["error"])
    return shown


@pytest.fixture(scope="session")
def libreoffice() -> Program:
    """LibreOffice, or a skip on a user's machine; in CI its absence is a failure."""
    try:
        program = find()
        _ = program.python
    except HostError as fault:
        if os.environ.get("CI"):
            pytest.fail(fault.sentence)
        pytest.skip(fault.sentence)
    return program


@pytest.fixture(scope="session")
def office(libreoffice: Program) -> Iterator[Office]:
    with Office() as running:
        yield running


@pytest.fixture(scope="session")
def calc(office: Office) -> Calc:
    return Calc(office)
