"""Excel's server and its registration, with stand-ins for the registry and for COM."""

import gc
import re
import subprocess
import sys
import types
import weakref
import zipfile
from pathlib import Path, PureWindowsPath

import lxml.etree
import pytest
from cell_calls import call
from excel_stand_in import Stage, example_arguments, forget_stage, sent
from hosts.windows import winreg_stand_in
from hosts.windows.registry_stand_in import StandInRegistry, files

from clv_xl.errors import HostError
from clv_xl.functions import CATALOGUE
from clv_xl.hosts.excel_cells import encode
from clv_xl.hosts.vba import addin as addin_file
from clv_xl.hosts.vba.modules import modules
from clv_xl.hosts.vba.project import Kind
from clv_xl.hosts.vba.ribbon import REFRESH_MACRO, RELATION, ribbon
from clv_xl.hosts.windows import diagnosis, installation, places, server
from clv_xl.hosts.windows.identity import CLSID, PROG_ID
from clv_xl.hosts.windows.registration import (
    CLASSES,
    command,
    entries,
    register,
    registered,
    unregister,
)
from clv_xl.hosts.windows.registry import UserRegistry

PYTHON = PureWindowsPath(r"C:\Users\Zo\u00eb M\u00fcller\my python\pythonw.exe")


@pytest.fixture
def computer(tmp_path, monkeypatch):
    """A Windows user's folders and Python."""
    monkeypatch.setenv("APPDATA", str(tmp_path / "App Data \u00fc"))
    python = tmp_path / "Python 3" / "python.exe"
    python.parent.mkdir()
    python.touch()
    monkeypatch.setattr(
        places, "sys", types.SimpleNamespace(executable=str(python), base_prefix=str(python.parent))
    )
    return tmp_path


# Registration.


def test_registration_writes_the_users_classes_and_nothing_else():
    registry = StandInRegistry()
    register(registry, command(PYTHON))
    written = {key for key, values in registry.keys.items() if values}
    assert written == {
        f"{CLASSES}\\{PROG_ID}".lower(),
        f"{CLASSES}\\{PROG_ID}\\CLSID".lower(),
        *(
            f"{CLASSES}\\{branch}CLSID\\{CLSID}{end}".lower()
            for branch in ("", "WOW6432Node\\")
            for end in ("", "\\ProgID", "\\LocalServer32")
        ),
    }
    assert registered(registry) == command(PYTHON)


def test_the_command_quotes_the_path_and_isolates_python():
    start = command(PYTHON)
    assert start == f'"{PYTHON}" -E -P -m clv_xl.hosts.windows'
    assert subprocess.list2cmdline([str(PYTHON), *start.split('" ')[1].split()]) == start


def test_what_is_registered_can_be_started():
    assert (Path(server.__file__).parent / "__main__.py").is_file()
    done = subprocess.run(
        [sys.executable, "-E", "-P", "-m", "clv_xl.hosts.windows", "-Embedding"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Only Windows" in done.stderr


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"software\\classes\\clsid": {}},
        {"software\\classes\\clsid": {}, "software\\classes\\clsid\\{other}": {"": "x"}},
        {"software\\classes\\wow6432node": {"a": "b"}, "software\\classes\\other.server": {}},
    ],
)
def test_unregistering_removes_exactly_what_was_written(others):
    registry, before = StandInRegistry(**others), StandInRegistry(**others).keys
    register(registry, command(PYTHON))
    unregister(registry)
    kept = dict(before)
    if others == {"software\\classes\\clsid": {}}:
        kept.pop("software\\classes\\clsid")  # an empty key says nothing, and goes too
    assert registry.keys == kept
    unregister(registry)
    assert registry.keys == kept


