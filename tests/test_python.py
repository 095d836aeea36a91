"""The functions imported from the package."""

from __future__ import annotations

import pydoc
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import clv_xl
from clv_xl import CAC_RATIO, CLV, CLV_RETENTION, CLV_SEGMENT, CUSTOMER_QUADRANT, RFM_SUMMARY
from clv_xl.functions import CATALOGUE
from clv_xl.stub import stub


def test_scalars_give_a_float() -> None:
    found = CLV(1000, 6, 5)
    assert found == 30_000
    assert type(found) is float
    assert CUSTOMER_QUADRANT(9, 9, 5, 5) == "Star"


def test_lists_and_arrays_give_an_array_of_their_shape() -> None:
    assert CLV([1, 2], 3, [4, 5]).tolist() == [12, 30]
    assert CLV(np.ones((3, 1)), np.ones((1, 2)), 2).shape == (3, 2)
    assert CLV(np.arange(3), 1, 1).tolist() == [0, 1, 2]


def test_arguments_go_by_name_too() -> None:
    assert CLV(100, 2, lifespan=3, gross_margin=0.5) == 300


def test_tables_are_rows_with_the_header_first() -> None:
    table = CLV_SEGMENT(["a", "b", "a"], [1, 2, 3])
    assert table[0][:2] == ["segment", "customers"]
    assert table[1][:4] == ["a", 2, pytest.approx(2 / 3), 4]


def test_dates_are_dates() -> None:
    days = np.array(["2024-01-01", "2024-01-15"], dtype="datetime64[D]")
    assert RFM_SUMMARY(["a", "a"], days)[1][:4] == ["a", 1, 2, 2]


def test_a_fault_of_the_whole_call_is_raised() -> None:
    with pytest.raises(clv_xl.DomainError, match=r"retention_rate must lie in 0 to 1; got 1\.2"):
        CLV_RETENTION(100, 1.2)
    with pytest.raises(clv_xl.ArgumentError, match="must be a number"):
        CLV("abc", 1, 1)
    with pytest.raises(clv_xl.ZeroDenominatorError):
        CAC_RATIO(300, 0)
    with pytest.raises(clv_xl.ArgumentError, match="unequal length"):
        CLV_SEGMENT(["a", "b"], [1, 2, 3])
    with pytest.raises(clv_xl.ArgumentError, match="CLV"):
        CLV(1, 2, 3, no_such=4)
    with pytest.raises(clv_xl.ArgumentError, match="lifespan"):
        CLV(1, 2)


def test_an_elements_fault_is_no_number_in_its_place() -> None:
    found = CAC_RATIO([300, 300], [100, 0])
    assert found[0] == 3
    assert np.isnan(found[1])
    assert clv_xl.CLV_ERRORS(1)[1][3].startswith("cac is 0")


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError):
        clv_xl.NO_SUCH  # noqa: B018
    assert {"CLV", "RFM_SUMMARY"} <= set(dir(clv_xl))
    assert clv_xl.__version__.count(".") == 2
    assert "Lifetime value" in (CLV.__doc__ or "")


def test_a_star_imports_the_functions_and_nothing_else() -> None:
    code = "from clv_xl import *; print(sorted(n for n in dir() if not n.startswith('__')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(sorted(CATALOGUE))


def test_help_shows_units_defaults_and_the_page() -> None:
    text = pydoc.render_doc(CLV, renderer=pydoc.plaintext)
    assert "gross_margin: 'share (0.1 is 10 %)' = 1.0" in text
    for told in ("What a customer pays per purchase.", "gives 30,000", "#NUM!", "CLV_RETENTION: "):
        assert told in text


def test_the_type_stub_is_fresh() -> None:
    """After `python -m clv_xl.reference clv_xl/__init__.pyi`; mypy checks typing_examples.py."""
    assert Path(clv_xl.__file__).with_suffix(".pyi").read_text("utf-8") == stub()


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import clv_xl, sys; print({'numpy', 'scipy', 'openpyxl', 'lxml'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_first_formula_loads_no_scipy() -> None:
    code = "from clv_xl import CLV; CLV(1000, 6, 5); import sys; print('scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
