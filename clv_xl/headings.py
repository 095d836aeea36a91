"""Headings of columns: found by name, or by what they are called in five languages."""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from clv_xl.errors import ArgumentError


class Holds(enum.Enum):
    """What the cells of a column are read as."""

    LABEL = "label"
    DATE = "date"
    NUMBER = "number"


HOLDS: Final[Mapping[str, Holds]] = {
    "date": Holds.DATE,
    **dict.fromkeys(
        ("amount", "spend", "new_customers", "acquisition_cost", "satisfaction"), Holds.NUMBER
    ),
}
"""Headings whose cells are no labels."""

SYNONYMS: Final[Mapping[str, Mapping[str, str]]] = {
    "English": {
        "order": "order number, order no, order id, invoice, invoice number, invoice no, "
        "invoice id, transaction id",
        "date": "order date, purchase date, invoice date, transaction date, day",
        "customer": "customer id, customer number, customer no, client, client id, buyer, account",
        "product": "item, article, product name, sku",
        "amount": "order amount, order value, order total, total, revenue, sales, value, "
        "purchase amount, invoice amount",
        "segment": "customer segment, customer group, customer type, group, category",
        "channel": "marketing channel, acquisition channel, sales channel, lead source, source",
        "spend": "cost, costs, marketing spend, marketing cost, ad spend, budget",
        "new_customers": "customers acquired, acquired customers, customers won",
        "acquisition_cost": "cac, cost of acquisition, customer acquisition cost",
        "satisfaction": "satisfaction score, customer satisfaction, nps, csat",
        "town": "city",
    },
    "German": {
        "order": "Bestellung, Bestellnummer, Bestellnr, Auftrag, Auftragsnummer, Auftragsnr, "
        "Rechnung, Rechnungsnummer, Belegnummer",
        "date": "Datum, Bestelldatum, Auftragsdatum, Kaufdatum, Rechnungsdatum, Belegdatum, Tag",
        "customer": "Kunde, Kundennummer, Kundennr, Kunden-Nr, Kunden-ID, Käufer, Debitor",
        "product": "Produkt, Artikel, Ware, Produktname",
        "amount": "Betrag, Umsatz, Summe, Bestellwert, Auftragswert, Rechnungsbetrag, Gesamtbetrag",
        "segment": "Kundensegment, Kundengruppe, Gruppe",
        "channel": "Kanal, Vertriebskanal, Vertriebsweg, Marketingkanal, Werbekanal, Quelle",
        "spend": "Ausgaben, Kosten, Werbekosten, Werbeausgaben, Marketingkosten",
        "new_customers": "Neukunden, neue Kunden",
        "acquisition_cost": "Akquisekosten, Akquisitionskosten, Kundengewinnungskosten, "
        "Werbekosten je Kunde",
        "satisfaction": "Zufriedenheit, Kundenzufriedenheit",
        "town": "Stadt, Ort",
    },
    "Spanish": {
        "order": "pedido, número de pedido, factura, número de factura",
        "date": "fecha, fecha de pedido, fecha del pedido, fecha de compra, fecha de factura",
        "customer": "cliente, número de cliente, id cliente, comprador",
        "product": "producto, artículo",
        "amount": "importe, monto, importe total, ventas, ingresos, valor",
        "segment": "segmento, segmento de cliente, grupo",
        "channel": "canal, fuente",
        "spend": "gasto, gastos, coste, costo, inversión",
        "new_customers": "clientes nuevos, nuevos clientes",
        "acquisition_cost": "coste de adquisición, costo de adquisición",
        "satisfaction": "satisfacción, satisfacción del cliente",
        "town": "ciudad, población",
    },
    "French": {
        "order": "commande, numéro de commande, n° commande, facture, numéro de facture",
        "date": "date de commande, date de la commande, date d'achat, date de facture",
        "customer": "numéro client, numéro de client, n° client, id client, acheteur",
        "product": "produit",
        "amount": "montant, montant total, chiffre d'affaires, ca",
        "segment": "segment client, groupe",
        "channel": "canal d'acquisition, canal marketing",
        "spend": "dépenses, dépenses marketing, coût, coûts",
        "new_customers": "nouveaux clients",
        "acquisition_cost": "coût d'acquisition, coût d'acquisition client",
        "satisfaction": "satisfaction client",
        "town": "ville",
    },
    "Polish": {
        "order": "zamówienie, numer zamówienia, nr zamówienia, faktura, numer faktury, "
        "nr faktury, id zamówienia",
        "date": "data, data zamówienia, data zakupu, data sprzedaży, data faktury, data transakcji",
        "customer": "klient, numer klienta, nr klienta, id klienta, nabywca, kontrahent",
        "product": "produkt, towar, artykuł, nazwa produktu",
        "amount": "kwota, wartość, kwota zamówienia, wartość zamówienia, suma, obrót, przychód",
        "segment": "segment klienta, grupa, grupa klientów",
        "channel": "kanał, kanał sprzedaży, kanał marketingowy, źródło",
        "spend": "wydatki, koszty, nakłady, budżet",
        "new_customers": "nowi klienci, liczba nowych klientów",
        "acquisition_cost": "koszt pozyskania, koszt pozyskania klienta",
        "satisfaction": "zadowolenie, satysfakcja",
        "town": "miasto, miejscowość",
    },
}
"""What headings are also called, by language."""


