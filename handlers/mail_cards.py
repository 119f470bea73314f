"""What is shown of a mail that a person has to look at, and one line about what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from typing import Any

import templates
from handlers.ids import value
from handlers.mail_texts import header
from handlers.order_cards import content_of
from storage import attachments, cards
from storage.cards import Place
from storage.tables import InboundMail, Supplier
from storage.unit_of_work import UnitOfWork

FOR_THE_STORE = frozenset({"despatch", "delivery"})
"""Kinds of mail that the stores channel looks at; everything else is for whoever buys."""
FOR_THE_BUYER = frozenset({"order_response", "delay"})
"""Kinds of mail whose content a buyer may take over by hand."""


@dataclass(frozen=True, slots=True)
class Look:
    """Why a person has to look at a mail, and what was read of it."""

    reasons: Sequence[str]
    reading: dict[str, Any] = field(default_factory=dict)
    state: str = "asked"


def show(uow: UnitOfWork, mail: InboundMail, look: Look) -> None:
    """Show a mail to those who have to look at it."""
    kind = look.reading.get("kind", "")
    channels = uow.plant.channels
    store = kind in FOR_THE_STORE and look.state == "asked" and channels.stores
    place = Place(channels.stores if store else channels.purchasing or channels.stores)
    card = templates.card("mail_asked", **_shown(uow, mail, look))
    cards.show(uow, key_of(mail.id), number_of(mail.id), place, content_of(card))


def _shown(uow: UnitOfWork, mail: InboundMail, look: Look) -> dict[str, Any]:
    reading = look.reading
    kind = reading.get("kind", "")
    orders = reading.get("orders", [])
    return {
        "state": look.state,
        "number": mail.id,
        "supplier": _supplier(uow, mail),
        "sender": mail.sender,
        "reply_to": _other_reply_to(uow, mail),
        "orders": ", ".join(orders[:3]),
        "kind": kind.replace("_", " "),
        "note": (reading.get("document") or {}).get("number") or "",
        "received_at": mail.received_at,
        "lines": [row for row in map(_row, reading.get("lines", [])) if row],
        "reasons": [str(reason) for reason in look.reasons if reason] or ["it could not be read with certainty"],
        "why": str(next(iter(look.reasons), "it could not be read with certainty")),
        "bank": any("bank" in str(reason) for reason in look.reasons),
        "can_count": look.state == "asked" and kind in FOR_THE_STORE and bool(orders),
        "can_take": look.state == "asked" and kind in FOR_THE_BUYER and bool(orders),
        "can_correct": look.state == "asked" and mail.supplier_id is not None,
        "value": value(mail.id),
        "subject": mail.subject,
        "trust": mail.trust or "unknown",
    }


def _row(line: dict[str, Any]) -> tuple[str, str, str, str] | None:
    quantity = line.get("quantity")
    said = " ".join(str((line.get("evidence") or {}).get("text") or line.get("sku") or "").split())
    if quantity is None and not said:
        return None
    return str(line.get("order") or "?"), str(line.get("line") or "?"), said[:110] or "?", str(quantity or "?")


def _supplier(uow: UnitOfWork, mail: InboundMail) -> str:
    found = uow.find(Supplier, id=mail.supplier_id) if mail.supplier_id is not None else None
    return found.name if found is not None else ""


def _other_reply_to(uow: UnitOfWork, mail: InboundMail) -> str:
    """Return the Reply-To where it differs from the sender: nothing is ever sent there, but people should see it."""
    if mail.attachment_id is None:
        return ""
    letter = BytesHeaderParser().parsebytes(attachments.content(uow, mail.attachment_id)[:65536])
    written = header(letter, "Reply-To")
    same = parseaddr(written)[1].lower() == parseaddr(mail.sender)[1].lower()
    return "" if same else written


def settle(uow: UnitOfWork, mail: InboundMail, how: str) -> None:
    """Condense a mail's card, if there is one, to what became of it."""
    card = templates.card(
        "mail_asked",
        state="settled",
        number=mail.id,
        supplier=_supplier(uow, mail),
        sender=mail.sender,
        orders="",
        how=how,
        subject=mail.subject,
    )
    cards.refresh(uow, key_of(mail.id), content_of(card))


def key_of(mail_id: int) -> str:
    """Return the key of a mail's card."""
    return f"mail:{mail_id}"


def number_of(mail_id: int) -> str:
    """Return how the audit calls a mail."""
    return f"MAIL-{mail_id}"
