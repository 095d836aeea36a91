"""What `clv-xl doctor` finds in Excel, each fault with its remedy."""

import sys
import types
from pathlib import Path

import pytest
from hosts.windows.registry_stand_in import PYTHON, StandInRegistry, faults

from clv_xl.hosts.vba import addin as addin_file
from clv_xl.hosts.windows import diagnosis, installation, paths
from clv_xl.hosts.windows.registration import (
    command,
    register,
    unregister,
)


@pytest.fixture
def healthy(computer, monkeypatch):
    registry = StandInRegistry()
    list(installation.install(registry=registry))
    monkeypatch.setattr(diagnosis.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(diagnosis, "_has_clv_xl", lambda interpreter: True)
    monkeypatch.setattr(diagnosis, "_server_answers", lambda: True)
    return registry


def test_nothing_wrong(healthy):
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


def test_a_workbook_that_windows_blocks_is_reported(tmp_path, monkeypatch):
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


@pytest.mark.skipif(
    sys.platform == "win32", reason="on Windows this would ask the real Excel; .ci/windows does"
)
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
        patch.setattr(diagnosis, "_has_clv_xl", lambda interpreter: False)
        one("no clv_xl any more")
    with monkeypatch.context() as patch:
        patch.setattr(diagnosis, "_server_answers", lambda: False)
        one("does not answer")
    with monkeypatch.context() as patch:
        patch.setattr(diagnosis, "is_blocked", lambda path: True)
        one("blocks the add-in")
    paths.addin().write_bytes(b"old")
    one("another version")
    paths.addin().unlink()
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


@pytest.mark.skipif(
    sys.platform == "win32", reason="on Windows this would start a server; .ci/windows does"
)
def test_the_recorded_python_is_really_asked(tmp_path):
    assert diagnosis._has_clv_xl(tmp_path / "no python") is False
    assert diagnosis._has_clv_xl(Path(sys.executable)) is False  # no pywin32 on this system
    assert diagnosis._server_answers() is False
