"""What reading a damaged workbook or Parquet file raises."""

from __future__ import annotations

import zipfile
import zlib
from typing import Final

DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError),
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, SyntaxError),
)
