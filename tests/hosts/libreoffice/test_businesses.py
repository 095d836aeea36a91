"""Six businesses in a real LibreOffice: every formula cell as the recalculation stored it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from businesses.filled import Filled
from businesses.generators import BUSINESSES
from computed_cells import disagreements

from clv_xl.hosts.libreoffice import compute
from clv_xl.hosts.libreoffice.office import Office

pytestmark = pytest.mark.libreoffice


@pytest.mark.parametrize("name", BUSINESSES)
def test_libreoffice_computes_what_is_stored(
    name: str, office: Office, filled_business: Callable[[str], Filled]
) -> None:
    path = filled_business(name).path
    assert disagreements(path, compute(path, office=office)) == []
