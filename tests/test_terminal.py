"""What reaches the screen: nothing that a terminal obeys, and every letter in any code page."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from screens import on_a_terminal, run
from text_book import text_book

import clv_xl
from clv_xl import report, terminal

PACKAGE = Path(clv_xl.__file__).parent
NAMES = ["\x1b[2J\x1b]0;title\x07", "a\u009b31m\u202eb\u2028c\nd", "Łukasz", "日本"]
TABLE = "=CLV_SEGMENT(A2:A5,B2:B5,B2:B5)"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook whose customers' names are control sequences and letters beyond cp1252."""
    rows = [["name", "value"], *([name, row] for row, name in enumerate(NAMES, 1))]
    return text_book(tmp_path_factory.mktemp("names") / "book.xlsx", rows)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x00\x07\x08\x0b\x1b\x7f", r"\x00\x07\x08\x0b\x1b\x7f"),
        ("a\nb\rc\td", r"a\nb\rc\td"),
        ("\x80\x85\x9b\x9f", r"\x80\x85\x9b\x9f"),
        ("\u200e\u200f\u061c", r"\u200e\u200f\u061c"),
        ("\u202a\u202e\u2066\u2069", r"\u202a\u202e\u2066\u2069"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("\ufeff\u200b\xad\U000e0041", r"\ufeff\u200b\xad\U000e0041"),
        ("\ud800 \udcff", r"\ud800 \udcff"),
        ("C:\\Users\\Ann", "C:\\Users\\Ann"),
    ],
)  # fmt: skip
def test_what_is_not_to_be_seen_is_an_escape(text: str, shown: str) -> None:
    assert terminal.visible(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Łukasz 日本 ß €",
        "e\u0301\u0323 Z͑ͫ̓ͪ̂ͫ",
        "שלום مرحبا",
        "می\u200cخواهم",
        "👩\u200d👩\u200d👧 🇫🇷 ❤\ufe0f",
        "=1+1",
        "[red]x[/]",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert terminal.visible(text) == text


def test_no_sign_of_unicode_is_left_that_a_terminal_may_obey() -> None:
    shown = terminal.visible("".join(map(chr, [*range(0x10000), *range(0xE0000, 0xE1000)])))
    kinds = {unicodedata.category(letter) for letter in set(shown) - {"\u200c", "\u200d"}}
    assert kinds.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})


def test_letters_that_an_encoding_lacks_are_escapes() -> None:
    assert terminal.visible("Łé€", "cp1252") == r"\u0141é€"
    assert terminal.visible("Łé€", "ascii") == r"\u0141\xe9\u20ac"


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals of POSIX")
def test_no_control_code_of_a_workbook_reaches_a_terminal(book: Path, tmp_path: Path) -> None:
    odd = tmp_path / "\x1b[31mred\u202e\n.xlsx"
    odd.write_bytes(book.read_bytes())
    text = "".join(
        [
            on_a_terminal("eval", "--workbook", odd, "=A2", "=A3", "=A2:A5", TABLE, '=1/0&"\x1b"'),
            on_a_terminal("recalc", f"{odd}.no", "--out", odd),
            on_a_terminal("recalc", odd, "--engine", "\x1b[2J"),
            on_a_terminal("recalc", odd, "--out", odd),
        ]
    )  # fmt: skip
    assert r"\x1b[2J\x1b]0;title\x07" in text
    assert r"a\x9b31m\u202eb\u2028c\nd" in text
    assert r"\x1b[31mred\u202e\n.xlsx" in text
    assert terminal.visible(text.replace("\n", "")) == text.replace("\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals of POSIX")
def test_a_terminal_with_colours_gets_no_codes_but_those_of_the_program(
    book: Path, tmp_path: Path
) -> None:
    odd = tmp_path / "\x1b]0;title\x07.xlsx"
    odd.write_bytes(book.read_bytes())
    text = on_a_terminal("eval", "--workbook", odd, "=A2", TABLE, kind="xterm-256color")
    text += on_a_terminal("recalc", odd, kind="xterm-256color")
    assert "\x1b[1m" in text  # a heading in bold
    rest = re.sub(r"\x1b\[(\d+;)*\d*[mAK]|\x1b\[\?25[lh]|[\r\n]", "", text)  # colours, the spinner
    assert rest.isprintable()


