"""The add-in inside LibreOffice: passes calls from cells to the user's own Python.

This file runs in LibreOffice's Python, which on Windows and Mac is one of LibreOffice's own that
cannot import numpy. So it uses the standard library only and starts the Python that has clv_xl
(recorded when the add-in was installed) as one long-lived child process. They communicate over the
child's standard input and output: nothing listens on a network, and the child ends with
LibreOffice, because its input ends. The child is started isolated (-E -P), so that a file beside a
document or in the environment's paths is never imported; its standard error is discarded, so it
never blocks. A child that died is restarted, once per call; if it cannot be started, the next
attempt is made after a pause.

Messages are `marshal` of version 2 after their length: floats travel as their eight bytes (NaN with
its payload, which is how Calc writes an error value), text is unchanged, nothing is parsed.
A range of 100,000 numbers took 4 ms to write and 11 ms to read, against 84 and 54 ms as JSON (which
knows no NaN either) and 10 and 11 ms as pickle. Both ends belong to clv_xl,
so marshal reads trusted data.

A call that fails as a whole with #VALUE! raises here, because INDEX and similar functions pass such
an error on; other errors are returned as an array of one element, outside of which INDEX gives
#REF!.

Calc does not enter texts mixed with numbers in an add-in's array into its string pool. Cells of an
array formula show and pass them on correctly, but =, MATCH, XLOOKUP and COUNTIF over such cells
find none of them until the file is loaded again. Arrays of texts only have no such fault. So
functions whose results are words return those; they hold no error values, so the error of a single
result shows as #VALUE!, one among others as its text.

What LibreOffice (25.2) itself decides before it calls the add-in:
- an argument that is an error value gives the call that error; a range with an error cell in it
  gives Err:504;
- a reference to one blank cell arrives as 0 (`A1:A1` as blank; the worker treats 0 as blank where a
  date or a word is expected), TRUE and FALSE as 1 and 0;
- blank cells in a range arrive as empty text, arguments left out as None.
"""

# mypy: disallow-subclassing-any=False

from __future__ import annotations

import contextlib
import json
import marshal
import os
import struct
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import uno
import unohelper
from com.sun.star.lang import XServiceInfo
from com.sun.star.uno import RuntimeException
from org.clvxl import XFunctions  # type: ignore[import-not-found]

IMPLEMENTATION = "org.clvxl.AddIn"
SERVICE = "com.sun.star.sheet.AddIn"
SETTINGS = json.loads(Path(__file__).with_name("clv_xl.json").read_text(encoding="utf-8"))

WHOLE_COLUMN = frozenset((65_536, 1_048_576))
DAY_ZERO = {(1904, 1, 1): 1462, (1900, 1, 1): 2}
PAUSE_AFTER_FAILURE = 10.0
NAME_ERROR = struct.unpack("<d", struct.pack("<Q", 0x7FF8000000000000 | 525))[0]
UNREACHABLE = (
    "clv_xl cannot reach its Python. Run 'clv-xl install libreoffice' again, then restart "
    "LibreOffice; 'clv-xl doctor' says what is wrong"
)


