"""A new file put in another's place, on Windows also while somebody looks at that one."""

from __future__ import annotations

import sys
import time
from pathlib import Path

PATIENCE = 2.0
_PAUSE = 0.02


def rename_over(new: Path, target: Path) -> None:
    """Rename a file to the name of another, which it replaces.

    Windows refuses that while any program has the other one open, be it for a moment: a virus
    scanner, or a run of clv-xl that waits for the lock. So there it is tried for some time.

    Raises
    ------
    OSError
        The system failed; on Windows also because the other file stays open.
    """
    deadline = time.monotonic() + (PATIENCE if sys.platform == "win32" else 0)
    while True:
        try:
            new.replace(target)
        except PermissionError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_PAUSE)
        else:
            return
