"""The file ``xl/vbaProject.bin`` in which Excel stores a VBA project, [MS-OVBA] 2.3.

It holds source only, as the specification asks of programs that write it; equal modules give equal
bytes.
"""

from __future__ import annotations

import enum
import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from clv_xl.hosts.vba import compound_file
from clv_xl.hosts.vba.compression import compress

PROJECT_NAME: Final = "VBAProject"
CODE_PAGE: Final = "cp1252"
PROJECT_ID: Final = "{" + str(uuid.uuid5(uuid.NAMESPACE_OID, "clv_xl.VBAProject")).upper() + "}"
SEED: Final = 0x5A
SOURCE_ONLY: Final = b"\xcc\x61\xff\xff\x00\x01\x00"
"""The stream _VBA_PROJECT of a project without compiled code."""

OLE_AUTOMATION: Final = (
    "*\\G{00020430-0000-0000-C000-000000000046}#2.0#0#"
    "C:\\Windows\\System32\\stdole2.tlb#OLE Automation"
)


class ModuleKind(enum.Enum):
    """What a module belongs to; the value is the class of its object, if it has one."""

    STANDARD = ""
    WORKBOOK = "00020819-0000-0000-C000-000000000046"
    SHEET = "00020820-0000-0000-C000-000000000046"
    CHART_SHEET = "00020821-0000-0000-C000-000000000046"


@dataclass(frozen=True)
class Module:
    """One module: its name, what it belongs to, and its text as the editor shows it."""

    name: str
    kind: ModuleKind
    text: str

    @property
    def is_document(self) -> bool:
        """Whether it belongs to the workbook or a sheet."""
        return self.kind is not ModuleKind.STANDARD

    @property
    def stored_text(self) -> str:
        """The text with the attributes that the editor hides, lines ending as Windows ends them."""
        lines = [f'Attribute VB_Name = "{self.name}"']
        if self.is_document:
            lines += [
                f'Attribute VB_Base = "0{{{self.kind.value}}}"',
                "Attribute VB_GlobalNameSpace = False",
                "Attribute VB_Creatable = False",
                "Attribute VB_PredeclaredId = True",
                "Attribute VB_Exposed = True",
                "Attribute VB_TemplateDerived = False",
                "Attribute VB_Customizable = True",
            ]
        return "".join(line + "\r\n" for line in [*lines, *self.text.splitlines()])


def vba_project(modules: Sequence[Module]) -> bytes:
    """Return the bytes of ``xl/vbaProject.bin``.

    Parameters
    ----------
    modules : sequence of Module
        The workbook's module first, then one for each sheet, then the others. Names of document
        modules are the code names of workbook and sheets.

    Raises
    ------
    ValueError
        A name is not allowed or occurs twice, or a text has characters that VBA cannot hold.
    """
    names = [module.name.lower() for module in modules]
    if len(set(names)) != len(names):
        raise ValueError("two modules have one name")
    streams = {
        "VBA/dir": compress(directory(modules)),
        "VBA/_VBA_PROJECT": SOURCE_ONLY,
        **{
            f"VBA/{module.name}": compress(module.stored_text.encode(CODE_PAGE))
            for module in modules
        },
        "PROJECT": description(modules).encode(CODE_PAGE),
        "PROJECTwm": name_map(modules),
    }
    return compound_file.write(streams)


def directory(modules: Sequence[Module]) -> bytes:
    """Return the records of the stream ``dir``, not yet compressed."""
    name = PROJECT_NAME.encode(CODE_PAGE)
    libid = OLE_AUTOMATION.encode(CODE_PAGE)
    parts = [
        _record(0x01, _u32(3)),  # 64-bit Windows, as Excel writes; other systems read it too
        _record(0x02, _u32(0x409)),
        _record(0x14, _u32(0x409)),
        _record(0x03, _u16(1252)),
        _record(0x04, name),
        _text(0x05, 0x40, ""),
        _record(0x06, b"") + _record(0x3D, b""),
        _record(0x07, _u32(0)),
        _record(0x08, _u32(0)),
        _u16(0x09) + _u32(4) + _u32(1) + _u16(1),  # the version: 6 bytes though its size says 4
        _text(0x0C, 0x3C, ""),
        _text(0x16, 0x3E, "stdole"),
        _record(0x0D, _u32(len(libid)) + libid + _u32(0) + _u16(0)),
        _record(0x0F, _u16(len(modules))),
        _record(0x13, _u16(0xFFFF)),
    ]
    for module in modules:
        parts += [
            _text(0x19, 0x47, module.name),
            _text(0x1A, 0x32, module.name),
            _text(0x1C, 0x48, ""),
            _record(0x31, _u32(0)),  # the text begins the stream: no compiled code before it
            _record(0x1E, _u32(0)),
            _record(0x2C, _u16(0xFFFF)),
            _record(0x22 if module.is_document else 0x21, b""),
            _record(0x2B, b""),
        ]
    return b"".join([*parts, _record(0x10, b"")])


def description(modules: Sequence[Module]) -> str:
    """Return the text of the stream ``PROJECT``."""
    lines = [
        f'ID="{PROJECT_ID}"',
        *(
            f"Document={module.name}/&H00000000" if module.is_document else f"Module={module.name}"
            for module in modules
        ),
        f'Name="{PROJECT_NAME}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{obfuscate(bytes(4))}"',
        f'DPB="{obfuscate(bytes(1))}"',
        f'GC="{obfuscate(bytes([0xFF]))}"',
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
    ]
    return "".join(line + "\r\n" for line in lines)


def name_map(modules: Sequence[Module]) -> bytes:
    """Return the stream ``PROJECTwm``: every module's name in the code page and in Unicode."""
    return (
        b"".join(
            module.name.encode(CODE_PAGE) + b"\0" + module.name.encode("utf-16-le") + b"\0\0"
            for module in modules
        )
        + b"\0\0"
    )


def obfuscate(data: bytes) -> str:
    """Return a field of the project, obfuscated as in [MS-OVBA] 2.4.3, in capital hexadecimal.

    The fields say that the project has no password and is visible.
    """
    key = sum(PROJECT_ID.encode("ascii")) & 0xFF
    version = 2
    result = [SEED, SEED ^ version, SEED ^ key]
    plain_before, last, before_last = key, SEED ^ key, SEED ^ version
    filler = bytes((SEED & 6) // 2)
    for byte in filler + _u32(len(data)) + data:
        coded = byte ^ ((before_last + plain_before) & 0xFF)
        result.append(coded)
        before_last, last, plain_before = last, coded, byte
    return bytes(result).hex().upper()


def _record(number: int, data: bytes) -> bytes:
    return struct.pack("<HI", number, len(data)) + data


def _text(number: int, unicode_number: int, text: str) -> bytes:
    return _record(number, text.encode(CODE_PAGE)) + _record(
        unicode_number, text.encode("utf-16-le")
    )


def _u16(number: int) -> bytes:
    return struct.pack("<H", number)


def _u32(number: int) -> bytes:
    return struct.pack("<I", number)
