"""A hundred files made to do harm, or that no spreadsheet program writes; each by its name."""

from __future__ import annotations

import gzip
import io
import re
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping

from attacks.source_books import sources

_SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "[Content_Types].xml"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PLAIN: Mapping[str, str] = {
    _TYPES: f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/'
    'vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/styles.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>',
    "_rels/.rels": f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships">'
    f'<Relationship Id="rId1" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></'
    'Relationships>',
    "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>'
    '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="http://'
        'schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_LINKS}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills '
        'count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs '
    'count="1"><xf xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></'
    'styleSheet>',
    _SHEET: f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData><row r="1"><c r="A1"><v>1000</v></c>'
    '<c r="B1"><f>CLV(A1,6,5)</f><v>0</v></c></row></sheetData></worksheet>',
}  # fmt: skip


def book(changes: Mapping[str, str | bytes | None] | None = None) -> bytes:
    """Return a small workbook with parts replaced or, as None, left out."""
    made = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        warnings.simplefilter("ignore")
        for name, part in ({**_PLAIN, **(changes or {})}).items():
            if part is not None:
                opened.writestr(name, part)
    return made.getvalue()


def _swap(part: str, old: str, new: str) -> bytes:
    assert old in _PLAIN[part], (part, old)
    return book({part: _PLAIN[part].replace(old, new)})


def _cells(cells: str, around: str = "") -> bytes:
    row = '<row r="1">' + cells + "</row>" if not cells.startswith("<row") else cells
    return book(
        {_SHEET: f'<worksheet xmlns="{_MAIN}"><sheetData>{row}</sheetData>{around}</worksheet>'}
    )


def _formula(text: str, attributes: str = "") -> bytes:
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return _cells(f'<c r="A1"><v>1</v></c><c r="B1"><f{attributes}>{text}</f></c>')


def _more(name: str, part: str | bytes = b"x") -> Callable[[], bytes]:
    return lambda: book({name: part})


def _twice(name: str) -> bytes:
    made = io.BytesIO(book())
    with warnings.catch_warnings(), zipfile.ZipFile(made, "a") as opened:
        warnings.simplefilter("ignore")
        opened.writestr(name, "<x/>")
    return made.getvalue()


def _bomb(megabytes: int) -> bytes:
    made = io.BytesIO(book())
    with (
        zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as opened,
        opened.open("xl/media/zeros.xml", "w") as part,
    ):
        for _ in range(megabytes):
            part.write(bytes(1024 * 1024))
    return made.getvalue()


def _lying(size: int) -> bytes:
    """Say of every part in the directory that it unpacks to another size."""
    content = bytearray(book())
    for entry in re.finditer(b"PK\x01\x02", bytes(content)):
        struct.pack_into("<I", content, entry.start() + 24, size)
    return bytes(content)


def _encrypted_flag() -> bytes:
    content = bytearray(book())
    for entry in re.finditer(b"PK\x01\x02", bytes(content)):
        content[entry.start() + 8] |= 1
    return bytes(content)


def _method(number: int) -> bytes:
    content = bytearray(book())
    for entry in re.finditer(b"PK\x01\x02", bytes(content)):
        struct.pack_into("<H", content, entry.start() + 10, number)
    return bytes(content)


def _doctype(inside: str, use: str) -> bytes:
    sheet = _PLAIN[_SHEET].replace(_HEAD, f"{_HEAD}<!DOCTYPE worksheet [{inside}]>")
    return book({_SHEET: sheet.replace("<v>1000</v>", f"<v>{use}</v>")})


def _laughs() -> bytes:
    lines = ['<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    return _doctype("".join(lines), "&a9;")


def _table(changes: str = 'ref="A1:B3"', name: str = "T") -> dict[str, str]:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_LINKS}/table" Target="../tables/table1.xml"/></'
        "Relationships>"
    )
    table = (
        f'<table xmlns="{_MAIN}" id="1" name="{name}" displayName="{name}" {changes}>'
        '<tableColumns count="2">'
        '<tableColumn id="1" name="a"/><tableColumn id="2" name="b"/></tableColumns></table>'
    )
    return {"xl/worksheets/_rels/sheet1.xml.rels": relations, "xl/tables/table1.xml": table}


def _shared(count: int, text: str) -> bytes:
    items = f"<si><t>{text}</t></si>" * count
    relations = _PLAIN["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>",
        f'<Relationship Id="rId9" Type="{_LINKS}/sharedStrings" Target="sharedStrings.xml"/></'
        "Relationships>",
    )
    strings = f'<sst xmlns="{_MAIN}" count="{count}">{items}</sst>'
    cell = '<c r="A1"><v>1000</v>'
    sheet = _PLAIN[_SHEET].replace(cell, '<c r="A1" t="s"><v>0</v>')
    return book(
        {"xl/sharedStrings.xml": strings, "xl/_rels/workbook.xml.rels": relations, _SHEET: sheet}
    )


