"""Parts that are XML are parsed without fetching or expanding anything."""

from __future__ import annotations

import pytest

from clv_xl.errors import FileError
from clv_xl.package.xml_parts import parse, serialize


def test_a_part_is_written_as_office_reads_it() -> None:
    content = serialize(parse(b'<a b="1">\xc3\xbc<c/></a>'))
    declaration, rest = content.split(b"\n", 1)
    assert declaration == b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>"
    assert rest == b'<a b="1">\xc3\xbc<c/></a>'


def test_a_part_that_is_not_well_formed_is_damage() -> None:
    with pytest.raises(FileError, match="not well-formed"):
        parse(b"<a>")


def test_an_entity_is_not_expanded() -> None:
    root = parse(
        b'<!DOCTYPE a [<!ENTITY e "text"><!ENTITY f SYSTEM "/etc/hostname">]><a>&e;&f;</a>'
    )
    assert "".join(root.itertext(tag="a")) == ""
