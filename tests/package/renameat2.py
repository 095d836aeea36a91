"""Whether files can change places here, asked of the kernel past the code that is tested."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from pathlib import Path

_CALLS = {"x86_64": 316, "aarch64": 276, "riscv64": 276}
"""The number of renameat2 by the kind of processor."""
_HERE, _EXCHANGE = -100, 2


def can_exchange_files(folder: Path) -> bool:
    """Whether two files of a folder can change places; both are removed again."""
    number = _CALLS.get(platform.machine())
    if sys.platform != "linux" or number is None:
        return False
    one, other = folder / "probe 1", folder / "probe 2"
    for path in (one, other):
        path.write_text(path.name)
    names = os.fsencode(one), os.fsencode(other)
    code = ctypes.CDLL(None).syscall(number, _HERE, names[0], _HERE, names[1], _EXCHANGE)
    swapped = code == 0 and one.read_text() == other.name
    for path in (one, other):
        path.unlink()
    return swapped