_LATER: Final[Mapping[str, str]] = {
    "customer": "customer name, Kundenname, nombre del cliente, nom du client, nazwa klienta",
    "amount": "price, Preis, precio, prix, cena",
}
"""What is meant only where nothing else is: names may occur twice, a price may be of one piece."""
SIGNS: Final = " _-.'°/"
"""Signs by which two headings may differ and be the same."""


def key(heading: object) -> str:
    """Return what headings match by: letters and digits without case and accents."""
    text = str(heading).replace("ł", "l").replace("Ł", "l")
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in decomposed if letter.isalnum())


@cache
def synonyms(heading: str, language: str = "") -> frozenset[str]:
    """Return the keys of what a heading is also called, in one language or in all."""
    if language:
        return frozenset(map(key, _listed(SYNONYMS[language].get(heading, ""))))
    return frozenset(map(key, [*_usual(heading), *_later(heading)]))


def words(heading: str, *, later: bool = False) -> tuple[str, ...]:
    """Return what a heading is also called, in small letters without signs that do not count.

    Names with accents are there without them too. `later` are the names that are meant only where
    none of the others is found.
    """
    names = _later(heading) if later else _usual(heading)
    plain = [name.casefold().translate(dict.fromkeys(map(ord, SIGNS))) for name in names]
    return tuple(dict.fromkeys([*plain, *map(key, names)]))


def _usual(heading: str) -> list[str]:
    return _listed(",".join(names.get(heading, "") for names in SYNONYMS.values()))


def _later(heading: str) -> list[str]:
    return _listed(_LATER.get(heading, ""))


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def languages(headings: Sequence[object]) -> frozenset[str]:
    """Return the languages in which some heading is known."""
    keys = {key(heading) for heading in headings}
    return frozenset(
        language
        for language, names in SYNONYMS.items()
        if any(keys & synonyms(heading, language) for heading in names)
    )


def match(
    found: Sequence[object], wanted: Sequence[str], mapping: Mapping[str, str]
) -> dict[str, int]:
    """Return the position of each wanted heading among those found; absent ones are left out.

    A heading that is exactly the wanted one goes before its synonyms, of which some are meant only
    where none of the others is found; `mapping` goes before all.

    Raises
    ------
    ArgumentError
        Two headings fit equally well, or the mapping names one that is not there.
    """
    if unknown := sorted(set(mapping) - set(wanted)):
        raise ArgumentError(
            f'A column cannot be mapped to "{unknown[0]}"; choose from {", ".join(wanted)}',
            argument="mapping",
        )
    keys = [key(heading) if isinstance(heading, str) else "" for heading in found]
    places = {
        heading: [at for at, name in enumerate(keys) if name == key(own)]
        for heading, own in mapping.items()
    }
    if absent := [heading for heading, at in places.items() if not at]:
        raise ArgumentError(
            f"The heading mapped to {absent[0]} is not in the source; it has {listed(found)}",
            argument="mapping",
        )
    free = set(range(len(keys))) - {at for positions in places.values() for at in positions}
    for heading in wanted:
        if heading in places:
            continue
        exact = [at for at in sorted(free) if keys[at] == key(heading)]
        usual, later = (set(map(key, names)) for names in (_usual(heading), _later(heading)))
        places[heading] = (
            exact
            or [at for at in sorted(free) if keys[at] in usual]
            or [at for at in sorted(free) if keys[at] in later]
        )
    for heading, at in places.items():
        if len(at) > 1:
            raise ArgumentError(
                f"{heading} could be the column {' or '.join(str(found[one]) for one in at)}; "
                f"say which with a mapping such as {heading}={found[at[0]]}, or rename one",
                argument="mapping",
            )
    return {heading: at[0] for heading, at in places.items() if at}


def recognised(
    found: Sequence[object], wanted: Sequence[str], own: Mapping[str, str]
) -> dict[int, str]:
    """Return which of the wanted headings stands where; one that several fit is left out.

    Where a user has named the heading of a column (`own`), no other is looked for.
    """
    keys = [key(heading) for heading in found]
    places: dict[int, str] = {}
    for heading in wanted:
        named = [own[heading]] if heading in own else []
        kinds = (named,) if named else ([heading], _usual(heading), _later(heading))
        fitting = ([at for at, name in enumerate(keys) if name in map(key, kind)] for kind in kinds)
        first = next(filter(None, fitting), [])
        if len(first) == 1:
            places[first[0]] = heading
    return places


def listed(found: Sequence[object]) -> str:
    """Return the headings found, as a list in a sentence."""
    names = [str(heading).strip() for heading in found if isinstance(heading, str)]
    return ", ".join(name for name in names if name) or "none"