def test_the_real_registry_is_used_as_winreg_is(monkeypatch):
    monkeypatch.setitem(sys.modules, "winreg", winreg_stand_in)
    winreg_stand_in.reset()
    winreg_stand_in.keys["software\\classes\\other"] = {"": ("theirs", winreg_stand_in.REG_SZ)}
    before = {key: dict(values) for key, values in winreg_stand_in.keys.items()}
    registry = UserRegistry()
    register(registry, command(PYTHON))
    assert registered(registry) == command(PYTHON)
    for key, values in entries(command(PYTHON)).items():
        assert registry.read(key) == values
    assert registry.read(CLASSES + "\\nothing") is None
    assert not registry.is_empty(CLASSES + "\\nothing")
    assert not registry.is_empty(CLASSES + "\\other")
    assert registry.version("Excel.Application") == "16"
    assert registry.version("Word.Application") is None
    unregister(registry)
    assert winreg_stand_in.keys == before


def test_registering_again_replaces_the_old_python():
    registry = StandInRegistry()
    register(registry, command(PureWindowsPath(r"C:\old\pythonw.exe")))
    register(registry, command(PYTHON))
    assert registered(registry) == command(PYTHON)


@pytest.mark.parametrize("key", list(entries("x")))
def test_an_incomplete_registration_counts_as_none(key):
    registry = StandInRegistry()
    register(registry, command(PYTHON))
    registry.remove(key)
    assert registered(registry) is None


def test_the_workbook_asks_for_the_registered_name():
    host = next(module for module in modules([]) if module.name == "ClvHost")
    assert f'Private Const ServerName As String = "{PROG_ID}"' in host.text
    named = set(re.findall(r'"(clv_xl\.hosts\.\w+)"', host.text))
    assert named == server.FUNCTION_MODULES


# Installation.


def test_installed_and_removed_without_a_trace(computer):
    registry = StandInRegistry()
    before, folders = dict(registry.keys), files(computer)
    said = list(installation.install(b"template", registry=registry))
    assert len(said) == 2
    assert places.addin().read_bytes() == addin_file.addin()
    assert places.template().read_bytes() == b"template"
    python = computer / "Python 3" / "python.exe"
    assert registered(registry) == f'"{python}" -E -P -m clv_xl.hosts.windows'
    list(installation.uninstall(registry=registry))
    assert registry.keys == before
    assert files(computer) == folders
    list(installation.uninstall(registry=registry))


def test_pythonw_serves_where_it_is(computer):
    windowless = computer / "Python 3" / "pythonw.exe"
    windowless.touch()
    assert places.interpreter() == windowless


def test_other_files_in_the_folders_stay(computer):
    registry = StandInRegistry()
    list(installation.install(b"template", registry=registry))
    theirs = places.addin().with_name("Personal.xlsb")
    theirs.touch()
    list(installation.uninstall(registry=registry))
    assert files(places.roaming()) == [theirs]


def test_elsewhere_a_sentence_says_what_to_do():
    for act in (installation.install, installation.uninstall):
        with pytest.raises(HostError, match="only on Windows"):
            list(act())


def test_the_stores_python_is_refused(computer, monkeypatch):
    store = "/Program Files/WindowsApps/PythonSoftwareFoundation.Python.3.12"
    monkeypatch.setattr(
        places, "sys", types.SimpleNamespace(executable="python.exe", base_prefix=store)
    )
    registry = StandInRegistry()
    before = dict(registry.keys)
    with pytest.raises(HostError, match=r"python\.org"):
        list(installation.install(registry=registry))
    assert registry.keys == before
    assert faults(registry) == [f"{installation.STORE}."]


# Diagnosis.


