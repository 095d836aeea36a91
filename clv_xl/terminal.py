r"""The screen of the command line: the one place that writes to standard output and error.

Cells, names of sheets and names of files are other people's texts. They may hold sequences that a
terminal obeys (clear the screen, rename the window, send keystrokes), line breaks that forge a
sentence, or marks that turn the order of the letters around.

Guaranteed, for all that this module writes to a terminal or a pipe: control codes (C0, DEL, C1),
line and paragraph separators, marks of direction and other invisible signs, and lone surrogates are
shown as escapes such as ``\x1b``; so are letters that the encoding of the output lacks, so that
writing never fails for them. JSON is plain ASCII everywhere and exact.

Not guaranteed: that texts that look alike are alike (letters of other alphabets; letters written
from right to left); that an escape can be told from the same letters in the text (JSON can); and
what a program does that reads the file to which a single value was redirected: that value is
written as it is.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import stat
import sys
import unicodedata
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final, TextIO

from clv_xl.errors import FileError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of Unicode: controls, formats, surrogates, separators of lines and paragraphs."""
_JOINERS: Final = frozenset("\u200c\u200d")
"""Formats that the spelling of Persian, of Indian languages and of emoji needs."""
_REPLACED: Final = "backslashreplace"
_STANDARD_ERROR: Final = 2


class ClosedOutputError(Exception):
    """Nobody reads the output any more, as after `| head`; there is nothing to say of it."""


def visible(text: str, encoding: str = "utf-8") -> str:
    r"""Return a text with everything that is not to be seen in it as an escape.

    Parameters
    ----------
    text : str
    encoding : str, optional
        What it is going to be written in; letters that it lacks are escapes too.

    Examples
    --------
    >>> print(visible("\x1b[2JAnna\u202e\nLee"))
    \x1b[2JAnna\u202e\nLee
    """
    if not text.isprintable():
        text = "".join(_escape(letter) if _is_unseen(letter) else letter for letter in text)
    return text.encode(encoding, _REPLACED).decode(encoding)


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) in _UNSEEN and letter not in _JOINERS


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def write_line(text: str, *, err: bool = False) -> None:
    """Write one line; a line break in the text is an escape like other controls."""
    _write(visible(text), err=err)


def write_lines(text: str, *, err: bool = False) -> None:
    """Write a text of the program's own that has several lines, such as its help."""
    _write("\n".join(map(visible, text.split("\n"))), err=err)


def write_value(text: str) -> None:
    """Write the value of one cell: as it is into a file, made visible everywhere else."""
    _write(text if _is_file(sys.stdout) else visible(text))


def write_json(value: Any, *, indent: int | None = None) -> None:
    """Write a value as JSON in plain ASCII."""
    _write(json.dumps(value, indent=indent).replace("\x7f", "\\u007f"))


def print_rich(content: RenderableType, console: Console) -> None:
    """Print what rich draws of texts that are `visible`."""
    with _writing(sys.stdout):
        console.print(content)


def console(*, err: bool = False) -> Console:
    """Return rich's console on standard output or error."""
    from rich.console import Console

    class OwnConsole(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return OwnConsole(stderr=err, highlight=False, markup=False, emoji=False)


def busy(what: str) -> Any:
    """Show a spinner on a terminal; nothing in a pipe."""
    shown = console(err=True)
    drawn = "dots" if shown.encoding.startswith("utf") else "line"
    return shown.status(visible(what), spinner=drawn)


@contextlib.contextmanager
def bar(steps: int) -> Iterator[Callable[[str], None]]:
    """Show a progress bar on a terminal, nothing in a pipe; give what is called at each step."""
    from rich.progress import Progress

    shown = console(err=True)
    with Progress(console=shown, transient=True, disable=not shown.is_terminal) as drawn:
        task = drawn.add_task("", total=steps)
        begun = iter(range(steps))
        yield lambda step: drawn.update(task, description=visible(step), completed=next(begun))


def _write(text: str, *, err: bool = False) -> None:
    stream = sys.stderr if err else sys.stdout
    with _writing(stream):
        if stream is not None:  # as in a program without a console
            stream.write(text + "\n")
            stream.flush()


def _is_file(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False


@contextlib.contextmanager
def _writing(stream: TextIO | None) -> Iterator[None]:
    """Tell an output that nobody reads from one that cannot be written.

    What is still to be written goes nowhere, so that Python does not try again when it ends.
    """
    try:
        yield
    except OSError as fault:
        with contextlib.suppress(OSError, ValueError, AttributeError):
            _discard(stream.fileno())  # type: ignore[union-attr]
        if isinstance(fault, BrokenPipeError) or fault.errno == errno.EINVAL:  # as Windows says it
            raise ClosedOutputError from None
        raise FileError(
            f"The output cannot be written ({fault.strerror or 'unknown reason'}); "
            "write it to another place."
        ) from None


@contextlib.contextmanager
def screen(*, native: bool = False) -> Iterator[None]:
    """Own the screen while a command runs.

    Letters that the encoding of an output lacks are written as escapes. What libraries that are
    not written in Python write to standard error by themselves goes nowhere, such as the words of
    a panic of the engine, which hold paths.

    Parameters
    ----------
    native : bool, optional
        Let those libraries write.
    """
    _fill_standard_descriptors()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_REPLACED)
    if native or not _is_standard_error(sys.stderr):
        yield
        return
    outer = sys.stderr
    with os.fdopen(
        os.dup(_STANDARD_ERROR), "w", buffering=1, encoding=outer.encoding, errors=_REPLACED
    ) as own:
        outer.flush()
        _discard(_STANDARD_ERROR)
        sys.stderr = own
        try:
            yield
        finally:
            sys.stderr = outer
            os.dup2(own.fileno(), _STANDARD_ERROR)


def _fill_standard_descriptors() -> None:
    """Occupy those that are closed, lest a file takes one and receives what was for the screen."""
    for descriptor in range(_STANDARD_ERROR + 1):
        try:
            os.fstat(descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                _discard(descriptor)


def _is_standard_error(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.fileno() == _STANDARD_ERROR
    except (OSError, ValueError):
        return False


def _discard(descriptor: int) -> None:
    """Let a file descriptor lead nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    if nowhere != descriptor:
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
