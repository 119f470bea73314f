"""Approvals by mail for people without Slack: the question with the same facts, what is only told, and what became of an answer."""

from typing import Any
from urllib.parse import quote

import templates
from handlers.approval_plans import Staff
from handlers.approval_tokens import reply_address, token
from handlers.order_content import Dossier
from handlers.plain_letters import usable_address
from handlers.staff_letters import APPROVAL, StaffLetter, queue
from handlers.staff_letters import language_of as staff_language
from storage.tables import ApprovalTask, Outgoing, Person
from storage.unit_of_work import UnitOfWork

Facts = dict[str, Any]


def address_of(uow: UnitOfWork, known: Staff, person_id: int) -> str:
    """Return where somebody without Slack is written to; empty for somebody with Slack, or while mail is not set up."""
    person = known.people.get(person_id)
    ours = uow.plant.mail
    if person is None or person.slack_id or not (ours.address and ours.secret):
        return ""
    return usable_address(person.email) or ""


def language_of(uow: UnitOfWork, known: Staff, person_id: int) -> str:
    """Return the language in which somebody is written to: their own, else the plant's."""
    return known.language(person_id) or uow.plant.language[:2].lower()


def ask(  # noqa: PLR0917  # a question, to whom, with which facts, for the first time or again
    uow: UnitOfWork, dossier: Dossier, known: Staff, task: ApprovalTask, facts: Facts, what: str = "ask"
) -> bool:
    """Put the question, or a reminder of it, to somebody without Slack; say whether it could be written."""
    to = address_of(uow, known, task.person_id)
    if not to:
        return False
    sign = token(uow.plant, task, dossier.order.content_hash)
    address = reply_address(uow.plant, sign)
    subject = quote(f"{dossier.name} [{sign}]")
    values = {"token": sign, "address": quote(address, safe="@+"), "subject_written": subject, "email": to}
    language = language_of(uow, known, task.person_id)
    said = _said(uow, dossier, facts, language)
    letter = templates.note("approval_question", language=language, **said, what=what, **values)
    queue(uow, StaffLetter(to, dossier.name, letter, APPROVAL, reply_to=address))
    return True


def tell(uow: UnitOfWork, dossier: Dossier, known: Staff, person_id: int, facts: Facts) -> bool:
    """Tell somebody without Slack the facts, without asking; say whether it could be written."""
    to = address_of(uow, known, person_id)
    if not to:
        return False
    values = {"token": "", "address": "", "subject_written": "", "email": to}
    language = language_of(uow, known, person_id)
    said = _said(uow, dossier, facts, language)
    letter = templates.note("approval_question", language=language, **said, what="told", **values)
    queue(uow, StaffLetter(to, dossier.name, letter, APPROVAL))
    return True


def answer(uow: UnitOfWork, order: str, to: Person, what: str, words: str, *, key: str) -> None:
    """Write back what became of an answer: ``done``, ``refused`` or ``unclear``; under the same key only once."""
    if uow.find(Outgoing, key=key) is None:
        language = staff_language(uow, to)
        shared = {"number": order, "words": words, "plant": uow.plant.name}
        letter = templates.note("approval_answer", language=language, what=what, **shared)
        queue(uow, StaffLetter(to.email, order, letter, APPROVAL), key)


def _said(uow: UnitOfWork, dossier: Dossier, facts: Facts, language: str) -> Facts:
    """Return the facts of the card as a letter says them."""
    needed_by = facts["needed_by"]
    told = [
        ("for", facts["purpose"]),
        ("needed_by", templates.note_day(needed_by, language) if needed_by else ""),
        ("price", facts["price_change"]),
        ("asked_by", facts["requester"]),
        ("delivered_to", facts["delivery_place"]),
    ]
    kept = (
        "number",
        "revision",
        "supplier",
        "total",
        "currency",
        "charges",
        "tax",
        "code",
        "lines",
        "worth",
        "split",
        "budgets",
        "changes",
        "amends",
    )
    said = {name: facts[name] for name in (*kept, "requester", "reason", "rule", "instead")}
    if language != "en" and not dossier.is_agreement:
        said |= {"lines": _rows(dossier, language)}
    return said | {"facts": [row for row in told if row[1]], "plant": uow.plant.name}


def _rows(dossier: Dossier, language: str) -> list[tuple[Any, ...]]:
    return [
        (line.line, line.description, templates.note_quantity(line.quantity, line.unit, language), amount)
        for line in dossier.lines
        for amount in (dossier.amount(line).grouped(),)
    ]
