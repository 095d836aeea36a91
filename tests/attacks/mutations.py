"""Files changed at random: bytes, the tags, attributes and texts of XML, the structure of a zip."""

from __future__ import annotations

import io
import random
import re
import struct
import warnings
import zipfile
from collections.abc import Callable

from lxml import etree

NUMBERS = (
    "", "0", "-1", "1", "2", "65536", "1048576", "1048577", "16385", "4294967296", "1e308",
    "-1e999", "99999999999999999999", "NaN", "inf", "0x10", "1,5", "1.5", "true", "x", " 1 ",
    "\u0661", "1e-400",
)  # fmt: skip
REFERENCES = (
    "", "A", "1", "A0", "A1", "$A$1", "A1:A1", "B2:A1", "XFD1048576", "XFE1", "A1048577",
    "A1:XFD1048576", "A:A", "1:1", "A1 B2", "A1,B2", "Sheet1!A1", "#REF!", "ZZZZZZ1", "a1", "A-1",
    "AA10:AB11", "R1C1", "A1:B2:C3", "\u00c41",
)  # fmt: skip
FORMULAS = (
    "", "=", "1", "A1", "SUM(A:A)", "SUM(", "1/0", "CLV(1000,6,5)", "CLV(A1)", "CLV()",
    "CLV(#REF!,6,5)", "IF(1,,CLV(1,2,3))", "RFM_SUMMARY(A:A,B:B,C:C)", "INDEX(Orders[],0,1)",
    "Orders[[#This Row],[amount]]", "Orders[nothing]", "[1]Other!A1", "NoSheet!A1", "{1,2;3,4}",
    "{1,2;3}", "_xlfn.LET(_xlpm.x,1,x)", "A1#", "_xlfn.ANCHORARRAY(A1)", "@A1", "-+-+1", '"a""b"',
    "'it''s'!A1", "A1:INDEX(A:A,3)", "NOW()", "TRUE+1%", "OFFSET(A1,1,1)", 'INDIRECT("A1")',
    "A1 A2", "(A1,A2)", "1E400", "CLV(YTD2024,6,5)", "XFE1+1", "\u00e4(1)",
    "_xlfn.LAMBDA(_xlpm.a,_xlpm.a)(1)", "SUM(A1:XFD1048576)", "CLV_SEGMENT(A:A,B:B)",
    "_clv_xl.CLV(1,2,3)",
)  # fmt: skip
TEXTS = (
    "", " ", "\u65e5\u672c", "a" * 40_000, "_x0000_", "_x001B_[2J", "&<>\"'", "\u202e", "\n", "\t",
    "=1+1", "#N/A", "#SPILL!", "#VALUE!", "2024-01-05", "2024-13-45", "TRUE", "\U0001f600",
    "x" * 300, "]]>",
)  # fmt: skip
BYTES = (
    b"", b"\x00", b"<", b">", b"&", b'"', b"'", b"\xff", b"\xfe\xff", b"&#0;", b"&#99999999999;",
    b"&#xD800;", b"&amp;", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?x?>", b"<!DOCTYPE x>",
    b"</c>", b"<c/>", b"<f>", b"</f>", b"<v/>", b"<row>", b"</row>", b"</sheetData>",
    b"<sheetData/>", b'r="A1"', b' t="s"', b' t="d"', b' t="array"', b' cm="1"', b' s="-1"',
    b"xmlns=", b"x:", b"\r\n", b"\xc3\xa4",
)  # fmt: skip
TAGS = (
    "c",
    "f",
    "v",
    "row",
    "is",
    "t",
    "r",
    "sheet",
    "definedName",
    "si",
    "extLst",
    "mergeCell",
    "x",
)
WORDS = (
    "shared",
    "array",
    "dataTable",
    "s",
    "str",
    "inlineStr",
    "e",
    "b",
    "d",
    "n",
    "External",
    "veryHidden",
)

Parts = dict[str, bytes]


