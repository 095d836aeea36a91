"""The start add-in: its settings, what is written and removed, and how it is checked."""

import subprocess
import sys
import types
import zipfile
from pathlib import PureWindowsPath

import lxml.etree
import olefile
import pytest
from hosts.windows.registry_stand_in import StandInRegistry, faults, files

from clv_xl import installation as all_programs
from clv_xl.errors import HostError
from clv_xl.hosts.vba.addin import SHEET, start_addin
from clv_xl.hosts.vba.modules import modules, start_modules
from clv_xl.hosts.windows import diagnosis, installation, paths, server, start
from clv_xl.hosts.windows.identity import CLSID
from clv_xl.hosts.windows.registration import registered_command

GUID = "{0A1B2C3D-0000-4000-8000-00000000abcd}"


class ClosedRegistry(StandInRegistry):
    """A registry that takes some keys and then no more, as a rule of the computer may have it."""

    def __init__(self, writes=0):
        super().__init__()
        self.writes_left = writes

    def write(self, key, values):
        if not self.writes_left:
            raise PermissionError(13, "Access is denied")
        self.writes_left -= 1
        super().write(key, values)


@pytest.fixture
def computer(tmp_path, monkeypatch):
    """A Windows user's folders, a virtual environment, and xlwings' DLLs in it."""
    monkeypatch.setenv("APPDATA", str(tmp_path / "App Data \u00fc"))
    python = tmp_path / "my venv \u00eb" / "Scripts" / "python.exe"
    python.parent.mkdir(parents=True)
    python.touch()
    root = python.parent.parent
    known = types.SimpleNamespace(executable=str(python), base_prefix=str(root), prefix=str(root))
    monkeypatch.setattr(paths, "sys", known)
    monkeypatch.setattr(start, "version", lambda name: "1.2.3")
    for bits in start.BITS:
        (root / f"xlwings{bits}-1.2.3.dll").touch()
    return tmp_path


def library(computer, bits):
    return computer / "my venv \u00eb" / f"xlwings{bits}-1.2.3.dll"


# Its settings.


def test_the_settings_name_python_and_dlls_by_full_paths(computer):
    content = start.settings_file(start.settings())
    python = computer / "my venv \u00eb" / "Scripts" / "python.exe"
    assert content.decode("cp1252") == (
        f"python={python}\r\ndll64={library(computer, 64)}\r\ndll32={library(computer, 32)}\r\n"
    )
    assert start.parse_settings(content) == start.settings()


def test_a_dll_that_is_not_there_is_not_named(computer):
    library(computer, 32).unlink()
    assert set(start.settings()) == {"python", "dll64"}
    library(computer, 64).unlink()
    with pytest.raises(HostError, match="force-reinstall xlwings"):
        start.settings()


def test_a_dll_among_the_users_own_packages_is_found(computer, monkeypatch):
    folders = [computer / "nothing", computer / "user base"]
    monkeypatch.setattr(paths, "libraries", lambda: folders)
    folders[1].mkdir()
    path = folders[1] / "xlwings64-1.2.3.dll"
    path.touch()
    assert start.settings()["dll64"] == str(path)
    assert len({*paths.libraries()}) == 2


@pytest.mark.parametrize("folder", ["\u0416\u0435\u043d\u044f", "$(CLSID)", "\u732b"])
def test_a_path_that_the_dll_would_misread_is_refused(computer, folder):
    with pytest.raises(HostError, match="another folder"):
        start.settings_file({"python": f"C:\\{folder}\\pythonw.exe"})


def test_settings_that_the_add_in_could_not_find_are_refused(computer, monkeypatch):
    monkeypatch.setenv("APPDATA", str(computer / "\u0416\u0435\u043d\u044f"))
    with pytest.raises(HostError, match="another folder"):
        start.settings_file({"python": "C:\\python.exe"})


def test_whatever_else_is_in_the_file_is_not_read():
    settings = start.parse_settings(b"\r\n; a note\r\npython=C:\\a=b\\python.exe\r\n")
    assert settings == {"python": "C:\\a=b\\python.exe"}


