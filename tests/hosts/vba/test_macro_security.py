"""What the macros may do: what a security officer or a scanner of macros would ask."""

import re
import warnings

from clv_xl.hosts.vba.modules import project_for
from clv_xl.hosts.vba.project import vba_project

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of a library that oletools uses
    from oletools.olevba import VBA_Parser

from hosts.vba.vba_text import MODULES, START, code, procedures


def test_nothing_but_the_clv_xl_server_is_ever_started():
    text = "\n".join(line for module in MODULES.values() for line in code(module.text)).lower()
    forbidden = (
        "shell declare filesystemobject wscript environ kill filecopy mkdir rmdir callbyname "
        "getobject executeexcel4macro sendkeys savesetting deletesetting xmlhttp vbproject "
        "evaluate open put print write chdir loadlibrary lib"
    )
    for word in forbidden.split():
        assert not re.search(rf"\b{word}\b", text), word
    assert text.count("createobject") == text.count("createobject(servername)") == 1
    assert len(re.findall(r"\brun\b", text)) == text.count("application.run(startfunction)") == 1
    host = MODULES["ClvHost"].text
    assert 'Private Const ServerName As String = "ClvXl.Server"' in host
    assert 'Private Const StartAddin As String = "clv_xl_start.xlam"' in host
    assert """Const StartFunction As String = "'clv_xl_start.xlam'!ClvStartedServer\"\n""" in host


def test_a_scanner_of_macros_finds_what_the_readme_admits_and_no_more():
    parser = VBA_Parser("vbaProject.bin", data=project_for(["Sheet1"]))
    found = {(kind, word) for kind, word, _ in parser.analyze_macros()}
    parser.close()
    assert found <= {
        ("AutoExec", "Workbook_Open"),  # describes the functions to the function wizard
        ("Suspicious", "CreateObject"),  # the server of clv_xl
        ("Suspicious", "Run"),  # the start add-in of clv_xl
        ("Suspicious", "Hex Strings"),  # the classes of workbook and sheets
        ("Suspicious", "Base64 Strings"),  # names of functions
    }
    assert ("Suspicious", "CreateObject") in found


def test_functions_of_windows_are_declared_in_the_start_add_in_alone():
    declared = re.compile(r"declare\b.*function (\w+) lib \"([^\"]*)\"", re.IGNORECASE)
    for module in MODULES.values():
        assert "declare" not in " ".join(code(module.text)).lower()
        assert not declared.search(module.text)
    assert set(declared.findall(START["ClvStart"].text)) == {
        ("LoadLibraryW", "kernel32"),
        ("XLPyDLLActivateAuto", "xlwings64-1.2.3.dll"),
        ("XLPyDLLActivateAuto", "xlwings32-1.2.3.dll"),
    }
    assert code(START["ThisWorkbook"].text) == ["Option Explicit"]


def test_the_start_add_in_reads_one_file_and_writes_none():
    text = "\n".join(code(START["ClvStart"].text)).lower()
    forbidden = (
        "shell filesystemobject wscript kill filecopy mkdir rmdir callbyname createobject "
        "getobject run evaluate range worksheets activeworkbook thisworkbook caller output append "
        "binary put print write chdir curdir application"
    )
    for word in forbidden.split():
        assert not re.search(rf"\b{word}\b", text), word
    assert re.findall(r"^open .*$", text, re.MULTILINE) == [
        'open folder & "" for input access read as #number'
    ]
    assert text.count("environ") == 1


def test_a_scanner_of_macros_finds_in_the_start_add_in_what_it_is_for():
    parser = VBA_Parser("vbaProject.bin", data=vba_project(list(START.values())))
    texts = {name.partition(".")[0]: text for _, _, name, text in parser.extract_all_macros()}
    found = {
        word for kind, word, _ in parser.analyze_macros() if kind in ("Suspicious", "AutoExec")
    }
    parser.close()
    for module in START.values():
        assert texts[module.name].replace("\r\n", "\n").endswith(module.text)
    assert found <= {
        "Environ",
        "Open",
        "Lib",
        "Declare",
        "LoadLibraryW",
        "Windows",  # of comments
        "Hex Strings",
        "Base64 Strings",
    }
    assert {"Environ", "Open", "Lib"} <= found


def test_opening_the_workbook_only_describes():
    lines = code(MODULES["ThisWorkbook"].text)
    assert lines == ["Option Explicit", "Private Sub Workbook_Open()", "ClvDescribe", "End Sub"]
    assert code(MODULES["Sheet1"].text) == ["Option Explicit"]


def test_only_functions_show_up_in_formulas():
    for name in ("ClvHost", "ClvDescriptions"):
        assert "Option Private Module" in MODULES[name].text
    for first, _ in procedures(MODULES["ClvRibbon"].text):
        assert " Function " not in first