def mutated(content: bytes, draw: random.Random) -> bytes:
    """Return a workbook file with one to three changes, deep in a part or of the file itself."""
    if draw.random() < 0.04:
        return _of_the_file(content, draw)
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    for _ in range(draw.choice((1, 1, 2, 3))):
        _in_a_part(parts, draw)
    return packed(parts, draw)


def packed(parts: Parts, draw: random.Random) -> bytes:
    """Return parts as a file; one in thirty has a structure that no spreadsheet program writes."""
    made = io.BytesIO()
    strange = draw.random() < 1 / 30
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w") as opened:
        warnings.simplefilter("ignore")  # two parts of one name
        for name, part in parts.items():
            opened.writestr(name, part, draw.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)))
        if strange:
            name = draw.choice(list(parts))
            name = draw.choice(
                (name, name.upper(), f"/{name}", f"../{name}", name.replace("/", "\\"), f"{name}/")
            )
            opened.writestr(name, draw.choice(list(parts.values())))
            opened.comment = b"PK" * draw.randrange(9)
    return made.getvalue()


def _of_the_file(content: bytes, draw: random.Random) -> bytes:
    """Cut the file off, change bytes of it, or fields of its directory."""
    whole = bytearray(content)
    match draw.randrange(4):
        case 0:
            del whole[draw.randrange(len(whole)) :]
        case 1:
            for _ in range(draw.randint(1, 4)):
                whole[draw.randrange(len(whole))] = draw.randrange(256)
        case 2:
            begin = draw.randrange(len(whole))
            del whole[begin : begin + draw.randint(1, 2000)]
        case _:
            entry = draw.choice([one.start() for one in re.finditer(b"PK\x01\x02", content)] or [0])
            field = entry + draw.choice((8, 10, 16, 20, 24, 28, 30, 32, 42))
            number = draw.choice((0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, draw.randrange(2**32)))
            if field + 4 <= len(whole):
                struct.pack_into("<I", whole, field, number)
    return bytes(whole)


def _in_a_part(parts: Parts, draw: random.Random) -> None:
    """Change one part; sheets most often, then what is read of the others."""
    names = list(parts)
    telling = [
        name for name in names if re.search(r"sheet|table|workbook|Strings|style|metadata", name)
    ]
    sheets = [name for name in names if "worksheets/sheet" in name and name.endswith(".xml")]
    name = draw.choice(draw.choice((sheets, sheets, telling, names)) or names)
    kind = draw.random()
    if kind < 0.04:
        _structure(parts, name, draw)
    elif kind < 0.2 or not name.endswith((".xml", ".rels")):
        parts[name] = bytes_changed(parts[name], draw)
    else:
        parts[name] = _xml_changed(parts[name], draw)


def _structure(parts: Parts, name: str, draw: random.Random) -> None:
    other = draw.choice(list(parts))
    match draw.randrange(5):
        case 0:
            del parts[name]
        case 1:
            parts[name], parts[other] = parts[other], parts[name]
        case 2:
            parts[draw.choice((name.upper(), name + "x", "x/" + name))] = parts.pop(name)
        case 3:
            parts[name] = b""
        case _:
            parts[name] = recoded(parts[name], draw)


def recoded(part: bytes, draw: random.Random) -> bytes:
    """Return XML in another encoding, with or without saying so."""
    text = part.decode("utf-8", "replace")
    encoding = draw.choice(("utf-16", "utf-16-le", "utf-8-sig", "latin-1", "utf-7", "cp037"))
    if draw.random() < 0.7:
        text = re.sub(
            r'encoding="[^"]*"', f'encoding="{encoding.removesuffix("-sig")}"', text, count=1
        )
    return text.encode(encoding, "replace")


def bytes_changed(content: bytes, draw: random.Random) -> bytes:
    """Return content with some bytes replaced, taken out, put in or repeated."""
    whole = bytearray(content)
    for _ in range(draw.choice((1, 1, 1, 2, 5))):
        begin = draw.randrange(len(whole) + 1)
        end = begin + draw.choice((0, 0, 1, 1, 4, 40))
        new = draw.choice(
            (draw.choice(BYTES), bytes([draw.randrange(256)]), bytes(whole[begin:end]) * 2)
        )
        whole[begin:end] = new
    return bytes(whole)


