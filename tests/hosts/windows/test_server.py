"""The server that Excel calls, with stand-ins for COM."""

import gc
import subprocess
import sys
import types
import weakref
from pathlib import Path

import pytest
from cell_calls import call
from excel_stand_in import ComError, Stage, example_arguments, forget_stage, sent

from clv_xl.errors import HostError
from clv_xl.functions import CATALOGUE
from clv_xl.hosts.excel_cells import encode
from clv_xl.hosts.windows import paths, server
from clv_xl.hosts.windows.identity import CLSID

elsewhere = pytest.mark.skipif(
    sys.platform == "win32", reason="on Windows this would start a server; .ci/windows does"
)


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
    pythoncom, calls, answers = sys.modules["pythoncom"], [], {}

    def a_client_asks_and_goes():
        policy = sys.modules["win32com.server.policy"].DefaultPolicy()
        excel = policy._CreateInstance_(CLSID, "IDispatch")
        for name in CATALOGUE:
            arguments = tuple(map(sent, example_arguments(name)[0]))
            answers[name] = excel.CallUDF("clv_xl.hosts.excel", name, arguments)
        return True

    pythoncom.MakePyFactory = lambda clsid: calls.append(("factory", clsid))
    pythoncom.CoRegisterClassObject = lambda clsid, *_: calls.append(("registered", clsid)) or 7
    pythoncom.CoRevokeClassObject = lambda number: calls.append(("revoked", number))
    pythoncom.CLSCTX_LOCAL_SERVER = pythoncom.REGCLS_MULTIPLEUSE = pythoncom.REGCLS_SUSPENDED = 0
    pythoncom.CoResumeClassObjects = lambda *_: None
    pythoncom.EnableQuitMessage = lambda thread: calls.append(("ends with its clients", thread))
    pythoncom.CoUninitialize = lambda: None
    pythoncom.PumpWaitingMessages = a_client_asks_and_goes
    sys.modules["win32api"].GetCurrentThreadId = lambda: 1
    events = sys.modules["win32event"]
    events.MsgWaitForMultipleObjects = lambda *_: 0
    events.INFINITE = events.QS_ALLEVENTS = events.WAIT_OBJECT_0 = 0
    monkeypatch.setattr(server, "sys", types.SimpleNamespace(platform="win32"))
    monkeypatch.setattr(server, "end_when_alone", lambda clients, end: None)
    server.serve()
    assert calls == [("factory", CLSID), ("registered", CLSID), ("revoked", 7)]
    assert set(answers) == set(CATALOGUE)
    for name, answer in answers.items():
        if not CATALOGUE[name].volatile:
            assert answer == squeezed(encode(call(name, example_arguments(name)[0])))


def test_no_client_can_have_other_code_run(stage):
    clients = weakref.WeakSet()
    excel = server.server_class(stage.com_server.XLPython, clients)()
    assert excel._public_methods_ == ["CallUDF", "TemplatePath", "add_orders"]
    assert excel.CallUDF("clv_xl.hosts.excel", "CLV", (1000.0, 6.0, 5.0)) == 30000
    assert excel.CallUDF("clv_xl.hosts.excel_1904", "CLV", (1000.0, 6.0, 5.0)) == 30000
    for script, name in (
        ("os", "system"),
        ("statistics", "mean"),
        ("clv_xl.hosts.excel", "decode"),
        ("clv_xl.hosts.excel", "CATALOGUE"),
        ("clv_xl.call", "CLV"),
    ):
        with pytest.raises(ComError) as refusal:
            excel.CallUDF(script, name, ())
        assert refusal.value.description == "clv_xl only computes its own functions."
        assert refusal.value.scode & 0xFFFFFFFF == 0x80070005  # E_ACCESSDENIED


def test_the_workbook_that_asks_is_not_looked_at(stage):
    excel = server.server_class(stage.com_server.XLPython, weakref.WeakSet())()
    workbook = object()  # any look at it would fail
    answer = excel.CallUDF("clv_xl.hosts.excel", "CLV", (1000.0, 6.0, 5.0), workbook, None)
    assert answer == 30000


def test_the_server_adds_the_orders_of_a_file_to_the_workbook_that_asks(stage, monkeypatch):
    import clv_xl.refresh.excel

    asked = []
    monkeypatch.setattr(
        clv_xl.refresh.excel, "refresh_open", lambda *given: asked.append(given) or "1 row added."
    )
    monkeypatch.setattr(
        sys.modules["win32com.client"], "Dispatch", lambda thing: ("wrapped", thing)
    )
    excel = server.server_class(stage.com_server.XLPython, weakref.WeakSet())()
    assert excel.add_orders("workbook", "november.csv") == "1 row added."
    assert asked == [(("wrapped", "workbook"), "november.csv")]


def test_the_server_gives_the_path_of_the_template(stage, computer):
    excel = server.server_class(stage.com_server.XLPython, weakref.WeakSet())()
    assert excel.TemplatePath() == str(paths.template())


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


def test_a_client_that_only_an_error_still_holds_does_not_keep_the_process(stage):
    clients, now = weakref.WeakSet(), [0.0]
    client = server.server_class(stage.com_server.XLPython, clients)()
    client.error = [client]
    del client

    def sleep(seconds):
        now[0] += seconds
        assert now[0] < 10_000

    gc.disable()
    try:
        server.end_when_alone(clients, lambda: None, clock=lambda: now[0], sleep=sleep)
    finally:
        gc.enable()
    assert now[0] <= 2 * server.LINGER + server.POLL


def test_no_call_holds_its_client(stage):
    clients = weakref.WeakSet()
    kind = server.server_class(stage.com_server.XLPython, clients)
    for name in CATALOGUE:
        for arguments in (example_arguments(name)[0], []):
            kind().CallUDF("clv_xl.hosts.excel", name, tuple(map(sent, arguments)))
    gc.collect()
    assert not clients


@elsewhere
def test_serving_elsewhere_is_refused_with_a_sentence():
    with pytest.raises(HostError, match="Only Windows"):
        server.serve()


@elsewhere
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
