"""The part that marks cells whose formula spills; each such cell names its entry by ``cm``."""

from __future__ import annotations

from typing import Any, Final

from clv_xl.package.content_types import add_part
from clv_xl.package.namespaces import MAIN, OFFICE, WORKBOOK
from clv_xl.package.relations import Parts, relate, relations
from clv_xl.package.xml_parts import parse, serialize

_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheetMetadata+xml"
_PART: Final = "xl/metadata.xml"
_KIND: Final = "XLDAPR"
_METADATA: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<metadata xmlns="{MAIN}"'
    ' xmlns:xda="http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray">'
    f'<metadataTypes count="1"><metadataType name="{_KIND}" minSupportedVersion="120000" copy="1"'
    ' pasteAll="1" pasteValues="1" merge="1" splitFirst="1" rowColShift="1" clearFormats="1"'
    ' clearComments="1" assign="1" coerce="1" cellMeta="1"/></metadataTypes>'
    f'<futureMetadata name="{_KIND}" count="1"><bk><extLst>'
    '<ext uri="{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}">'
    '<xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/></ext></extLst></bk></futureMetadata>'
    '<cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>'
).encode()


def spill_mark(parts: Parts, workbook: str = WORKBOOK) -> int:
    """Return the number by which a cell says that its formula spills, after adding it.

    Parameters
    ----------
    parts : dict
        The content types, the workbook's relations and the metadata, where there are any.
    workbook : str, optional
        The name of the main part.
    """
    present = [part for part in relations(parts, workbook).values() if part.endswith(_PART[3:])]
    if not present:
        add_part(parts, _PART, _METADATA, _TYPE)
        relate(parts, workbook, f"{OFFICE}/sheetMetadata", _PART)
        return 1
    root = parse(parts[present[0]])
    number = _entry(root)
    if number is None:
        number = _add_entry(root)
        parts[present[0]] = serialize(root)
    return number


def _entry(root: Any) -> int | None:
    """Return the number of the entry for spilling formulas, from 1."""
    kinds = enumerate(root.iterfind("{*}metadataTypes/{*}metadataType"), 1)
    own = {str(number) for number, kind in kinds if kind.get("name") == _KIND}
    for number, entry in enumerate(root.iterfind("{*}cellMetadata/{*}bk"), 1):
        record = entry.find("{*}rc")
        if record is not None and record.get("t") in own:
            return number
    return None


def _add_entry(root: Any) -> int:
    """Add an entry for spilling formulas to metadata of other kinds, and return its number."""
    kinds, future, entries = parse(_METADATA)
    own_kinds = root.find("{*}metadataTypes")
    if own_kinds is None:
        root.insert(0, kinds)
        own_kinds = kinds
    else:
        own_kinds.append(kinds[0])
    entries[0][0].set("t", str(len(own_kinds)))
    own_entries = root.find("{*}cellMetadata")
    if own_entries is None:
        after = [root.find(f"{{*}}{name}") for name in ("valueMetadata", "extLst")]
        place = next((root.index(one) for one in after if one is not None), len(root))
        root.insert(place, entries)
        own_entries = entries
    else:
        own_entries.append(entries[0])
    own_entries.addprevious(future)
    for counted in (own_kinds, own_entries):
        counted.set("count", str(len(counted)))
    return len(own_entries)
