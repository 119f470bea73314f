"""Charges and tax as they stand on a purchase order: one row a kind of charge and one a rate, in the supplier's language."""

from decimal import Decimal
from typing import Any

from templates.locales import Speech, read_decimal

Document = dict[str, Any]
Words = dict[str, str]
Row = tuple[str, str, str]
"""A label, a small note behind it, and the amount."""
RATED = frozenset({"S", "Z"})
"""Categories that are said by their rate; all others have words of their own."""


def charges(document: Document, words: Words, speech: Speech) -> list[Row]:
    """One row a kind of charge, what is taken off with a minus, and what all of it comes to without tax."""
    currency, rows = document["currency"], []
    for charge in document["charges"]:
        amount = read_decimal(charge["amount"], charge["kind"])
        signed = -amount if charge["allowance"] else amount
        rows.append((words[f"charge_{charge['kind']}"], "", speech.amount(signed, currency)))
    if document["taxes"] and (rows or document["freight"]):
        rows.append((words["without_tax"], "", speech.amount(document["without_tax"], currency, "without tax")))
    return rows


def taxes(document: Document, words: Words, speech: Speech) -> list[Row]:
    """One row a rate with the sum that it rests on, or the one sum that older documents have."""
    currency = document["currency"]
    if not document["taxes"]:
        note = document["tax_note"]
        there = note or document["tax"] != ""
        return [(words["tax"], note, speech.amount(document["tax"] or "0", currency, "tax"))] if there else []
    return [
        (
            words["tax_on"].format(tax=said(row, words, speech), base=speech.amount(row["base"], currency, "tax base")),
            row["reason"],
            speech.amount(row["amount"], currency, "tax"),
        )
        for row in document["taxes"]
    ]


def of_line(line: Document, document: Document, words: Words, speech: Speech) -> list[str]:
    """What stands below a line of its tax, where not all of the order is taxed alike."""
    if len(document["taxes"]) < 2 or line.get("tax_rate") in (None, ""):  # noqa: PLR2004  # one is said in the totals
        return []
    tax = {"category": line.get("tax_category") or "S", "rate": line["tax_rate"]}
    return [said(tax, words, speech)]


def said(tax: Document, words: Words, speech: Speech) -> str:
    """A tax as it is printed: its rate, or why there is none."""
    if tax["category"] not in RATED:
        return words[f"tax_{tax['category']}"]
    return words["tax_rate"].format(rate=speech.quantity(Decimal(str(tax["rate"])), "tax rate"))