class Worker:
    """The child process: started, asked over its pipe, restarted when it has ended.

    Parameters
    ----------
    host : str
        Name and version of this program, for CLV_VERSION.
    """

    def __init__(self, host: str) -> None:
        self._host = host
        self._process: Any = None
        self._lock = threading.Lock()
        self._not_before = 0.0

    def ask(self, request: tuple[Any, ...]) -> Any:
        """Return the child's answer to a request.

        Raises
        ------
        OSError
            There is no child, and none can be started.
        """
        message = marshal.dumps(request, 2)
        with self._lock:
            if self._process is None and time.monotonic() < self._not_before:
                raise OSError(UNREACHABLE)
            for _ in range(2):
                try:
                    return self._exchange(message)
                except (OSError, EOFError, ValueError, TypeError):
                    self._stop()
            self._not_before = time.monotonic() + PAUSE_AFTER_FAILURE
        raise OSError(UNREACHABLE)

    def _exchange(self, message: bytes) -> Any:
        if self._process is None:
            self._process = self._start()
        pipe = self._process.stdin
        pipe.write(struct.pack("<Q", len(message)))
        pipe.write(message)
        pipe.flush()
        head = self._process.stdout.read(8)
        if len(head) < 8:
            raise EOFError
        reply = self._process.stdout.read(*struct.unpack("<Q", head))
        return marshal.loads(reply)  # noqa: S302 - from the child, which runs clv_xl

    def _start(self) -> Any:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
        }
        detached: dict[str, Any] = {"start_new_session": True}
        if os.name == "nt":
            detached = {"creationflags": 0x08000000}  # CREATE_NO_WINDOW
        module = "clv_xl.hosts.libreoffice.worker"
        return subprocess.Popen(  # noqa: S603 - the user's Python, recorded by the user
            [SETTINGS["python"], "-E", "-P", "-m", module, self._host],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=str(Path(SETTINGS["python"]).parent),
            env=environment,
            **detached,
        )

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()


def pack_argument(argument: Any) -> Any:
    """Return an argument as it is sent: a range as height and rows, down to the last used."""
    if not isinstance(argument, tuple):
        return argument
    height = used = len(argument)
    if height in WHOLE_COLUMN:
        blank = ("",) * len(argument[0])
        while used > 1 and argument[used - 1] == blank:
            used -= 1
    return height, argument[:used]


def day_zero(document: Any) -> int:
    """Return how many days after the usual one a document's day zero is: 1462 if it is in 1904."""
    if document is None:
        return 0
    date = document.getPropertyValue("NullDate")
    return DAY_ZERO.get((date.Year, date.Month, date.Day), 0)


class AddIn(unohelper.Base, XServiceInfo, XFunctions):
    """The functions, one method each; the methods are made from the settings."""

    def __init__(self, context: Any) -> None:
        self._worker = Worker(host(context))

    def _call(self, function: dict[str, Any], document: Any, arguments: tuple[Any, ...]) -> Any:
        shift = day_zero(document) if function["dates"] else 0
        request = (function["name"], shift, tuple(pack_argument(one) for one in arguments))
        try:
            rows = self._worker.ask(request)
        except OSError as fault:
            if function["reports"]:
                return ((str(fault),),)
            rows = None if function["texts"] else ((NAME_ERROR,),)
        if rows is None:
            raise RuntimeException
        return rows

    def getImplementationName(self) -> str:  # noqa: N802 - the name is UNO's
        """Return the name under which the registry knows this class."""
        return IMPLEMENTATION

    def supportsService(self, name: str) -> bool:  # noqa: N802 - the name is UNO's
        """Return whether this class implements the service of that name."""
        return name == SERVICE

    def getSupportedServiceNames(self) -> tuple[str]:  # noqa: N802 - the name is UNO's
        """Return the services that this class implements."""
        return (SERVICE,)


def host(context: Any) -> str:
    """Return name and version of this program."""
    try:
        provider = context.ServiceManager.createInstanceWithContext(
            "com.sun.star.configuration.ConfigurationProvider", context
        )
        node = uno.createUnoStruct("com.sun.star.beans.NamedValue")
        node.Name, node.Value = "nodepath", "/org.openoffice.Setup/Product"
        product = provider.createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationAccess", (node,)
        )
        return f"LibreOffice {product.getByName('ooSetupVersionAboutBox')}"
    except Exception:  # noqa: BLE001 - an unreadable version must not disable the functions
        return "LibreOffice"


def _method(function: dict[str, Any]) -> Any:
    return lambda self, document, *arguments: self._call(function, document, arguments)


for _name, _function in SETTINGS["functions"].items():
    setattr(AddIn, _name, _method(_function))

g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - LibreOffice looks for this name
g_ImplementationHelper.addImplementation(AddIn, IMPLEMENTATION, (SERVICE,))