def test_the_module_reads_what_is_written(computer):
    text = start_modules(SHEET, "1.2.3")[-1].text
    for word in ("python", "dll64", "dll32"):
        assert f'"{word}"' in text
    assert PureWindowsPath(paths.FOLDER, paths.START_SETTINGS).parts == ("clv_xl", "start.txt")
    assert r'Environ$("APPDATA")' in text
    assert r'folder & "\clv_xl\start.txt"' in text
    for bits in start.BITS:
        assert f'DllName As String = "{library(computer, bits).name}"' in text


def test_the_child_is_the_clv_xl_server_under_the_class_that_the_dll_asks_for():
    text = start_modules(SHEET, "1.2.3")[-1].text
    assert 'ServerArguments As String = " -E -P -m clv_xl.hosts.windows $(CLSID)"' in text
    assert server.asked_class([GUID]) == GUID
    for words in ([], ["-Embedding"], [GUID, "x"], ["{no}"], [GUID + "\n"]):
        assert server.asked_class(words) == CLSID


@pytest.mark.skipif(
    sys.platform == "win32", reason="on Windows this would start a server; .ci/windows does"
)
def test_what_the_dll_starts_can_be_started():
    done = subprocess.run(
        [sys.executable, "-E", "-P", "-m", "clv_xl.hosts.windows", GUID],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Only Windows" in done.stderr


def test_the_host_asks_for_the_add_in_that_is_installed():
    host = next(module for module in modules([]) if module.name == "ClvHost")
    assert f'StartAddin As String = "{paths.START_ADDIN}"' in host.text
    assert "Public Function ClvStartedServer() As Object" in start_modules(SHEET, "1.2.3")[-1].text


# What is written and removed.


def test_without_the_option_nothing_of_it_is_written(computer):
    list(installation.install(b"template", registry=StandInRegistry()))
    written = {path.name for path in files(paths.roaming())}
    assert written == {paths.ADDIN, paths.TEMPLATE}


def test_installed_and_removed_without_a_trace(computer):
    registry = StandInRegistry()
    before, folders = dict(registry.keys), files(computer)
    sentences = list(installation.install(b"template", dll=True, registry=registry))
    assert len(sentences) == 4
    assert sentences[0].startswith("Windows will start")
    assert paths.start_addin().parent == paths.addin().parent
    assert paths.start_addin().read_bytes() == start_addin("1.2.3")
    assert paths.start_settings().read_bytes() == start.settings_file(start.settings())
    assert registered_command(registry) is not None
    theirs = paths.addin().with_name("Personal.xlsb")
    theirs.touch()
    list(installation.uninstall(registry=registry))
    assert registry.keys == before
    assert files(computer) == sorted([*folders, theirs])
    assert not paths.start_settings().parent.exists()
    list(installation.uninstall(registry=registry))


@pytest.mark.parametrize("writes", [0, 3])
def test_where_the_registry_is_closed_install_says_what_to_do(computer, writes):
    registry = ClosedRegistry(writes)
    before, folders = dict(registry.keys), files(computer)
    with pytest.raises(HostError, match="clv-xl install excel --dll"):
        list(installation.install(b"template", registry=registry))
    assert registry.keys == before
    assert files(computer) == folders
    sentences = list(installation.install(b"template", dll=True, registry=registry))
    assert sentences[0].startswith("The start add-in will start")
    assert registered_command(registry) is None
    assert paths.start_addin().is_file()
    list(installation.uninstall(registry=registry))
    assert files(computer) == folders


def test_nothing_is_written_where_there_is_no_dll(computer):
    for bits in start.BITS:
        library(computer, bits).unlink()
    registry = StandInRegistry()
    before = dict(registry.keys)
    with pytest.raises(HostError, match="DLL"):
        list(installation.install(dll=True, registry=registry))
    assert registry.keys == before
    assert files(paths.roaming()) == []


def test_the_option_reaches_excel_alone(monkeypatch):
    options_seen = []
    monkeypatch.setattr(
        "clv_xl.hosts.windows.install", lambda *_, **options: options_seen.append(options) or []
    )
    list(all_programs.install("excel", dll=True))
    list(all_programs.install("excel"))
    assert options_seen == [{"dll": True}, {"dll": False}]


# How it is checked.


@pytest.fixture
def healthy(computer, monkeypatch):
    registry = ClosedRegistry()
    list(installation.install(dll=True, registry=registry))
    monkeypatch.setattr(diagnosis.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(diagnosis, "_has_clv_xl", lambda interpreter: True)
    monkeypatch.setattr(diagnosis, "_server_answers", lambda: True)
    return registry


def test_nothing_wrong(healthy, computer):
    assert faults(healthy) == []
    sentences = [sentence for _, sentence in diagnosis.diagnose(healthy)]
    assert "The start add-in is in place, and so is what it names." in sentences
    assert not any("Windows knows" in sentence for sentence in sentences)
    list(installation.install(dll=True, registry=(both := StandInRegistry())))
    sentences = [sentence for _, sentence in diagnosis.diagnose(both)]
    assert "Windows knows the server of clv_xl." in sentences
    assert "The start add-in is in place, and so is what it names." in sentences


def test_every_fault_has_its_remedy(healthy, computer, monkeypatch):
    def one(sentence):
        (found,) = faults(healthy)
        assert sentence in found
        assert found.endswith("run: clv-xl install excel --dll")

    with monkeypatch.context() as patch:
        patch.setattr(diagnosis, "_has_clv_xl", lambda interpreter: False)
        one("has no clv_xl")
    with monkeypatch.context() as patch:
        patch.setattr(diagnosis, "is_blocked", lambda path: path == paths.start_addin())
        one("blocks the start add-in")
    with monkeypatch.context() as patch:  # xlwings was renewed, the old DLL left behind
        patch.setattr(start, "version", lambda name: "1.2.4")
        one("loads another DLL")
        (library(computer, 64).parent / "xlwings64-1.2.4.dll").touch()
        one("loads another DLL")
    paths.start_addin().write_bytes(start_addin("1.2.2"))
    one("another version")
    paths.start_addin().unlink()
    one("not in Excel's start folder")
    settings = dict(start.settings())
    paths.start_settings().write_bytes(start.settings_file({**settings, "python": sys.executable}))
    one("another Python")
    paths.start_settings().write_bytes(start.settings_file({**settings, "dll64": "C:\\gone.dll"}))
    one("DLL that the start add-in loads is gone")
    paths.start_settings().write_bytes(start.settings_file({"python": settings["python"]}))
    one("DLL that the start add-in loads is gone")
    paths.start_settings().write_bytes(b"\xff\x00")
    one("Python that the start add-in names is gone")
    list(installation.install(dll=True, registry=healthy))
    assert faults(healthy) == []
    paths.start_settings().unlink()
    one("Python that the start add-in names is gone")


# The add-in's file.


def test_the_file_is_whole_and_holds_no_ribbon(tmp_path):
    path = tmp_path / "clv_xl_start.xlam"
    path.write_bytes(start_addin("1.2.3"))
    assert start_addin("1.2.3") == path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    kinds = lxml.etree.fromstring(parts["[Content_Types].xml"])
    named = {node.get("PartName"): node.get("ContentType") for node in kinds}
    endings = {node.get("Extension") for node in kinds}
    assert named["/xl/workbook.xml"] == "application/vnd.ms-excel.addin.macroEnabled.main+xml"
    assert {name.lstrip("/") for name in named if name} <= set(parts)
    assert all(f"/{name}" in named or name.rpartition(".")[2] in endings for name in parts)
    targets = {
        base + relation.get("Target")
        for name, base in (("_rels/.rels", ""), ("xl/_rels/workbook.xml.rels", "xl/"))
        for relation in lxml.etree.fromstring(parts[name])
    }
    assert targets == {name for name in parts if not name.endswith((".rels", "].xml"))}
    assert not any("customUI" in name for name in parts)
    with olefile.OleFileIO(
        parts["xl/vbaProject.bin"], raise_defects=olefile.DEFECT_UNSURE
    ) as project:
        assert not project.parsing_issues
        streams = {path[-1] for path in project.listdir() if path[0] == "VBA"}
    assert streams == {"dir", "_VBA_PROJECT", "ThisWorkbook", SHEET, "ClvStart"}