def test_a_pipe_gets_one_line_per_value_and_a_file_the_text_itself(
    book: Path, tmp_path: Path
) -> None:
    words = ("eval", "--workbook", book, "=A3")
    env = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    assert run(*words, env=env).stdout.decode().splitlines() == [r"a\x9b31m\u202eb\u2028c\nd"]
    file = tmp_path / "value.txt"
    with file.open("wb") as target:
        run(*words, env=env, stdout=target)
    assert file.read_bytes().decode() == "a\u009b31m\u202eb\u2028c\nd\n".replace("\n", os.linesep)


def test_output_in_the_code_page_of_windows_never_fails(book: Path) -> None:
    env = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    done = run("eval", "--workbook", book, "=A4", "=A5", TABLE, '=NOSUCH("Ł")', env=env)
    assert done.returncode == 1
    assert b"inside clv-xl" not in done.stderr
    assert rb'NOSUCH("\u0141")' in done.stderr
    lines = done.stdout.decode("cp1252").splitlines()
    assert lines[:2] == [r"\u0141ukasz", r"\u65e5\u672c"]
    assert len({len(line) for line in lines[2:-1]}) == 1  # the table's columns stay straight
    as_json = run("eval", "--json", "--workbook", book, "=A2", "=A3", "=A4:A5", env=env)
    assert as_json.stdout.isascii()
    assert [json.loads(line) for line in as_json.stdout.splitlines()] == [
        *NAMES[:2],
        [["Łukasz"], ["日本"]],
    ]


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii", "cp932", "utf-8", "utf-16"])
def test_every_way_of_writing_suits_every_encoding(
    encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(target, encoding=encoding))
    with terminal.screen(native=True):
        terminal.write_line("Łé日€")
        terminal.write_lines("Łé\n日€")
        terminal.write_value("Łé日€\ud800")
        terminal.write_json("Łé日€")
        report.print_table([["Łé日€"], ["é"]], "Łé")
        report.print_sentence("Łé日€")
    text = target.getvalue().decode(encoding)
    assert text.count(terminal.visible("Łé日€", encoding)) == 4
    assert json.loads(text.splitlines()[4]) == "Łé日€"


def test_json_is_plain_ascii_whatever_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    text = "".join(map(chr, range(0x2100))) + "\ud800\U000e0041😀"
    terminal.write_json(text)
    line = capsys.readouterr().out.removesuffix("\n")
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line) == text


def test_a_table_and_its_title_hold_no_control_code_and_no_markup(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report.print_table([["[red]x", "y\x1b"], ["a\nb", 1.0]], "[b]\u202e:smile:")
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("[red]x", r"y\x1b", r"a\nb", r"[b]\u202e", ":smile:"))
    report.print_sentence("[bold]\x9b:smile:")
    assert capsys.readouterr().out.strip() == r"[bold]\x9b:smile:"


@pytest.mark.skipif(sys.platform == "win32", reason="descriptors of POSIX")
def test_a_closed_output_is_never_taken_by_a_file(tmp_path: Path) -> None:
    """With descriptor 2 closed, the next file opened would get what libraries write to it."""
    code = "import os\nfrom clv_xl import terminal\nwith terminal.screen(): print(os.open('.', 0))"
    done = subprocess.run(
        f'"{sys.executable}" -P -c "{code}" 2>&-',
        shell=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert int(done.stdout) > 2


def test_what_libraries_write_to_standard_error_goes_nowhere() -> None:
    code = (
        "import os, sys\nfrom clv_xl import terminal\n"
        "with terminal.screen():\n os.write(2, b'panic')\n print('ours', file=sys.stderr)\n"
        "os.write(2, b'after')\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=False)
    assert done.stderr.split() == [b"ours", b"after"]


def test_only_one_place_writes_to_the_screen() -> None:
    alone = {"terminal.py", "drive.py", "worker.py"}  # the others write to a pipe of their parent
    ways = re.compile(
        r"click\.(echo|secho|style)|(?<![\w.])print|sys\.(__)?std(out|err)|\w*\.?Console"
    )
    files = [path for path in PACKAGE.rglob("*.py") if path.name not in alone]
    texts = {path.name: text for path in files if ways.search(text := path.read_text("utf-8"))}
    found = {
        (name, ast.unparse(node))
        for name, text in texts.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.Attribute, ast.Name)) and ways.fullmatch(ast.unparse(node))
    }
    assert "report.py" in texts  # which has functions called print_...
    assert not found


def test_help_is_plain_ascii() -> None:
    from clv_xl.cli import cli

    for command in cli.commands.values():
        assert (command.help or "").isascii()
        assert all((getattr(option, "help", "") or "").isascii() for option in command.params)
