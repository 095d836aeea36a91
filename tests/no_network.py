"""Takes the network away from this process and all that it starts; a test that wants it fails.

`ban` is called once, before the first test, so each test of the suite shows that what it runs
needs no connection. Where Python itself is asked for one, the test fails, on every system. On Linux
(x86-64 and ARM, 64 bits) the kernel refuses every socket but local ones to all that is started
here, whatever the language, LibreOffice too, or, if `deadly`, ends the process that asks. It is no
wall against code that tries to get around it.
"""

from __future__ import annotations

import ctypes
import os
import platform
import socket
import struct
import sys
from typing import Final

ATTEMPTS: Final[list[str]] = []
"""What asked for the network, newest last."""

_LOCAL: Final = int(getattr(socket, "AF_UNIX", 1))
_MACHINES: Final = {"x86_64": (0xC000003E, 41, 317), "aarch64": (0xC00000B7, 198, 277)}
"""The kernel's name of a machine, and its numbers of the calls socket and seccomp."""

_LOAD, _SAME, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _NOT_PERMITTED, _END_PROCESS = 0x7FFF0000, 0x00050000 + 13, 0x80000000
_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16
_NO_NEW_PRIVILEGES, _SET_FILTER, _KEEP_SPECULATION = 38, 1, 4


class NetworkUsed(BaseException):
    """Something asked Python for the network; no `except Exception` may hide it."""


def ban(*, deadly: bool = False) -> None:
    """Take the network away; there is no way back."""
    sys.addaudithook(_refuse)
    if holds_for_children():
        answer = _END_PROCESS if deadly else _NOT_PERMITTED
        _tell_kernel(*_MACHINES[platform.machine()], answer)


def holds_for_children() -> bool:
    """Whether the kernel of this system is asked too."""
    return sys.platform == "linux" and platform.machine() in _MACHINES


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if not event.startswith("socket."):
        return
    if event == "socket.__new__" and arguments[1] in {_LOCAL, -1}:
        return
    ours = isinstance(arguments[0], socket.socket) and arguments[0].family == _LOCAL
    if ours or event == "socket.gethostname":
        return
    ATTEMPTS.append(event)
    raise NetworkUsed(event)


def _tell_kernel(machine: int, socket_call: int, filter_call: int, answer: int) -> None:
    """Add a filter of system calls: a socket that is not a local one gets the answer.

    A step is an operation, how many steps to leave out if a comparison holds and if it does not,
    and a number. Calls in the manner of another machine are allowed.
    """
    steps = [
        (_LOAD, 0, 0, _MACHINE),
        (_SAME, 0, 4, machine),
        (_LOAD, 0, 0, _NUMBER),
        (_SAME, 0, 2, socket_call),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_SAME, 0, 1, _LOCAL),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, answer),
    ]
    packed = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = struct.pack("@HP", len(steps), ctypes.addressof(packed))
    kernel = ctypes.CDLL(None, use_errno=True)
    done = kernel.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or kernel.syscall(
        filter_call, _SET_FILTER, _KEEP_SPECULATION, program
    )
    if done:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