def _xml_changed(content: bytes, draw: random.Random) -> bytes:
    """Return a part with one of its elements changed; as it is where it is no XML any more."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, huge_tree=True))
    except etree.XMLSyntaxError:
        return bytes_changed(content, draw)
    elements = [one for one in root.iter() if isinstance(one.tag, str)]
    telling = [one for one in elements if etree.QName(one).localname in TAGS]
    element = draw.choice(draw.choice((elements, telling)) or elements)
    changes: tuple[Callable[[etree._Element, list[etree._Element], random.Random], None], ...] = (
        _attribute, _attribute, _attribute, _text, _text, _tag, _tree,
    )  # fmt: skip
    draw.choice(changes)(element, elements, draw)
    written = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    if draw.random() < 0.05:
        prefixed = re.sub(rb"<(/?)(?=[A-Za-z]+[\s/>])", rb"<\1x:", written)
        return prefixed.replace(b"xmlns=", b"xmlns:x=", 1)
    return written


def _value(old: str, draw: random.Random) -> str:
    """Return something in the place of a text, more often of its own kind."""
    if re.fullmatch(r"-?\d+(\.\d+)?", old) and draw.random() < 0.6:
        return draw.choice((*NUMBERS, str(draw.randrange(-9, 99))))
    if re.fullmatch(r"\$?[A-Z]{1,3}\$?\d+(:\$?[A-Z]{1,3}\$?\d+)?", old) and draw.random() < 0.7:
        return draw.choice((*REFERENCES, old.lower(), f"{old}:{old}", old + "0"))
    return draw.choice(draw.choice((NUMBERS, REFERENCES, FORMULAS, TEXTS, WORDS)))


def _attribute(
    element: etree._Element, elements: list[etree._Element], draw: random.Random
) -> None:
    names = list(element.attrib)
    if not names or draw.random() < 0.2:
        other = draw.choice(elements)
        names = list(other.attrib) or ["r", "t", "s", "ref", "si", "cm", "vm", "spans", "count"]
    name = draw.choice(names)
    if draw.random() < 0.25:
        element.attrib.pop(name, None)
    else:
        _put(lambda text: element.set(name, text), _value(element.get(name, ""), draw))


def _text(element: etree._Element, _: list[etree._Element], draw: random.Random) -> None:
    if etree.QName(element).localname in {"f", "definedName", "calculatedColumnFormula", "formula"}:
        new = draw.choice(FORMULAS)
    else:
        new = _value(element.text or "", draw)
    if draw.random() < 0.1:
        _put(lambda text: setattr(element, "tail", text), new)
    else:
        _put(lambda text: setattr(element, "text", text), new)


def _tag(element: etree._Element, _: list[etree._Element], draw: random.Random) -> None:
    namespace = etree.QName(element).namespace or ""
    namespace = draw.choice((namespace, namespace, "", "urn:other"))
    name = draw.choice(TAGS)
    element.tag = f"{{{namespace}}}{name}" if namespace else name


def _tree(element: etree._Element, elements: list[etree._Element], draw: random.Random) -> None:
    """Take an element out, repeat it, move it, wrap it, or put a comment or blanks inside."""
    parent = element.getparent()
    if parent is None:
        return
    match draw.randrange(7):
        case 0:
            parent.remove(element)
        case 1:
            parent.insert(parent.index(element), _copy(element))
        case 2:
            parent.append(element)
        case 3:
            other = draw.choice(elements)
            if element not in set(other.iterancestors()) | {other}:
                other.append(element)
        case 4:
            wrap = etree.Element(element.tag)
            parent.replace(element, wrap)
            wrap.append(element)
        case 5:
            element.insert(0, draw.choice((etree.Comment("c"), etree.ProcessingInstruction("p"))))
        case _:
            parent.text = draw.choice(("\n  ", "\r\n\t", "rubbish"))


def _copy(element: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(element, with_tail=False))


def _put(setter: Callable[[str], None], text: str) -> None:
    """Give a text to lxml, without what no XML can hold."""
    setter(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text))
