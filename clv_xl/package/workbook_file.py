"""A workbook file: checked when it is opened, its parts read, saved with some of them changed."""

from __future__ import annotations

import os
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from clv_xl.errors import FileError
from clv_xl.package import archive, xml_limits
from clv_xl.package.file_kind import refuse_other_ending
from clv_xl.package.namespaces import CONTENT_TYPES
from clv_xl.package.part_check import refuse_damaged_parts
from clv_xl.package.regular_file import read_regular
from clv_xl.package.replacement import replace_file

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

MAX_PARTS = 20_000
MAX_BYTES = 512 * 1024 * 1024
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How files begin that are an old .xls, or encrypted."""
SMALL_BYTES = 128 * 1024 * 1024
"""What any workbook may unpack to, ..."""
MOST_TIMES = 40
"""... and how many times its own size a larger one may; sheets unpack to 5 to 20 times theirs."""
_XML = (".xml", ".rels", ".vml")
_MAIN = "workbook.xml"
MOST_MAIN = 8 * 1024 * 1024
"""Bytes of the part with the defined names: some 80,000 of them."""
_OF_OTHERS = "customxml/"
"""Parts of other programs, which nothing here reads."""


@dataclass
class Package:
    """The parts of one workbook file, as they were when it was opened.

    Parameters
    ----------
    path : Path
        The file itself, links followed.
    content : bytes
        The whole file.
    names : tuple of str
        The parts, in their order in the file.
    """

    path: Path
    content: bytes = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    _entries: dict[str, zipfile.ZipInfo] = field(repr=False)
    _parts: dict[str, bytes] = field(default_factory=dict, repr=False)

    def read(self, name: str) -> bytes:
        """Return one part, unpacked.

        Parameters
        ----------
        name : str
            The part's name, without a leading slash.

        Raises
        ------
        FileError
            There is no such part.
        """
        if name not in self._parts:
            entry = self._entries.get(name)
            if entry is None:
                raise FileError(
                    f"'{self.path.name}' is not a whole workbook: a part of it is missing."
                )
            self._parts[name] = archive.unpack(self.content, entry)
        return self._parts[name]

    def get(self, name: str, default: bytes) -> bytes:
        """Return one part, or the default if there is no such part."""
        return self.read(name) if name in self._entries else default

    def with_parts(self, changes: Mapping[str, bytes]) -> Package:
        """Return the same file with some parts read as changed; `save` is told of them as ever.

        Parameters
        ----------
        changes : mapping of part name to content
            Parts that the package has.
        """
        return replace(self, _parts={**self._parts, **changes})

    def save(
        self,
        changes: Mapping[str, bytes],
        out: str | os.PathLike[str] | None = None,
        *,
        without: Container[str] = (),
        backup: bool = False,
    ) -> None:
        """Write the package with some parts changed or added, every other part byte for byte.

        Parameters
        ----------
        changes : mapping of part name to content
            Parts to replace; a name that is not in the package is added at its end.
        out : path, optional
            Where to; by default the file itself, which is then replaced in one step.
        without : container of str, optional
            Parts to leave out.
        backup : bool, optional
            When the file itself is replaced, keep its last three versions beside it.

        Raises
        ------
        FileError
            The file changed since it was opened, is open elsewhere or read-only, or the disk is
            full; a part would be damaged; `out` ends as another kind of workbook does. See
            `replace_file` for what is kept, and what holds when other programs save.
        """
        target = Path(os.path.realpath(out)) if out is not None else self.path
        in_place = target == self.path
        if not in_place:
            self.refuse_name(target.name, changes)
        refuse_damaged_parts(changes, self._before, target.name)
        entries = [self._entries[name] for name in self.names if name not in without]
        pieces = archive.pack(self.content, entries, changes)
        mode = (
            self.path.stat().st_mode & 0o7777
            if self.path.exists() and not target.exists()
            else None
        )
        replace_file(
            target,
            pieces,
            size=sum(map(len, pieces)),
            mode=mode,
            expected=self.content if in_place else None,
            backup=backup,
        )

    def refuse_name(self, out: str, changes: Mapping[str, bytes] | None = None) -> None:
        """Raise FileError if the ending of a new file is that of another kind of workbook."""
        refuse_other_ending((changes or {}).get(CONTENT_TYPES) or self.read(CONTENT_TYPES), out)

    def _before(self, name: str) -> bytes | None:
        return self.read(name) if name in self._entries else None


def open_package(path: str | os.PathLike[str]) -> Package:
    """Open an .xlsx or .xlsm file after checking that it is one.

    Every part is unpacked once and compared with its checksum. Refused before any of it is
    interpreted is what unpacks to more than 512 MB, or to more than 128 MB and 40 times the file's
    size; what has more than 20,000 parts, declares a document type, or has elements of XML over
    more than 100 levels or a text of more than 4 MB.

    Parameters
    ----------
    path : path
        The workbook.

    Returns
    -------
    Package

    Raises
    ------
    FileError
        There is no such file; it is not a workbook, damaged, too large, protected with a
        password, or of another format (.xls, .xlsb, .ods).
    """
    target = Path(os.path.realpath(path))
    shown = Path(path).name or target.name
    return check_package(target, _read_file(target, shown), shown)


def check_package(target: Path, content: bytes, shown: str) -> Package:
    """Return the parts of a workbook whose file was read already, checked as `open_package` does.

    Parameters
    ----------
    target : Path
        The file, links followed.
    content : bytes
        The whole of it.
    shown : str
        What the user calls it.
    """
    entries = _read_entries(content, shown)
    _refuse_other_formats(entries, content, shown)
    package = Package(target, content, tuple(entries), entries)
    _check_parts(package, entries, shown)
    return package


def _read_file(target: Path, shown: str) -> bytes:
    try:
        return read_regular(target, shown, most=MAX_BYTES)
    except FileNotFoundError:
        raise FileError(f"There is no file '{shown}'.") from None
    except PermissionError:
        raise FileError(
            f"'{shown}' cannot be read. Close it in Excel, or allow reading it, and retry."
        ) from None
    except OSError as fault:
        raise FileError(f"'{shown}' cannot be read ({fault.strerror}).") from None


def _read_entries(content: bytes, shown: str) -> dict[str, zipfile.ZipInfo]:
    """Return the entries of the zip directory by name; no part is read yet."""
    if content.startswith(OLE):
        raise FileError(_ole_sentence(content, shown))
    try:
        with zipfile.ZipFile(BytesIO(content)) as opened:
            found = opened.infolist()
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError):
        if content.startswith(b"PK"):
            raise FileError(
                f"'{shown}' is damaged or incomplete. Fetch or save it again."
            ) from None
        raise FileError(f"'{shown}' is not an Excel workbook (.xlsx or .xlsm).") from None
    if len(found) > MAX_PARTS:
        raise FileError(f"File refused: '{shown}' has over {MAX_PARTS:,} parts.")
    unpacked = sum(entry.file_size for entry in found)
    if unpacked > MAX_BYTES:
        raise FileError(f"File refused: '{shown}' unpacks to over 512 MB.")
    if unpacked > max(SMALL_BYTES, MOST_TIMES * len(content)):
        raise FileError(f"File refused: '{shown}' unpacks to over {MOST_TIMES} times its size.")
    entries = {entry.filename: entry for entry in found}
    if len(entries) != len(found):
        raise FileError(f"File refused: '{shown}' holds two parts of one name.")
    if any(entry.flag_bits & 1 for entry in found):
        raise FileError(f"'{shown}' is protected with a password. Remove the password and retry.")
    return entries


def _ole_sentence(content: bytes, shown: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return f"'{shown}' is protected with a password. Remove it in Excel, save, and retry."
    return f"'{shown}' is in the old .xls format. Save it as .xlsx or .xlsm in Excel and retry."


def _refuse_other_formats(
    entries: Mapping[str, zipfile.ZipInfo], content: bytes, shown: str
) -> None:
    if "xl/workbook.bin" in entries:
        raise FileError(
            f"'{shown}' is in the binary .xlsb format. Save it as .xlsx or .xlsm and retry."
        )
    if "mimetype" in entries and b"opendocument" in content[:200]:
        raise FileError(
            f"'{shown}' is an OpenDocument file. Save it as .xlsx in LibreOffice and retry."
        )
    if CONTENT_TYPES not in entries or "_rels/.rels" not in entries:
        raise FileError(f"'{shown}' is not an Excel workbook (.xlsx or .xlsm).")


def _check_parts(package: Package, entries: Mapping[str, zipfile.ZipInfo], shown: str) -> None:
    """Unpack every part once: its checksum must agree, and no XML may declare a document type."""
    try:
        for name, entry in entries.items():
            if not name.lower().endswith(_XML):
                archive.check(package.content, entry)
            else:
                part = archive.unpack(package.content, entry)
                package._parts[name] = part
                if _declares_document_type(part):
                    raise FileError(
                        f"File refused: '{shown}' declares a document type; no workbook needs one."
                    )
                if name.lower().endswith(_MAIN) and len(part) > MOST_MAIN:
                    raise FileError(
                        f"File refused: '{shown}' has too many defined names; delete those that no "
                        "formula uses in the Name Manager."
                    )
                too_much = "" if name.lower().startswith(_OF_OTHERS) else xml_limits.excess(part)
                if too_much:
                    raise FileError(f"File refused: a part of '{shown}' {too_much}.")
    except archive.DamagedError:
        raise FileError(f"'{shown}' is damaged or incomplete. Fetch or save it again.") from None


def _declares_document_type(part: bytes) -> bool:
    if part[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "<!DOCTYPE" in part.decode("utf-16", "replace")
    return b"<!DOCTYPE" in part
