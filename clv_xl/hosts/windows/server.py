"""The COM server that Excel calls, started by Windows when a workbook's VBA asks for it.

It serves the object of xlwings' COM server, reduced to calls of the functions of clv_xl and to the
button Refresh: no client can run other code. The process ends some time after its last client.
"""

from __future__ import annotations

import gc
import importlib
import logging
import re
import sys
import threading
import time
import weakref
from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

from clv_xl.call import names
from clv_xl.errors import HostError
from clv_xl.hosts.windows.identity import CLSID
from clv_xl.hosts.windows.paths import template

FUNCTION_MODULES: Final = frozenset({"clv_xl.hosts.excel", "clv_xl.hosts.excel_1904"})
REFRESH_MODULE: Final = "clv_xl.refresh.excel"
"""What the button Refresh needs; loaded when it is pressed, for functions do without."""
PATIENCE: Final = 120.0
"""Seconds that Windows waits for a server to start; after them no client will come."""
LINGER: Final = 60.0
"""Seconds without a client before the process ends: the next workbook need not wait for it."""
POLL: Final = 5.0
WM_QUIT: Final = 0x0012
ACCESS_DENIED: Final = -0x7FF8FFFB
"""E_ACCESSDENIED, as pywin32 counts."""
REFUSED: Final = "clv_xl only computes its own functions."
CLASS_NAME: Final = re.compile(r"\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}")


def serve(clsid: str = CLSID) -> None:
    """Answer Excel until it has ended.

    Parameters
    ----------
    clsid : str, optional
        The class that Excel asks for; xlwings' DLL starts the server under a class of its own.

    Raises
    ------
    HostError
        This is not Windows, or pywin32 is missing.
    """
    if sys.platform != "win32":
        raise HostError("Only Windows starts the server, for Excel; there is nothing to serve here")
    try:
        pythoncom: Any = importlib.import_module("pythoncom")
        win32api: Any = importlib.import_module("win32api")
        com_server: Any = importlib.import_module("xlwings.com_server")
    except ImportError:
        raise HostError("pywin32 is missing; run: python -m pip install pywin32") from None
    logging.getLogger("xlwings").addHandler(logging.NullHandler())
    clients: weakref.WeakSet[Any] = weakref.WeakSet()
    com_server.XLPython = server_class(com_server.XLPython, clients)
    # Loaded before Excel can call, so that the first formula does not wait longer than others.
    importlib.import_module("clv_xl.hosts.excel")

    thread = win32api.GetCurrentThreadId()
    threading.Thread(
        target=end_when_alone,
        args=(clients, lambda: win32api.PostThreadMessage(thread, WM_QUIT, 0, 0)),
        daemon=True,
    ).start()
    # xlwings asks pywin32 to end the loop when the last object is released. Withheld, because
    # `end_when_alone` ends it, some time later.
    pythoncom.EnableQuitMessage = lambda _thread: None
    com_server.serve(clsid)


def asked_class(words: Sequence[str]) -> str:
    """Return the class that a command line names as its only argument; without one, `CLSID`."""
    named = len(words) == 1 and CLASS_NAME.fullmatch(words[0])
    return words[0] if named else CLSID


def server_class(served: type, clients: weakref.WeakSet[Any]) -> type:
    """Return a class of objects that call functions of clv_xl and nothing else.

    Parameters
    ----------
    served : type
        xlwings' class of server objects.
    clients : WeakSet
        Filled with the living objects of the new class, one for each client.
    """

    class FunctionServer(served):  # type: ignore[misc]
        """The server object that a workbook's VBA holds."""

        _public_methods_: Final = ["CallUDF", "TemplatePath", "add_orders"]

        def __init__(self) -> None:
            super().__init__()
            clients.add(self)

        def CallUDF(  # noqa: N802 - xlwings' name
            self, script: str, fname: str, args: Sequence[Any], *_: Any
        ) -> Any:
            """Return the result of a function.

            The other arguments of xlwings, workbook and cell, are ignored: nothing in a workbook
            decides what runs.
            """
            if script not in FUNCTION_MODULES or fname not in names():
                raise _refusal()
            return super().CallUDF(script, fname, args)

        def add_orders(self, workbook: Any, path: str) -> str:
            """Put the orders of a file that the user chose into an open workbook.

            Returns
            -------
            str
                What was done or is wrong, in sentences.
            """
            client: Any = importlib.import_module("win32com.client")
            refresh: Any = importlib.import_module(REFRESH_MODULE)
            return str(refresh.refresh_open(client.Dispatch(workbook), str(path)))

        def TemplatePath(self) -> str:  # noqa: N802 - the VBA's name
            """Return the path of the template for new workbooks."""
            return str(template())

    return FunctionServer


def _refusal() -> Exception:
    """Return what COM passes on as a sentence; of other exceptions pywin32 sends the traceback."""
    kind: Any = importlib.import_module("win32com.server.exception").COMException
    refusal: Exception = kind(description=REFUSED, scode=ACCESS_DENIED)
    return refusal


def end_when_alone(
    clients: Collection[Any],
    end: Callable[[], None],
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    collect: Callable[[], object] = gc.collect,
) -> None:
    """Watch the clients, and end the process some time after the last one.

    Parameters
    ----------
    clients : collection
        The current ones.
    end : callable
        Ends the process.
    clock, sleep, collect : callable, optional
        The time, and Python's garbage collection, for tests.
    """
    alone_since: float | None = clock()
    allowed = PATIENCE
    collected = clock()
    while True:
        sleep(POLL)
        if len(clients) and clock() - collected >= LINGER:
            collect()  # an error may hold the frames of its call, and they a client that has gone
            collected = clock()
        if len(clients):
            alone_since, allowed = None, LINGER
        elif alone_since is None:
            alone_since = clock()
        elif clock() - alone_since >= allowed:
            end()
            return
