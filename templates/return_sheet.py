"""A return note put into words: the ready strings that go onto the paper which lies in the parcel."""

import tomllib
from functools import cache
from typing import Any

from templates.count_sheet import printable
from templates.order_sheet import DOCUMENTS, UNIT_WORDS, Document, language_of, line_of, speech_of, whole

Sheet = dict[str, Any]


@cache
def return_words() -> dict[str, dict[str, str]]:
    """The words of a return note by language."""
    return tomllib.loads((DOCUMENTS / "return_words.toml").read_text(encoding="utf-8"))


def return_sheet(document: Document, note: dict[str, Any]) -> Sheet:
    """Every string that stands on a return note; ``document`` is the order, ``note`` what goes back and why."""
    order, words, speech = whole(document), return_words()[language_of(document)], speech_of(document)
    facts = [
        ("order", note["order"]),
        ("delivery_note", note["delivery_note"]),
        ("received_on", speech.day(note["received_on"])),
        ("returned_on", speech.day(note["returned_on"])),
    ]
    return {
        "language": language_of(document),
        "title": words["title"],
        "number": line_of(note["number"]),
        "plant": _party(order["plant"]),
        "supplier": _party(order["supplier"]),
        "facts": [{"label": words[key], "value": line_of(value)} for key, value in facts if value],
        "wanted": words[note["wanted"]],
        "head": [words[key] for key in ("line", "item", "quantity", "reason")],
        "lines": [_line(each, language_of(document), words, speech) for each in note["lines"]],
        "enclose": words["enclose"].format(email=line_of(order["plant"]["email"]), number=line_of(note["order"])),
        "page": words["page"],
    }


def _party(party: Document) -> list[str]:
    city = " ".join(line_of(party.get(key)) for key in ("post_code", "city") if party.get(key))
    return [
        said
        for said in (line_of(party.get("name")), line_of(party.get("street")), city, line_of(party.get("country")))
        if said
    ]


def _line(each: dict[str, Any], language: str, words: dict[str, str], speech: Any) -> dict[str, str]:
    more = [words["your_number"].format(number=each["supplier_part"])] if each["supplier_part"] else []
    more += [words["our_number"].format(number=each["part"])] if each["part"] else []
    more += [words["lots"].format(lots=", ".join(each["lots"]))] if each["lots"] else []
    unit = UNIT_WORDS.get(language, {}).get(each["unit"]) or each["unit_word"]
    return {
        "line": str(each["line"]),
        "item": line_of(each["description"]),
        "more": line_of(" · ".join(more)),
        "quantity": f"{speech.quantity(each['quantity'])} {unit}",
        "reason": printable(each["reason"]),
    }
