"""Stand-ins for modules that only Windows has, so that xlwings' own code runs on any system."""

import datetime as dt
import re
import sys
import types
from unittest import mock

import numpy as np
import pytest

from clv_xl.cells import MISSING, CellError
from clv_xl.functions import CATALOGUE

# [MS-OAUT] DISP_E_PARAMNOTFOUND; the codes of error values as pywin32 shows them, as in xlwings.
MISSING_CODE = -2147352572
ERROR_CODES = {
    CellError.NULL: -2146826288,
    CellError.DIV0: -2146826281,
    CellError.VALUE: -2146826273,
    CellError.REF: -2146826265,
    CellError.NAME: -2146826259,
    CellError.NUM: -2146826252,
    CellError.NA: -2146826246,
}


class PyTime(dt.datetime):
    """pywintypes' datetime: labelled UTC, whatever the cell shows."""


class ComError(Exception):
    """pywin32's, which reaches a client as its sentence and code."""

    def __init__(self, description=None, scode=None):
        self.description, self.scode = description, scode


def com_modules() -> dict[str, types.ModuleType]:
    """The modules of pywin32 that xlwings imports, as far as a call of a function needs them."""
    names = (
        "pythoncom pywintypes win32api win32event win32com win32com.client win32com.server "
        "win32com.server.dispatcher win32com.server.policy win32com.server.util "
        "win32com.server.exception xlwings._xlwindows"
    )
    found = {name: types.ModuleType(name) for name in names.split()}
    pythoncom, client = found["pythoncom"], found["win32com.client"]
    pythoncom.CoInitialize = lambda: None
    pythoncom.IID_IDispatch = "IDispatch"
    pythoncom.TypeIIDs = {"IDispatch": type("PyIDispatch", (), {})}
    found["pywintypes"].com_error = type("com_error", (Exception,), {})
    found["pywintypes"].IID = str
    found["win32com.server.exception"].COMException = ComError
    client.Dispatch = lambda thing, **_: thing

    class DefaultPolicy:
        def _CreateInstance_(self, clsid, iid):
            raise AssertionError("another class was asked for")

    found["win32com.server.policy"].DefaultPolicy = DefaultPolicy

    def unwrap(thing):
        raise TypeError("not wrapped")

    found["win32com.server.util"].unwrap = unwrap
    found["win32com.server.util"].wrap = lambda thing, iid=None: thing
    windows = found["xlwings._xlwindows"]
    windows.Range = lambda xl: types.SimpleNamespace(xl=xl)
    windows.is_range_instance = lambda thing: False
    for name, module in found.items():
        parent, _, last = name.rpartition(".")
        if parent in found:
            setattr(found[parent], last, module)
    return found


class Stage:
    """xlwings with its Windows half loaded: `udfs`, `com_server` and the modules of functions."""

    def __init__(self, monkeypatch):
        if sys.platform == "win32":
            pytest.skip("the event loop of xlwings' server needs a socket here; see .ci/windows")
        import importlib

        import xlwings

        for name, module in com_modules().items():
            monkeypatch.setitem(sys.modules, name, module)
        monkeypatch.setitem(xlwings.engines.engines_by_name, "excel", mock.Mock(name="excel"))
        monkeypatch.setattr(xlwings, "_xlwindows", sys.modules["xlwings._xlwindows"], raising=False)
        for name in (
            "xlwings.udfs",
            "xlwings.com_server",
            "clv_xl.hosts.excel",
            "clv_xl.hosts.excel_1904",
        ):
            monkeypatch.delitem(sys.modules, name, raising=False)
        self.udfs = importlib.import_module("xlwings.udfs")
        self.com_server = importlib.import_module("xlwings.com_server")
        for public, windows_only in (("func", "xlfunc"), ("arg", "xlarg"), ("ret", "xlret")):
            monkeypatch.setattr(xlwings, public, getattr(self.udfs, windows_only))
        self.functions = importlib.import_module("clv_xl.hosts.excel")
        self.functions_1904 = importlib.import_module("clv_xl.hosts.excel_1904")

    def call(self, name, arguments, *, module="clv_xl.hosts.excel"):
        """Return what VBA gets from xlwings' server object for a call as the wrapper makes it."""
        return self.com_server.XLPython().CallUDF(module, name, tuple(map(sent, arguments)))


def forget_stage():
    """Remove the modules that were loaded with stand-ins, so that no other test uses them."""
    for name in (
        "xlwings.udfs",
        "xlwings.com_server",
        "clv_xl.hosts.excel",
        "clv_xl.hosts.excel_1904",
    ):
        sys.modules.pop(name, None)


def sent(argument):
    """Return an argument as pywin32 passes it."""
    if argument is MISSING:
        return MISSING_CODE
    if isinstance(argument, (list, tuple)):
        rows = [row if isinstance(row, (list, tuple)) else [row] for row in argument]
        if len(rows) == 1 and len(rows[0]) == 1:
            return sent(rows[0][0])
        return tuple(tuple(sent(cell) for cell in row) for row in rows)
    if isinstance(argument, CellError):
        return ERROR_CODES[argument]
    if isinstance(argument, dt.date):
        day = (
            argument
            if isinstance(argument, dt.datetime)
            else dt.datetime(*argument.timetuple()[:6])
        )
        return PyTime(*day.timetuple()[:6], tzinfo=dt.UTC)
    return float(argument) if type(argument) is int else argument


def example_arguments(name: str) -> list[list[object]]:
    """The arguments of every example that calls the function."""
    found = [_argument_texts(name, formula) for formula in CATALOGUE[name].examples]
    return [[_value(text) for text in texts] for texts in found if texts is not None]


def _argument_texts(name: str, formula: str) -> list[str] | None:
    """Return the arguments of the call as texts."""
    start = re.search(rf"\b{name}\(", formula)
    if start is None:
        return None
    texts, depth = [""], 0
    for token in re.findall(r'"(?:[^"]|"")*"|.', formula[start.end() :]):
        if token == ")" and depth == 0:
            return [] if texts == [""] else texts
        depth += (token in "({") - (token in ")}")
        if token == "," and depth == 0:
            texts.append("")
        else:
            texts[-1] += token
    return None


def _value(text: str) -> object:
    text = text.strip()
    if not text:
        return MISSING
    if text.startswith("{"):
        rows = [re.findall(r'"(?:[^"]|"")*"|[^,"]+', row) for row in text[1:-1].split(";")]
        return [[_value(cell) for cell in row] for row in rows]
    if text.startswith('"'):
        return text[1:-1].replace('""', '"')
    if text in ("TRUE", "FALSE"):
        return text == "TRUE"
    # The rest is arithmetic, sometimes over SEQUENCE.
    found = eval(text, {"MOD": np.mod, "SEQUENCE": lambda n: np.arange(1.0, n + 1)[:, np.newaxis]})
    return found.tolist() if isinstance(found, np.ndarray) else float(found)


def recording_workbook(name="orders.xlsm"):
    """A workbook as far as xlwings' import of functions looks at it."""
    return mock.Mock(Name=name)
