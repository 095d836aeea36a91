"""The extension file, without LibreOffice."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from clv_xl.functions import CATALOGUE
from clv_xl.hosts.libreoffice import extension


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_same_interpreter_gives_the_same_bytes():
    assert extension.build("/a/python") == extension.build("/a/python")
    assert extension.build("/a/python") != extension.build("/b/python")


def test_every_function_and_argument_is_named_and_explained():
    root = etree.fromstring(members(extension.build("python"))["CalcAddIns.xcu"])
    text = etree.tostring(root, encoding="unicode")
    for function in CATALOGUE.values():
        assert f">{function.name}<" in text
        for parameter in function.parameters:
            assert f">{parameter.name}<" in text


def test_the_help_of_a_table_says_how_to_enter_it():
    root = etree.fromstring(members(extension.build("python"))["CalcAddIns.xcu"])
    text = etree.tostring(root, encoding="unicode")
    tables = [function for function in CATALOGUE.values() if function.is_table]
    assert len(tables) > 10
    assert text.count("Ctrl+Shift+Enter") == len(tables)
    assert all(f"{one.summary} Gives a table".replace("<", "&lt;") in text for one in tables)


def test_xml_parts_are_well_formed():
    parts = members(extension.build("python"))
    for name, content in parts.items():
        if name.endswith((".xml", ".xcu", ".components")):
            etree.fromstring(content)


def test_names_are_what_idl_allows():
    methods = [extension.method(name) for name in CATALOGUE]
    assert len({name.upper() for name in methods}) == len(methods)
    for function in CATALOGUE.values():
        names = [extension.argument(parameter) for parameter in function.parameters]
        assert len(set(names)) == len(names)
        assert all(name.isalnum() for name in [*names, extension.method(function.name)])
