"""A purchase order put into words: the same ready strings go onto the PDF and into the mail, in the supplier's language."""

import re
import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from templates import agreement_sheet, order_taxes
from templates.locales import NotInDocument, Speech, read_decimal
from templates.said import worded

DOCUMENTS = Path(__file__).parent / "documents"
Document = dict[str, Any]
Sheet = dict[str, Any]

# So many letters of a word without a break fit beside each other: into half a page, the column of items, that of units.
PAGE_WORD, ITEM_WORD, UNIT_WORD = 40, 24, 12
BREAK = "\u200b"
# What an order cannot be printed without (Peppol BIS Order 3, and common sense).
MUST_HAVE = (
    *("number", "currency", "ordered_on", "issued_at", "plant.name", "supplier.name", "net", "total", "lines"),
)
LINE_MUST_HAVE = ("line", "description", "quantity", "unit", "unit_price", "amount")
# What an order may lack: every key a template asks for is there, and empty.
MAY_LACK = {
    "": "revision language deliver_by incoterm incoterm_place payment_terms quotation our_reference tax tax_note notes without_tax "
    "return_conditions warranty terms_edition code kind agreement parent",
    "plant": "street post_code city country tax_id email phone registered invoice_email time_zone hours contact",
    "supplier": "street post_code city country contact email phone tax_id number",
    "deliver_to": "name street post_code city country hours contact phone",
    "buyer": "name email phone",
    "lines": "part supplier_part unit_word deliver_by tax_rate tax_category tax_reason hs_code cancelled breaks estimate",
}
# The units of UN/ECE Recommendation 20 in languages other than ours; German says "2 Stück" and "2 Karton".
UNIT_WORDS = {
    "de": {
        "C62": "Stück", "PR": "Paar", "SET": "Satz", "BX": "Schachtel", "PK": "Packung", "CT": "Karton", "RO": "Rolle",
        "BG": "Beutel", "MTR": "m", "MTK": "m²", "LTR": "l", "KGM": "kg", "HUR": "Std.", "DAY": "Tag", "MON": "Monat",
    },
}  # fmt: skip
# A line's earlier values that a revision names beside the new ones.
WAS = ("quantity", "unit_price", "deliver_by")


def language_of(document: Document) -> str:
    """The language a document is written in: its own when we have the words, otherwise English."""
    language = str(document.get("language") or "en")[:2].lower()
    return language if language in order_words() else "en"


@cache
def order_words() -> dict[str, dict[str, str]]:
    """The words of an order by language."""
    return tomllib.loads((DOCUMENTS / "words.toml").read_text(encoding="utf-8"))


def order_sheet(document: Document) -> Sheet:
    """Every string that stands on a purchase order; NotInDocument names what is missing."""
    document = whole(document)
    words = order_words()[language_of(document)]
    speech = speech_of(document)
    return {
        "language": language_of(document),
        "words": words,
        "number": line_of(document["number"]),
        "title": agreement_sheet.title(document, words),
        "kind": str(document.get("kind") or "standard"),
        "revision": _revision(document, words, speech),
        "plant": {
            **_party(document["plant"]),
            "tax_id": _tax_id(document, words),
            "address": _address(document["plant"], {}, speech),
        },
        "sender": " · ".join(_address(document["plant"], document["plant"], speech)),
        "supplier": _supplier(document, words, speech),
        "buyer": {key: line_of(document["buyer"][key]) for key in ("name", "email", "phone")},
        "deliver_to": _deliver_to(document, words, speech),
        "facts": _facts(document, words, speech),
        "head": _head(document, words),
        "lines": _lines(document, words, speech),
        "totals": _totals(document, words, speech),
        "answer": _answer(document, words),
        "papers": _papers(document, words),
        "notes": _notes(document, words),
        "approvals": _approvals(document, words, speech),
        "registered": line_of(document["plant"].get("registered", "")),
        "code": words["code"].format(code=line_of(document["code"])) if document.get("code") else "",
    }


def speech_of(document: Document) -> Speech:
    """How this document writes numbers and days."""
    zone = document["plant"]["time_zone"] or None
    asked = str(document.get("language") or "en").replace("-", "_")
    locale = order_words()[language_of(document)]["locale"]
    return Speech(asked if re.fullmatch(r"(?:en|de)_[A-Z]{2}", asked) else locale, zone)


def require(document: Document) -> None:
    """Refuse a document that lacks what an order must have, naming every missing value."""
    missing = [path for path in MUST_HAVE if _at(document, path) in (None, "", [])]
    for place, line in enumerate(document.get("lines") or (), start=1):
        missing += [f"lines[{place}].{key}" for key in LINE_MUST_HAVE if line.get(key) in (None, "")]
    if missing:
        raise NotInDocument(f"{document.get('number') or 'the order'} lacks " + ", ".join(missing))


def line_of(value: Any, widest: int = PAGE_WORD) -> str:
    """A value as one line: control characters gone, white space single, words wider than their place breakable."""
    text = " ".join(worded("" if value is None else value).split())
    if len(text) <= widest:
        return text
    return re.sub(rf"\S{{{widest + 1},}}", lambda found: _breakable(found.group(), widest), text)