@pytest.fixture
def healthy(computer, monkeypatch):
    registry = StandInRegistry()
    list(installation.install(registry=registry))
    monkeypatch.setattr(diagnosis.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(diagnosis, "_has_us", lambda interpreter: True)
    monkeypatch.setattr(diagnosis, "_answers", lambda: True)
    return registry


def faults(registry):
    return [sentence for fine, sentence in diagnosis.diagnose(registry) if not fine]


def test_nothing_amiss(healthy):
    found = list(diagnosis.diagnose(healthy))
    assert all(fine for fine, _ in found)
    assert len(found) == 6
    assert found[0] == (True, "Excel 16.")


def test_without_excel_there_is_nothing_to_check(computer):
    registry = StandInRegistry()
    registry.programs.clear()
    assert list(diagnosis.diagnose(registry)) == [
        (True, "Excel: Windows knows of none here, so there is nothing to check.")
    ]


def test_a_workbook_that_windows_blocks_is_told(tmp_path, monkeypatch):
    book = tmp_path / "orders.xlsm"
    book.write_bytes(addin_file.addin())
    [(fine, sentence)] = diagnosis.diagnose_workbook(book)
    assert (fine, sentence) == (True, "orders.xlsm has macros and is not marked as a download.")
    monkeypatch.setattr(diagnosis, "is_blocked", lambda path: path == book)
    [(fine, sentence)] = diagnosis.diagnose_workbook(book)
    assert not fine
    assert sentence.endswith("right-click the file, choose Properties, tick Unblock.")
    [(fine, sentence)] = diagnosis.diagnose_workbook(tmp_path / "absent.xlsm")
    assert not fine


def test_the_mark_of_the_web_is_read_where_windows_keeps_it(tmp_path, monkeypatch):
    book = tmp_path / "orders.xlsm"
    stream = tmp_path / "orders.xlsm:Zone.Identifier"
    assert diagnosis.is_blocked(book) is False
    monkeypatch.setattr(diagnosis, "sys", types.SimpleNamespace(platform="win32"))
    assert diagnosis.is_blocked(book) is False
    for zone, blocked in ((1, False), (2, False), (3, True), (4, True)):
        stream.write_text(f"[ZoneTransfer]\nZoneId={zone}\nHostUrl=about:internet\n")
        assert diagnosis.is_blocked(book) is blocked


def test_not_windows_is_no_fault():
    assert list(diagnosis.diagnose()) == [
        (True, "Excel: this is not Windows, so there is nothing to check.")
    ]


def test_every_fault_has_its_remedy(healthy, computer, monkeypatch):
    def one(sentence):
        assert [fault for fault in faults(healthy) if sentence in fault]
        assert len(faults(healthy)) == 1

    with monkeypatch.context() as patch:
        patch.setattr(diagnosis.importlib.util, "find_spec", lambda name: None)
        one("pip install pywin32")
    with monkeypatch.context() as patch:
        patch.setattr(diagnosis, "_has_us", lambda interpreter: False)
        one("no clv_xl any more")
    with monkeypatch.context() as patch:
        patch.setattr(diagnosis, "_answers", lambda: False)
        one("does not answer")
    with monkeypatch.context() as patch:
        patch.setattr(diagnosis, "is_blocked", lambda path: True)
        one("blocks the add-in")
    places.addin().write_bytes(b"old")
    one("another version")
    places.addin().unlink()
    one("not in Excel's start folder")
    list(installation.install(registry=healthy))
    healthy.write(diagnosis.POLICIES[0], {"VBAWarnings": 4})
    one("ask your administrator")
    healthy.write(diagnosis.POLICIES[0], {"VBAWarnings": 2})
    healthy.write(diagnosis.POLICIES[1], {"VBAWarnings": 3})
    one("Trust Center")
    healthy.remove(diagnosis.POLICIES[1])
    unregister(healthy)
    one("does not know the server")
    register(healthy, command(PYTHON))
    one("is gone")


def test_the_recorded_python_is_really_asked(tmp_path):
    assert diagnosis._has_us(tmp_path / "no python") is False
    assert diagnosis._has_us(Path(sys.executable)) is False  # no pywin32 on this system
    assert diagnosis._answers() is False


# The server.


@pytest.fixture
def stage():
    with pytest.MonkeyPatch.context() as patch:
        yield Stage(patch)
    forget_stage()


def squeezed(rows):
    if len(rows) == 1:
        return rows[0][0] if len(rows[0]) == 1 else rows[0]
    return rows


def test_the_server_answers_every_function_and_ends(stage, monkeypatch):
    """xlwings.serve itself runs, with a client that asks and goes in the place of Excel."""
    pythoncom, told, answers = sys.modules["pythoncom"], [], {}

    def a_client_asks_and_goes():
        policy = sys.modules["win32com.server.policy"].DefaultPolicy()
        excel = policy._CreateInstance_(CLSID, "IDispatch")
        for name in CATALOGUE:
            arguments = tuple(map(sent, example_arguments(name)[0]))
            answers[name] = excel.CallUDF("clv_xl.hosts.excel", name, arguments)
        return True

    pythoncom.MakePyFactory = lambda clsid: told.append(("factory", clsid))
    pythoncom.CoRegisterClassObject = lambda clsid, *_: told.append(("registered", clsid)) or 7
    pythoncom.CoRevokeClassObject = lambda number: told.append(("revoked", number))
    pythoncom.CLSCTX_LOCAL_SERVER = pythoncom.REGCLS_MULTIPLEUSE = pythoncom.REGCLS_SUSPENDED = 0
    pythoncom.EnableQuitMessage = pythoncom.CoResumeClassObjects = lambda *_: None
    pythoncom.CoUninitialize = lambda: None
    pythoncom.PumpWaitingMessages = a_client_asks_and_goes
    sys.modules["win32api"].GetCurrentThreadId = lambda: 1
    events = sys.modules["win32event"]
    events.MsgWaitForMultipleObjects = lambda *_: 0
    events.INFINITE = events.QS_ALLEVENTS = events.WAIT_OBJECT_0 = 0
    monkeypatch.setattr(server, "sys", types.SimpleNamespace(platform="win32"))
    monkeypatch.setattr(server, "end_when_alone", lambda clients, end: None)
    server.serve()
    assert told == [("factory", CLSID), ("registered", CLSID), ("revoked", 7)]
    assert set(answers) == set(CATALOGUE)
    for name, answer in answers.items():
        if not CATALOGUE[name].volatile:
            assert answer == squeezed(encode(call(name, example_arguments(name)[0])))


def test_no_client_can_have_other_code_run(stage):
    clients = weakref.WeakSet()
    excel = server.server_class(stage.com_server.XLPython, clients)()
    assert excel._public_methods_ == ["CallUDF", "TemplatePath"]
    assert excel.CallUDF("clv_xl.hosts.excel", "CLV", (1000.0, 6.0, 5.0)) == 30000
    assert excel.CallUDF("clv_xl.hosts.excel_1904", "CLV", (1000.0, 6.0, 5.0)) == 30000
    for script, name in (
        ("os", "system"),
        ("statistics", "mean"),
        ("clv_xl.hosts.excel", "decode"),
        ("clv_xl.hosts.excel", "CATALOGUE"),
        ("clv_xl.call", "CLV"),
    ):
        with pytest.raises(PermissionError, match="its own functions"):
            excel.CallUDF(script, name, ())


def test_the_workbook_that_asks_is_not_looked_at(stage):
    excel = server.server_class(stage.com_server.XLPython, weakref.WeakSet())()
    workbook = object()  # any look at it would fail
    answer = excel.CallUDF("clv_xl.hosts.excel", "CLV", (1000.0, 6.0, 5.0), workbook, None)
    assert answer == 30000


def test_the_server_tells_where_the_template_lies(stage, computer):
    excel = server.server_class(stage.com_server.XLPython, weakref.WeakSet())()
    assert excel.TemplatePath() == str(places.template())


def test_clients_are_counted_while_they_live(stage):
    clients = weakref.WeakSet()
    kind = server.server_class(stage.com_server.XLPython, clients)
    first, second = kind(), kind()
    assert len(clients) == 2
    del first, second
    gc.collect()
    assert not clients


def ended_after(presence):
    """When the process ends whose clients are there in these spans of seconds."""
    now, clients, ends = [0.0], [], []

    def sleep(seconds):
        now[0] += seconds
        clients[:] = [1] if any(start <= now[0] < stop for start, stop in presence) else []
        assert now[0] < 10_000

    server.end_when_alone(clients, lambda: ends.append(now[0]), clock=lambda: now[0], sleep=sleep)
    return ends


def test_the_process_ends_some_time_after_the_last_client():
    assert ended_after([(3, 100)]) == [160]
    assert ended_after([(3, 100), (130, 200)]) == [260]
    assert ended_after([]) == [120]
    assert ended_after([(90, 95)]) == [155]


def test_serving_elsewhere_is_refused_with_a_sentence():
    with pytest.raises(HostError, match="Only Windows"):
        server.serve()


# The add-in's file.


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
        module.name for module in modules([addin_file.SHEET]) if module.kind is not Kind.STANDARD
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