def _names(count: int, text: str = "S!$A$1") -> bytes:
    names = "".join(
        f'<definedName name="n_{number}">{text}</definedName>' for number in range(count)
    )
    return _swap("xl/workbook.xml", "</sheets>", f"</sheets><definedNames>{names}</definedNames>")


def _styles(count: int) -> bytes:
    return _swap("xl/styles.xml", '<xf xfId="0"/>', '<xf xfId="0"/>' * count)


def _opendocument() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        opened.writestr("content.xml", "<office:document-content/>")
    return made.getvalue()


_CHAIN = "".join(f'<row r="{n}"><c r="A{n}"><f>A{n + 1}+1</f></c></row>' for n in range(1, 3000))
_RING = "".join(
    f'<row r="{n}"><c r="A{n}"><f>CLV(A{n % 300 + 1},6,5)</f></c></row>' for n in range(1, 301)
)

FILES: Mapping[str, Callable[[], bytes]] = {
    # Names and structure of the zip
    "a name that leaves the folder": _more("../../outside.xml", "<x/>"),
    "an absolute name": _more("/etc/passwd"),
    "a name of Windows": _more("C:\\Windows\\x.xml", "<x/>"),
    "a name with a backslash": _more("xl\\worksheets\\sheet1.xml", "<x/>"),
    "a name that is a device": _more("xl/CON.xml", "<x/>"),
    "a name of 60,000 letters": _more("x" * 60_000, "x"),
    "a name with control codes": _more("xl/\x1b[2J.xml", "<x/>"),
    "a name beyond Unicode's rules": _more("xl/\ufffe\u202e.xml", "<x/>"),
    "a folder for a part": _more("xl/worksheets/sheet1.xml/", b""),
    "one part twice": lambda: _twice(_SHEET),
    "the content types twice": lambda: _twice(_TYPES),
    "one part in two cases": _more("XL/Worksheets/Sheet1.xml", _PLAIN[_SHEET]),
    "30,000 parts": lambda: book({f"x/{n}": b"" for n in range(30_000)}),
    "400 MB of zeros": lambda: _bomb(400),
    "700 MB of zeros": lambda: _bomb(700),
    "sizes that lie: 0": lambda: _lying(0),
    "sizes that lie: 4 GB": lambda: _lying(0xFFFFFFFF),
    "a flag of encryption": _encrypted_flag,
    "an unknown method of packing": lambda: _method(99),
    "bzip2 that is none": lambda: _method(12),
    "a zip in front of which 64 kB lie": lambda: b"MZ" * 32768 + book(),
    "a zip with 64 kB behind": lambda: book() + b"\x00" * 65_000,
    "two zips, one behind the other": lambda: book() + book(),
    # No workbooks
    "empty": lambda: b"",
    "one byte": lambda: b"P",
    "NULs": lambda: bytes(100_000),
    "an empty zip": lambda: b"PK\x05\x06" + bytes(18),
    "text": lambda: b"customer,date,amount\nAnn,2024-01-05,5\n",
    "a web page": lambda: b"<html><table><tr><td>1</td></tr></table></html>",
    "XML of Excel 2003": lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        b'<Workbook/>',
    "old .xls": lambda: _OLE + bytes(600) + "Workbook".encode("utf-16-le"),
    "encrypted": lambda: _OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
    "OpenDocument": _opendocument,
    ".xlsb": _more("xl/workbook.bin", b"\x00" * 99),
    "gzip": lambda: gzip.compress(book()),
    "a document of Word": lambda: book(
        {
            "xl/workbook.xml": None,
            "word/document.xml": "<document/>",
            "_rels/.rels": _PLAIN["_rels/.rels"].replace("xl/workbook", "word/document"),
        }
    ),
    # Parts that lack, loop or lie
    "no content types": lambda: book({_TYPES: None}),
    "no relations": lambda: book({"_rels/.rels": None}),
    "no main part": lambda: book({"xl/workbook.xml": None}),
    "no sheet part": lambda: book({_SHEET: None}),
    "no styles": lambda: book({"xl/styles.xml": None}),
    "no relations of the main part": lambda: book({"xl/_rels/workbook.xml.rels": None}),
    "content types that lie": lambda: _swap(_TYPES, "worksheet+xml", "chartsheet+xml"),
    "content types of another format": lambda: _swap(
        _TYPES, "sheet.main+xml", "template.macroEnabled.12"
    ),
    "relations in a loop": lambda: _swap(
        "xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "workbook.xml"
    ),
    "a sheet that is the package's relations": lambda: _swap(
        "xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "../_rels/.rels"
    ),
    "a relation that leaves the package": lambda: _swap(
        "xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "../../../../etc/passwd"
    ),
    "a sheet on the web": lambda: _swap(
        "xl/_rels/workbook.xml.rels", 'Target="worksheets/sheet1.xml"',
        'Target="http://127.0.0.1:9/x" TargetMode="External"',
    ),
    "a main part on the web": lambda: _swap(
        "_rels/.rels", 'Target="xl/workbook.xml"', 'Target="file:///etc/passwd" '
            'TargetMode="External"'
    ),
    "no sheets": lambda: _swap(
        "xl/workbook.xml", '<sheet name="S" sheetId="1" r:id="rId1"/>', ""
    ),
    "two sheets of one name": lambda: _swap(
        "xl/workbook.xml", "</sheets>", '<sheet name="s" sheetId="2" r:id="rId1"/></sheets>'
    ),
    "a sheet without a name": lambda: _swap("xl/workbook.xml", 'name="S"', 'name=""'),
    "a sheet named with control codes": lambda: _swap(
        "xl/workbook.xml", 'name="S"', 'name="&#x202e;&#x9b;2J"'
    ),
    "5,000 sheets": lambda: _swap(
        "xl/workbook.xml", "</sheets>",
        "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId1"/>' for n in range(2, 5000))
        + "</sheets>",
    ),
    # XML
    "an external entity": lambda: _doctype('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"),
    "a billion laughs": _laughs,
    "a document type from the web": lambda: book(
        {_SHEET: _PLAIN[_SHEET].replace(_HEAD, '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x">')}
    ),
    "a document type in UTF-16 without a mark": lambda: book(
        {
            _SHEET: _PLAIN[_SHEET]
            .replace(_HEAD, '<!DOCTYPE x [<!ENTITY a "1">]>')
            .encode("utf-16-le")
        }
    ),
    "an unknown entity": lambda: _swap(_SHEET, "<v>1000</v>", "<v>&nothing;</v>"),
    "a part of NULs": lambda: book({_SHEET: bytes(1000)}),
    "a part that is empty": lambda: book({_SHEET: b""}),
    "a sheet in UTF-16": lambda: book(
        {_SHEET: _PLAIN[_SHEET].replace("UTF-8", "UTF-16").encode("utf-16")}
    ),
    "a sheet that says UTF-16 and is not": lambda: _swap(_SHEET, "UTF-8", "UTF-16"),
    "a sheet in an unknown encoding": lambda: _swap(_SHEET, "UTF-8", "klingon"),
    "100,000 nested elements": lambda: _cells("", "<x>" * 100_000 + "</x>" * 100_000),
    "5,000 nested elements in a cell": lambda: _cells(
        f'<c r="A1">{"<x>" * 5000}{"</x>" * 5000}</c>'
    ),
    "a tag with 20,000 attributes": lambda: _cells(
        '<c r="A1" ' + " ".join(f'a{n}=""' for n in range(20_000)) + "><v>1</v></c>"
    ),
    "a text of 50 MB": lambda: _cells(f'<c r="A1" t="str"><v>{"x" * 50_000_000}</v></c>'),
    "a prefix bound twice": lambda: book(
        {_SHEET: f'<x:worksheet xmlns:x="{_MAIN}" xmlns="urn:other"><x:sheetData><x:row r="1">'
            '<x:c r="A1"><x:f>CLV(1,2,3)</x:f></x:c></x:row></x:sheetData></x:worksheet>'}
    ),
    "a tag cut off": lambda: _swap(_SHEET, "</sheetData></worksheet>", "</sheetD"),
    "a number beyond Unicode": lambda: _swap(
        _SHEET, "CLV(A1,6,5)", "CLV(A1,6,&#99999999999;)"
    ),
    # Numbers
    "a negative style": lambda: _swap(_SHEET, '<c r="B1">', '<c r="B1" s="-1">'),
    "a style that is not there": lambda: _swap(_SHEET, '<c r="B1">', '<c r="B1" s="4000000000">'),
    "a row that is no number": lambda: _swap(_SHEET, '<row r="1">', '<row r="x">'),
    "row 0": lambda: _swap(_SHEET, '<row r="1"><c r="A1"', '<row r="0"><c r="A0"'),
    "row -5": lambda: _swap(_SHEET, '<row r="1">', '<row r="-5">'),
    "row 99,999,999,999": lambda: _swap(_SHEET, '<row r="1"><c r="A1"', '<row r="99999999999"><c '
        'r="A99999999999"'),
    "a column beyond XFD": lambda: _swap(_SHEET, '<c r="A1">', '<c r="ZZZZZZ1">'),
    "a shared text that is not there": lambda: _swap(_SHEET, '<c r="A1"><v>1000</v>', '<c r="A1" '
        't="s"><v>-7</v>'),
    "numbers too large": lambda: _swap(_SHEET, "<v>1000</v>", f"<v>{'9' * 5000}</v>"),
    "a number that is none": lambda: _swap(_SHEET, "<v>1000</v>", "<v>NaN</v>"),
    "rows backwards, one of them twice": lambda: _cells(
        '<row r="2"><c r="A2"><f>1+1</f></c></row><row r="1"><c r="A1"><f>A2</f></c></row><row '
        'r="1"><c r="A1"><v>1</v></c></row>'
    ),
    "64,000 styles": lambda: _styles(64_000),
    "a million shared texts": lambda: _shared(1_000_000, "ab"),
    "10,000 defined names": lambda: _names(10_000),
    "names that mean each other": lambda: _swap(
        "xl/workbook.xml", "</sheets>",
        '</sheets><definedNames><definedName name="a">b</definedName><definedName name="b">'
        'a+CLV(a,1,1)</definedName></definedNames>',
    ),
    "a cell in the last row and column": lambda: _cells(
        '<row r="1"><c r="A1"><f>SUM(A:XFC)</f></c></row><row r="1048576"><c r="XFD1048576"><v>'
        '1</v></c></row>'
    ),
    "a sheet that says it is full": lambda: book(
        {
            _SHEET: f'<worksheet xmlns="{_MAIN}"><dimension ref="A1:XFD1048576"/><sheetData>'
            '<row r="1"><c r="A1"><v>1000</v></c></row></sheetData></worksheet>'
        }
    ),
    "20,000 cells in the last column": lambda: _cells(
        "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 20_001))
    ),
    "one merged range over the sheet": lambda: _cells(
        '<c r="B1"><f>CLV(A1,6,5)</f></c>', '<mergeCells count="1"><mergeCell '
            'ref="A1:XFD1048576"/></mergeCells>'
    ),
    "50,000 merged ranges": lambda: _cells(
        '<c r="B1"><f>CLV(A1,6,5)</f></c>',
        "".join(f'<mergeCell ref="A{n}:Z{n}"/>' for n in range(2, 50_002)).join(
            ("<mergeCells>", "</mergeCells>")
        ),
    ),
    # Tables
    "a table of nothing": lambda: book(_table('ref=""')),
    "a table over the sheet": lambda: book(_table('ref="A1:XFD1048576"')),
    "a table backwards": lambda: book(_table('ref="B3:A1"')),
    "a table that its own formulas fill": lambda: book(
        {**_table(), _SHEET: _PLAIN[_SHEET].replace("CLV(A1,6,5)", "SUM(T[a])+CLV(T[b],T[a],B1)")}
    ),
    # Formulas
    "5,000 nested parentheses": lambda: _formula("(" * 5000 + "1" + ")" * 5000),
    "2,000 nested calls of ours": lambda: _formula("CLV(" * 2000 + "1,2,3" + ")" * 2000),
    "100,000 minus signs": lambda: _formula("-" * 100_000 + "1"),
    "a formula of a million characters": lambda: _formula("1+" * 500_000 + "1"),
    "a formula of one long word": lambda: _formula("a" * 40_000 + "(1)"),
    "an array formula over the sheet": lambda: _formula("CLV(A1,6,5)", ' t="array" '
        'ref="A1:XFD1048576"'),
    "an array formula of nothing": lambda: _formula("CLV(A1,6,5)", ' t="array" ref=""'),
    "a shared formula without its first": lambda: _formula("", ' t="shared" si="99"'),
    "a ring of 300 cells of ours": lambda: _cells(_RING),
    "a chain of 3,000 cells": lambda: _cells(_CHAIN),
    "a program behind a link": lambda: _formula("cmd|'/c calc'!A1"),
    "a link to another workbook": lambda: _formula("[1]Sheet1!A1+CLV(1000,6,"
        "5)+'\\\\host\\[x.xls]S'!A1"),
    "WEBSERVICE and HYPERLINK": lambda: _formula('WEBSERVICE("http://127.0.0.1:9/'
        '")&HYPERLINK("file:///etc/passwd")&CLV(1,2,3)'),
    "formulas of no language": lambda: _formula("=\x7f,,;;{{}}[[]]''\"!!#@"),
}  # fmt: skip


def truncated(count: int) -> Iterator[tuple[str, bytes]]:
    """Yield a workbook cut off at so many places."""
    whole = sources()["mixed"]
    for number in range(count):
        yield f"cut off at {number}/{count}", whole[: len(whole) * number // count]