def text_of(value: Any) -> str:
    """A value as paragraphs."""
    return "\n".join(line_of(line) for line in worded("" if value is None else value).splitlines()).strip()


def whole(document: Document) -> Document:
    """The document with every key it may lack, empty where it lacks it; its place of delivery is the plant by default."""
    require(document)
    parties = {key: _filled(document.get(key) or {}, key) for key in ("plant", "supplier", "buyer")}
    place = _filled(document["deliver_to"], "deliver_to") if document.get("deliver_to") else parties["plant"]
    lists = {key: list(document.get(key) or ()) for key in ("work_orders", "approved_by", "charges", "taxes")}
    lines = [_filled(line, "lines") for line in document["lines"]]
    return {"replaces": None, **_filled(document, ""), **parties, **lists, "deliver_to": place, "lines": lines}


def _filled(held: Document, where: str) -> Document:
    return dict.fromkeys(MAY_LACK[where].split(), "") | {
        key: "" if value is None else value for key, value in held.items()
    }


def _breakable(word: str, widest: int) -> str:
    # A word longer than a column would run over its neighbours; the mark is invisible and only allows a break.
    return BREAK.join(word[at : at + widest] for at in range(0, len(word), widest))


def _at(document: Document, path: str) -> Any:
    held: Any = document
    for key in path.split("."):
        held = held.get(key) if isinstance(held, dict) else None
    return held


def _revision(document: Document, words: dict[str, str], speech: Speech) -> str:
    revision = int(document.get("revision") or 1)
    replaced = document.get("replaces")
    if replaced:
        return words["replaces"].format(
            revision=revision, old=replaced["revision"], day=speech.day(replaced["ordered_on"])
        )
    return words["revision"].format(revision=revision)


def _party(party: Document) -> dict[str, str]:
    return {key: line_of(party.get(key)) for key in ("name", "email", "phone", "tax_id", "contact", "number")}


def _tax_id(document: Document, words: dict[str, str]) -> str:
    held = line_of(document["plant"].get("tax_id"))
    return words["tax_id"].format(tax_id=held) if held else ""


def _address(party: Document, seen_from: Document, speech: Speech) -> list[str]:
    """Address lines; the country only where it differs from the country it is seen from."""
    abroad = party.get("country") and party.get("country") != seen_from.get("country")
    city = " ".join(line_of(party.get(key)) for key in ("post_code", "city") if party.get(key))
    lines = [line_of(party.get("name")), line_of(party.get("street")), city]
    lines.append(speech.country(line_of(party["country"])) if abroad else "")
    return [line for line in lines if line]


def _supplier(document: Document, words: dict[str, str], speech: Speech) -> Sheet:
    supplier = document["supplier"]
    told = [
        words[key].format(**{value: line_of(supplier[field])}) for key, value, field in _SUPPLIER if supplier.get(field)
    ]
    return {**_party(supplier), "address": _address(supplier, document["plant"], speech), "more": told}


_SUPPLIER = (("contact", "contact", "contact"), ("customer", "number", "number"), ("tax_id", "tax_id", "tax_id"))


def _deliver_to(document: Document, words: dict[str, str], speech: Speech) -> Sheet:
    place = document["deliver_to"]
    told = [words["hours"].format(hours=line_of(place["hours"])) if place.get("hours") else ""]
    told += [words["contact"].format(contact=line_of(place["contact"])) if place.get("contact") else ""]
    told += [line_of(place.get("phone"))]
    return {"address": _address(place, document["supplier"], speech), "more": [line for line in told if line]}


def _facts(document: Document, words: dict[str, str], speech: Speech) -> list[dict[str, str]]:
    term = words["incoterm"].format(term=document.get("incoterm"), place=document.get("incoterm_place") or "")
    buyer = document["buyer"]
    told = {
        "ordered_on": speech.day(document["ordered_on"]),
        "deliver_by": speech.day(document.get("deliver_by")),
        "delivery_term": term.replace(" ,", ",") if document.get("incoterm") else "",
        "payment": document.get("payment_terms"),
        "currency": document["currency"],
        "quotation": document.get("quotation"),
        "buyer": buyer.get("name"),
        "reference": document.get("our_reference") or ", ".join(document["work_orders"]),
    }
    told |= agreement_sheet.facts(document, words, speech)
    return [{"label": words[key], "value": line_of(value), "key": key} for key, value in told.items() if value]


def _head(document: Document, words: dict[str, str]) -> list[str]:
    labels = [words[key] for key in ("line", "item", "quantity", "unit", "unit_price")]
    return [*labels, words["amount"].format(currency=document["currency"])]


def _lines(document: Document, words: dict[str, str], speech: Speech) -> list[Sheet]:
    """Every line, each with what all lines down to it come to: the figure that is carried over to the next page."""
    told, running = [], Decimal(0)
    for line in document["lines"]:
        running += read_decimal(line["amount"], f"line {line['line']} amount")
        carried = speech.amount(running, document["currency"])
        told.append({**_line(line, document, words, speech), "running": carried})
    return told


