"""Charges and tax as they stand on a purchase order: one row a kind of charge and one a rate, in the supplier's language."""

from decimal import Decimal
from typing import Any

from templates.locales import Speech, read_decimal

Document = dict[str, Any]
Words = dict[str, str]
Row = tuple[str, str, str]
"""A label, a small note behind it, and the amount."""
Marked = tuple[str, str, str, str]
"""The same, and what a revision changed of it."""
RATED = frozenset({"S", "Z"})
"""Categories that are said by their rate; all others have words of their own."""


def charges(document: Document, words: Words, speech: Speech) -> list[Marked]:
    """One row a kind of charge, what is taken off with a minus, and what all of it comes to without tax."""
    currency = document["currency"]
    rows = [
        (words[f"charge_{charge['kind']}"], "", _signed(charge, charge["amount"], currency, speech), mark)
        for charge in document["charges"]
        for mark in (_changed(charge, currency, words, speech),)
    ]
    if document["taxes"] and rows:
        rows.append((words["without_tax"], "", speech.amount(document["without_tax"], currency, "without tax"), ""))
    return rows


def _signed(charge: Document, amount: str, currency: str, speech: Speech) -> str:
    figure = read_decimal(amount, charge["kind"])
    return speech.amount(-figure if charge["allowance"] else figure, currency)


def _changed(charge: Document, currency: str, words: Words, speech: Speech) -> str:
    """What a revision changed of a charge, as it is said of a changed line; empty where it stands."""
    was = charge.get("was")
    if was is None:
        return ""
    if charge.get("cancelled"):
        return words["charge_cancelled"].format(amount=_signed(charge, was["amount"], currency, speech))
    if not was:
        return words["charge_new"]
    values = [_signed(charge, was["amount"], currency, speech)] if "amount" in was else []
    values += [", ".join(said(tax, words, speech) for tax in was["taxes"])] if "taxes" in was else []
    return words["was"].format(values=" · ".join(values))


def changed_said(document: Document) -> str:
    """What a revision changed of the charges, in one English line for a machine's note."""
    told = []
    for charge in document["charges"]:
        was, now = charge.get("was"), f"{charge['label']} {charge['amount']}"
        if was is None:
            continue
        told.append(
            f"{now}, before {was['amount']}" if was.get("amount") else f"{now}, {'tax changed' if was else 'new'}"
        )
    return f"Changed: {'; '.join(told)}. " if told else ""


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
