"""The add-in file and its ribbon."""

import re
import zipfile

import lxml.etree
import pytest

from clv_xl.hosts.vba import addin as addin_file
from clv_xl.hosts.vba.modules import modules
from clv_xl.hosts.vba.project import ModuleKind
from clv_xl.hosts.vba.ribbon import REFRESH_MACRO, RELATION, ribbon


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    path = tmp_path_factory.mktemp("addin") / "clv_xl.xlam"
    path.write_bytes(addin_file.addin())
    with zipfile.ZipFile(path) as archive:
        return path, {name: archive.read(name) for name in archive.namelist()}


def test_every_part_has_a_type_and_every_relation_a_target(package):
    _, parts = package
    types_part = lxml.etree.fromstring(parts["[Content_Types].xml"])
    named = {node.get("PartName"): node.get("ContentType") for node in types_part}
    endings = {node.get("Extension") for node in types_part}
    for name in parts:
        assert f"/{name}" in named or name.rpartition(".")[2] in endings
    assert named["/xl/workbook.xml"] == "application/vnd.ms-excel.addin.macroEnabled.main+xml"
    assert {name.lstrip("/") for name in named if name} <= set(parts)
    for name, base in (("_rels/.rels", ""), ("xl/_rels/workbook.xml.rels", "xl/")):
        for relation in lxml.etree.fromstring(parts[name]):
            assert base + relation.get("Target") in parts
    assert parts["_rels/.rels"].count(RELATION.encode()) == 1


def test_code_names_match_the_document_modules(package):
    _, parts = package
    names = re.findall(
        'codeName="(.*?)"', (parts["xl/workbook.xml"] + parts["xl/worksheets/sheet1.xml"]).decode()
    )
    documents = [
        module.name
        for module in modules([addin_file.SHEET])
        if module.kind is not ModuleKind.STANDARD
    ]
    assert names == documents
    assert parts["xl/vbaProject.bin"].startswith(b"\xd0\xcf\x11\xe0")


def test_two_builds_are_equal():
    assert addin_file.addin() == addin_file.addin()


def test_every_button_calls_a_procedure_that_is_there():
    text = next(module.text for module in modules([]) if module.name == "ClvRibbon")
    buttons = lxml.etree.fromstring(ribbon()).findall(".//{*}button")
    assert len(buttons) == 4
    for button in buttons:
        assert f"Public Sub {button.get('onAction')}(ByVal control As Object)\n" in text
    assert f"Public Sub {REFRESH_MACRO}()\n" in text