def _line(line: Document, document: Document, words: dict[str, str], speech: Speech) -> Sheet:
    currency, place = document["currency"], f"line {line['line']}"
    day = line.get("deliver_by")
    own_day = bool(day) and day != document.get("deliver_by")
    told = [
        words["your_number"].format(number=line_of(line["supplier_part"], ITEM_WORD))
        if line.get("supplier_part")
        else ""
    ]
    told += [words["our_number"].format(number=line_of(line["part"], ITEM_WORD)) if line.get("part") else ""]
    told += [line_of(line.get("hs_code") and f"HS {line['hs_code']}")]
    told += [words["line_deliver_by"].format(day=speech.day(day)) if own_day else ""]
    told += order_taxes.of_line(line, document, words, speech)
    told += agreement_sheet.of_line(line, document, words, speech)
    return {
        "line": line_of(line["line"]),
        "item": line_of(line["description"], ITEM_WORD),
        "more": [told_one for told_one in told if told_one],
        "quantity": speech.quantity(line["quantity"], f"{place} quantity"),
        "unit": _unit(line, language_of(document)),
        "unit_price": speech.amount(line["unit_price"], currency, f"{place} unit price"),
        "amount": speech.amount(line["amount"], currency, f"{place} amount"),
        "changed": _changed(line, currency, words, speech),
        **agreement_sheet.open_quantity(line, words),
    }


def _unit(line: Document, language: str) -> str:
    word = UNIT_WORDS.get(language, {}).get(line["unit"])
    return line_of(word or line["unit_word"] or line["unit"], UNIT_WORD)


def _changed(line: Document, currency: str, words: dict[str, str], speech: Speech) -> str:
    if line.get("cancelled"):
        return words["cancelled"]
    if line.get("new"):
        return words["new_line"]
    was = line.get("was") or {}
    said = {
        "quantity": speech.quantity,
        "unit_price": lambda value: speech.amount(value, currency),
        "deliver_by": speech.day,
    }
    values = [f"{words[key]} {said[key](was[key])}" for key in WAS if was.get(key)]
    return words["was"].format(values=" · ".join(values)) if values else ""


def _totals(document: Document, words: dict[str, str], speech: Speech) -> list[Sheet]:
    agreed = agreement_sheet.totals(document, words, speech)
    if agreed is not None:
        return agreed
    currency = document["currency"]
    rows = [(words["net"], "", speech.amount(document["net"], currency, "net"), "")]
    rows += order_taxes.charges(document, words, speech)
    rows += [(*row, "") for row in order_taxes.taxes(document, words, speech)]
    total = speech.money(document["total"], currency, "total")
    told = [
        {"label": label, "note": line_of(note), "value": value, "changed": changed, "strong": False}
        for label, note, value, changed in rows
    ]
    return [*told, {"label": words["total"], "note": "", "value": total, "changed": "", "strong": True}]


def _answer(document: Document, words: dict[str, str]) -> Sheet:
    buyer = document["buyer"]
    email = line_of(document["plant"].get("email") or buyer.get("email"))
    number = line_of(document["number"])
    reply = words["answer_reply" if email else "answer_reply_short"].format(email=email, number=number)
    person = ", ".join(line_of(buyer[key]) for key in ("name", "phone", "email") if buyer.get(key))
    asked = [words["answer_questions"].format(buyer=person)] if person else []
    return {"title": words["answer"], "points": [reply, words["answer_confirm"], *asked]}


def _papers(document: Document, words: dict[str, str]) -> Sheet:
    points = [
        words["papers_release" if document.get("agreement") else "papers_number"].format(
            number=line_of(document["number"])
        ),
        words["papers_part"],
        words["papers_note"],
    ]
    invoices = document["plant"].get("invoice_email")
    points += [words["papers_invoice"].format(email=line_of(invoices))] if invoices else []
    return {"title": words["papers"], "points": points}


def _notes(document: Document, words: dict[str, str]) -> list[dict[str, str]]:
    edition = line_of(document.get("terms_edition"))
    terms = words["terms_annex" if (document.get("look") or {}).get("annex") else "terms_text"]
    notes = " ".join(filter(None, [agreement_sheet.binds(document, words), document.get("notes")]))
    told = {
        "notes": notes,
        "tax": words["tax_rounded"] if document["taxes"] else "",
        "returns": document.get("return_conditions"),
        "warranty": document.get("warranty"),
        "terms": terms.format(edition=edition) if edition else "",
    }
    return [{"label": words[key], "text": text_of(text)} for key, text in told.items() if text]


def _approvals(document: Document, words: dict[str, str], speech: Speech) -> list[str]:
    return [
        words["approval"].format(name=line_of(one["name"]), at=speech.moment(one["at"]))
        if one.get("at")
        else line_of(one["name"])
        for one in document["approved_by"]
    ]
