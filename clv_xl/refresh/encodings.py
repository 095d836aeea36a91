"""Which letters the bytes of a text file are: found where the file shows it, otherwise asked for.

UTF-8 and UTF-16 are certain where they fit. The older encodings give nearly every byte some letter,
and only the words tell them apart: those of one language are written with its letters.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from itertools import pairwise
from typing import Final, NamedTuple

from clv_xl.errors import ArgumentError, FileError
from clv_xl.refresh.questions import QuestionError

NO_TEXT: Final = "The file holds no text; save the table as .csv or .xlsx"
FEW_WORDS: Final = 5
"""Fewer words that fit no language are no proof against an encoding."""

WESTERN: Final = {
    "German": "äöüß",
    "French": "àâæçéèêëîïôœùûüÿ",
    "Spanish": "áéíñóúü",
    "Portuguese": "áàâãçéêíóôõúü",
    "Italian": "àèéìíîòóùú",
    "Danish and Norwegian": "æøåéòóô",
    "Swedish and Finnish": "åäöéü",
    "Dutch": "áéèëêïíóöúü",
    "Icelandic": "áðéíóúýþæö",
}
CENTRAL: Final = {
    "German": "äöüß",
    "Polish": "ąćęłńóśźż",
    "Czech": "áčďéěíňóřšťúůýž",
    "Slovak": "áäčďéíĺľňóôŕšťúýž",
    "Hungarian": "áéíóöőúüű",
    "Croatian and Slovene": "čćđšž",
    "Romanian": "ăâîşţ",
}


class Encoding(NamedTuple):
    """An encoding: its name for Python and for people, the languages and their letters."""

    codec: str
    region: str
    languages: Mapping[str, str]

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return f"{self.codec} ({self.region})"


class Decoded(NamedTuple):
    """A text, and the name of its encoding."""

    text: str
    name: str


class _Reading(NamedTuple):
    """A text as one encoding reads it; the signs beyond ASCII of its words, by their bytes."""

    encoding: Encoding
    text: str
    signs: dict[bytes, str]

    def count_unexplained(self, words: Collection[bytes], language: str) -> int:
        """Return how many words are not written with the letters of a language."""
        letters = set(self.encoding.languages[language])
        found = Counter(self.signs[word] for word in words)
        return sum(count for signs, count in found.items() if not letters.issuperset(signs))

    def fewest_unexplained(self, words: Collection[bytes]) -> int:
        """Return how many words are unexplained by the language that explains most."""
        return min(self.count_unexplained(words, one) for one in self.encoding.languages)


_ALIKE: Final = (
    Encoding("cp1252", "Western European", WESTERN),
    Encoding("cp1250", "Central European", CENTRAL),
    Encoding("iso8859-2", "Latin 2", CENTRAL),
)
_RARE: Final = "iso8859-2"
"""One word that does not fit is enough against it."""
_OLD: Final = (
    Encoding("mac_roman", "old Mac", WESTERN),
    Encoding("cp850", "DOS", {name: WESTERN[name] for name in WESTERN if name != "Portuguese"}),
)
"""Others that may fit; they are asked about, never taken."""
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_HIGH: Final = rb"(?:[\x80-\x9f\xa1-\xff]|(?<=[A-Za-z])\xa0(?=[a-z]))"
"""A byte beyond ASCII; that of a fixed space only where no space would be."""
_WORD: Final = re.compile(
    rb"(?<![A-Za-z0-9])[A-Za-z0-9]*" + _HIGH + rb"(?:[A-Za-z0-9]|" + _HIGH + rb")*"
)
"""A word with such a byte; looked for from the beginnings of words only, however long they are."""
_CONTROL: Final = re.compile("[\x80-\x9f]")
_OPENING: Final = "\u201e\u201c\u201a\u2018«»¿¡\u2022\u2013\u2014\u2026€£"
_CLOSING: Final = "\u201c\u201d\u2018\u2019«»\u2022\u2013\u2014\u2026€£®©™²³°ºª"
_BETWEEN: Final = re.compile(r"(?<=\w)\u2019|[\u2013\u2014](?![a-z])")
"""Apostrophes, and dashes between words."""


def decoded(
    content: bytes, encoding: str, languages: Callable[[Sequence[str]], Set[str]]
) -> Decoded:
    """Return the text of a file.

    Parameters
    ----------
    content : bytes
    encoding : str
        Its encoding by its name in Python; empty if it is to be found.
    languages : callable
        The languages of which headings are known; they decide where the words fit them.

    Raises
    ------
    ArgumentError
        There is no such encoding, it does not fit, or several fit and give other letters.
    FileError
        The file holds no text.
    """
    if encoding:
        return _as_told(content, encoding)
    try:
        for mark, codec, name in _BYTE_ORDER_MARKS:
            if content.startswith(mark):
                return Decoded(content.decode(codec), name)
        even, odd = content[:2000:2].count(0), content[1:2000:2].count(0)
        if max(even, odd) > len(content[:2000]) / 5:
            return Decoded(content.decode("utf-16-be" if even > odd else "utf-16-le"), "UTF-16")
    except UnicodeDecodeError:
        raise FileError(NO_TEXT) from None
    try:
        return Decoded(content.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError:
        return _found(content, languages)


def _as_told(content: bytes, encoding: str) -> Decoded:
    if encoding.lower().replace("_", "-") in {"utf-8", "utf8"}:
        encoding = "utf-8-sig"  # with or without its mark
    try:
        return Decoded(content.decode(encoding), encoding)
    except UnicodeDecodeError:
        sentence = "The file is not written in the encoding that was given; give another one"
    except (LookupError, ValueError):
        sentence = "There is no such encoding; give one such as utf-8, cp1252 or cp1250"
    raise ArgumentError(sentence, argument="encoding")


def _found(content: bytes, languages: Callable[[Sequence[str]], Set[str]]) -> Decoded:
    """Return the text in the one encoding that the words fit."""
    words = set(_WORD.findall(content))
    readings = [one for each in _ALIKE if (one := _reading(content, words, each)) is not None]
    if not readings:
        raise _question(())
    codecs_tried = [one.encoding.codec for one in readings]
    telling = {
        word for word in readings[0].signs if len({word.decode(one) for one in codecs_tried}) > 1
    }
    by_headings = [
        one
        for one in readings
        if any(
            not one.count_unexplained(telling, language)
            for language in languages(_headings(one.text)) & set(one.encoding.languages)
        )
    ]
    faults = {one.encoding.codec: one.fewest_unexplained(telling) for one in readings}
    fitting = by_headings or [one for one in readings if not faults[one.encoding.codec]]
    proof = max(FEW_WORDS, len(telling) / 3)
    unproved = [one for one in readings if 0 < faults[one.encoding.codec] < proof]
    texts = {one.text for one in fitting}
    rare = {one.encoding.codec for one in unproved} <= {_RARE}
    old = [] if by_headings and telling else list(_old_readings(content, readings[0]))
    if len(texts) == 1 and (by_headings or rare) and not old and _is_plain(fitting[0], telling):
        return Decoded(fitting[0].text, fitting[0].encoding.name)
    raise _question([one.encoding for one in (*fitting, *unproved, *old)])


def _old_readings(content: bytes, plain: _Reading) -> Iterator[_Reading]:
    """Yield the readings in the oldest encodings in which every word fits one language."""
    if any(map(str.isalpha, plain.signs.values())):
        for encoding in _OLD:
            reading = _reading(content, plain.signs, encoding)
            if reading is not None and not reading.fewest_unexplained(plain.signs):
                yield reading


def _reading(content: bytes, words: Iterable[bytes], encoding: Encoding) -> _Reading | None:
    """Return what an encoding makes of a file; None where that is no text."""
    try:
        text = content.decode(encoding.codec)
    except UnicodeDecodeError:
        return None
    if _CONTROL.search(text):
        return None
    return _Reading(encoding, text, {word: _signs(word.decode(encoding.codec)) for word in words})


def _signs(word: str) -> str:
    """Return the signs of a word that ASCII lacks; "?" for one that no word is written with."""
    core = _BETWEEN.sub("", word.lstrip(_OPENING).rstrip(_CLOSING))
    if sum(map(str.isalpha, core)) == 1 < len(core):
        return "?"  # a letter beside digits is a currency in another encoding
    if any(
        before.islower() and sign.isupper() and not sign.isascii()
        for before, sign in pairwise(core)
    ):
        return "?"
    return "".join(sign for sign in core.lower() if not sign.isascii())


def _is_plain(reading: _Reading, telling: Collection[bytes]) -> bool:
    """Return whether the words that all encodings read alike hold letters alone."""
    alike = (signs for word, signs in reading.signs.items() if word not in telling)
    return all(signs.isalpha() for signs in alike if signs)


def _headings(text: str) -> list[str]:
    return re.split(r'[;,\t|"\r\n]', text[:2000])


def _question(fitting: Sequence[Encoding]) -> QuestionError:
    named = fitting if len(fitting) > 1 else (*_ALIKE, *_OLD)
    *first, last = dict.fromkeys(one.name for one in named)
    return QuestionError(
        "The letters of the file can be read in more than one way; give its encoding, "
        f"{', '.join(first)} or {last}, or save the file as UTF-8",
        argument="encoding",
        option="encoding",
        choices={one.codec: one.name for one in named},
    )
