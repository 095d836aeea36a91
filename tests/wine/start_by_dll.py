"""Starts the server through xlwings' DLL, as the start add-in does, and calls it."""

import ctypes
import sys
from typing import Any

import pythoncom
import win32com.client

from clv_xl.hosts.windows import paths, start

VT_DISPATCH = 9
WINDOWS: Any = ctypes


class Variant(ctypes.Structure):
    """What OLE calls VARIANT."""

    _fields_ = (
        ("kind", ctypes.c_ushort),
        ("reserved", ctypes.c_ushort * 3),
        ("pointer", ctypes.c_void_p),
        ("rest", ctypes.c_void_p),
    )


if __name__ == "__main__":
    settings = start.parse_settings(paths.start_settings().read_bytes())
    command = f'"{settings["python"]}" -E -P -m clv_xl.hosts.windows $(CLSID)'
    activate = WINDOWS.WinDLL(settings["dll64"]).XLPyDLLActivateAuto
    given = Variant()
    status = activate(
        ctypes.byref(given), ctypes.c_char_p(command.encode(start.CODE_PAGE)), ctypes.c_long(1)
    )
    if status or given.kind != VT_DISPATCH:
        sys.exit(f"The DLL answers {status}, kind {given.kind}")
    server = win32com.client.Dispatch(
        pythoncom.ObjectFromAddress(given.pointer, pythoncom.IID_IDispatch)
    )
    answer = server.CallUDF("clv_xl.hosts.excel", "CLV", (1000.0, 6.0, 5.0))
    sys.stdout.write(f"{answer:.0f}\n")
