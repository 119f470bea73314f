"""What an order says when it is an agreement or is ordered from one: its title, its days and limits, its price breaks."""

from typing import Any

from templates.locales import Speech

Document = dict[str, Any]
Words = dict[str, str]


def title(document: Document, words: Words) -> str:
    """What the document is called: an order, or the kind of agreement that it is."""
    return words.get(f"title_{document.get('kind')}", words["title"])


def facts(document: Document, words: Words, speech: Speech) -> dict[str, str]:
    """What stands among the facts of an agreement, and the agreement's number on everything ordered from one."""
    agreed: Document = document.get("agreement") or {}
    told = {"agreement": str(document.get("parent") or "")}
    if agreed:
        days = (speech.day(agreed[name]) for name in ("first", "last"))
        told["valid"] = words["valid_days"].format(first=next(days), last=next(days))
        for name in ("at_most", "minimum"):
            told[name] = speech.money(agreed[name], document["currency"], name) if agreed.get(name) else ""
    return told


def of_line(line: Document, document: Document, words: Words, speech: Speech) -> list[str]:
    """What stands below a line of an agreement: that its quantity binds nobody, and the prices for more at once."""
    steps = [
        words["from_quantity"].format(
            quantity=speech.quantity(step["from"]), price=speech.amount(step["price"], document["currency"])
        )
        for step in line.get("breaks") or ()
    ]
    basis = words[f"basis_{document['agreement']['basis']}"] if steps and document.get("agreement") else ""
    estimate = words["estimate"] if line.get("estimate") and str(line["quantity"]) != "0" else ""
    return [each for each in (estimate, *steps, basis) if each]


def open_quantity(line: Document, words: Words) -> Document:
    """What stands for quantity and amount where nobody expects any: the releases say them."""
    unknown = line.get("estimate") and str(line["quantity"]) == "0"
    return {"quantity": words["as_released"], "amount": ""} if unknown else {}


def binds(document: Document, words: Words) -> str:
    """What the agreement commits both sides to, in one sentence; empty for an order."""
    return words.get(f"binds_{document.get('kind')}", "")


def totals(document: Document, words: Words, speech: Speech) -> list[Document] | None:
    """The one sum of an agreement without quantities: the most that may be ordered; None where the lines add up."""
    agreed: Document = document.get("agreement") or {}
    if not agreed.get("at_most"):
        return None
    most = speech.money(agreed["at_most"], document["currency"], "at_most")
    return [{"label": words["at_most"], "note": "", "value": most, "changed": "", "strong": True}]
