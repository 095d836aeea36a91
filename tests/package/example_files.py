"""Workbook files changed and compared part by part, without the code under test."""

from __future__ import annotations

import hashlib
import struct
import zipfile
from pathlib import Path

SHEET = "xl/worksheets/sheet1.xml"
CHANGED = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<sheetData/></worksheet>"
)
"""That sheet otherwise."""


def repacked(path: Path, **changes: bytes | None) -> Path:
    """The file with parts replaced (None: left out), written by zipfile."""
    changes = {name.replace("__", "/"): part for name, part in changes.items()}
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()} | changes
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in parts.items():
            if part is not None:
                new.writestr(name, part)
    return path


def raw_parts(path: Path) -> dict[str, bytes]:
    """Every part as it lies in the file, still packed."""
    content = path.read_bytes()
    with zipfile.ZipFile(path) as opened:
        found = {}
        for entry in opened.infolist():
            name_length, extra_length = struct.unpack_from("<2H", content, entry.header_offset + 26)
            start = entry.header_offset + 30 + name_length + extra_length
            found[entry.filename] = content[start : start + entry.compress_size]
        return found


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
