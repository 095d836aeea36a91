"""Letters of old encodings: read right or asked about, never another letter in a name."""

from __future__ import annotations

import random

import pytest

from clv_xl.errors import ArgumentError, FileError
from clv_xl.headings import languages
from clv_xl.refresh.encodings import decoded

NAMES = {
    "polish": "Łukasz Żak;Wójcik;Kowalczyk;Dąbrowska;Zieliński;Woźniak;Kozłowski;Jabłoński;Wróbel;"
    "Pawłowski;Świątek;Sikora i Żuk;Gołębiowski;Piętka;Ćwikła;Łoś",
    "czech": "Dvořák;Černý;Procházka;Kučera;Veselý;Němec;Růžička;Jiří Beneš;Fiala;Šimek;Kříž;"
    "Říha;Zeman & syn;Vaněk;Čapek;Ondřej Bláha",
    "hungarian": "Kovács;Szűcs;Török;Fehér Ernő;Győri;Horváth;Kőműves;Lőrincz;Nagy Gergő;Szőke",
    "french": "Hélène Lefèvre;François Benoît;Noël;Agnès;Père et Fils;Garçon;Châtelet;L’Étoile;"
    "Gérard Dépardieu;Crème Brûlée;Zoë",
    "german": "Müller;Jäger;Größe;Köhler;Süß;Weiß GmbH;Günther;Schäfer;Böhm;Ärzte;Öztürk",
    "spanish": "Muñoz;Peña;Ibáñez;García;Núñez;José;Ordóñez;Cañas;Año Nuevo;Zuñiga",
    "danish": "Søren;Kjær;Håkan;Bjørn;Sørensen;Ægir;Århus;Jørgensen;Nørgård;Østergaard;Åse;Mølle",
}  # fmt: skip
ENCODINGS = {
    "polish": ("cp1250", "iso8859-2"),
    "czech": ("cp1250", "iso8859-2"),
    "hungarian": ("cp1250", "iso8859-2"),
    "french": ("cp1252", "mac_roman"),
    "german": ("cp1252", "cp1250", "iso8859-2", "mac_roman", "cp850"),
    "spanish": ("cp1252", "mac_roman"),
    "danish": ("cp1252", "mac_roman", "cp850"),
}  # fmt: skip
HEADINGS = {
    "polish": "klient;kwota",
    "french": "nom du client;montant",
    "spanish": "cliente;importe",
    "german": "Kunde;Betrag",
}
CASES = [
    (language, encoding, heading)
    for language, encodings in ENCODINGS.items()
    for encoding in encodings
    for heading in ("customer;amount", "Kunde;Betrag", HEADINGS.get(language, "name;value"))
]


def asked(content: bytes) -> str:
    """The text, or the empty one where the encoding is asked for."""
    try:
        return decoded(content, "", languages).text
    except ArgumentError:
        return ""


@pytest.mark.parametrize(("language", "encoding", "heading"), CASES)
def test_no_name_gets_another_letter(language: str, encoding: str, heading: str) -> None:
    draw = random.Random(f"{language}{encoding}")
    names = NAMES[language].split(";")
    if encoding != "cp1252":
        names = [name.replace("’", "'") for name in names]
    for _ in range(40):
        chosen = draw.sample(names, draw.randint(1, len(names)))
        text = "\n".join([heading, *(f"{name};{draw.randint(1, 99)},50" for name in chosen)])
        assert asked(text.encode(encoding)) in {text, ""}


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("polish", "cp1250"),
        ("polish", "iso8859-2"),
        ("czech", "cp1250"),
        ("german", "cp1252"),
        ("spanish", "cp1252"),
        ("french", "cp1252"),
    ],
)
def test_what_the_names_show_need_not_be_asked(language: str, encoding: str) -> None:
    names = NAMES[language].replace(";", ";1\n")
    text = f"{HEADINGS.get(language, 'customer;amount')}\n{names};1\n"
    assert asked(text.encode(encoding)) == text


def test_signs_beside_names_are_no_riddle() -> None:
    text = "customer;amount\nMüller – Café;€ 12,50\nBrand® 5 m²;1 234,00 €\nWeiß;7\n"
    assert asked(text.encode("cp1252")) in {text, ""}
    text = "customer;amount\nMüller – Café;€ 12,50\nO’Neill;1\xa0234,00 €\nWeiß;7\n"
    assert asked(text.encode("cp1252")) == text


def test_the_question_names_the_encodings_that_fit() -> None:
    content = "customer;amount\nAgnès;1\n".encode("cp1252")
    with pytest.raises(ArgumentError) as fault:
        decoded(content, "", languages)
    assert fault.value.argument == "encoding"
    assert "cp1252 (Western European)" in fault.value.sentence
    assert "cp1250 (Central European)" in fault.value.sentence
    assert decoded(content, "cp1252", languages).text.split()[1] == "Agnès;1"


def test_an_encoding_that_does_not_fit_is_one_sentence() -> None:
    with pytest.raises(ArgumentError, match="not written in the encoding"):
        decoded(b"\xe8\xff", "utf-8", languages)
    for unknown in ("nonsense", "zip", "rot13", "idna\x00"):
        with pytest.raises(ArgumentError, match="no such encoding"):
            decoded(b"abc", unknown, languages)


def test_unicode_with_and_without_its_mark_is_certain() -> None:
    text = "klient;kwota\nŻółw;1\n" * 9
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        assert asked(text.encode(encoding)) == text
    assert decoded(text.encode("utf-8-sig"), "UTF8", languages).text == text


def test_what_is_no_text_is_one_sentence() -> None:
    with pytest.raises(FileError, match="no text"):
        decoded(b"\xff\xfe\x00\xd8\x00", "", languages)


def test_a_word_of_a_megabyte_is_read_at_once() -> None:
    content = b"customer;amount\n" + b"x" * 1_000_000 + "é;5\n".encode("cp1252")
    assert asked(content).endswith("xé;5\n")
