"""The mail that carries an order: queued with its approval, composed from the frozen document, checked before it leaves."""

import json
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from sqlalchemy import bindparam, select

import templates
from handlers.order_content import Dossier
from handlers.order_documents import Document, look_of
from handlers.order_revisions import seen_at
from handlers.order_tokens import message_id, reply_token
from handlers.plain_letters import fix_boundaries, headed
from orders.errors import NotApproved, SupplierHeld
from orders.plant import Plant
from orders.purchase_orders import OrderState, content_hash
from storage import outbox
from storage.outbox import Letter
from storage.prepared import Prepared
from storage.tables import Approval, Outgoing
from storage.unit_of_work import UnitOfWork, fingerprint, table
from templates.looks import Look

_ROWS = table(Outgoing)
PURPOSE = "purchase_order"
_NEWEST = Prepared(
    select(_ROWS).where(_ROWS.c.subject == bindparam("subject"), _ROWS.c.purpose == PURPOSE).order_by(_ROWS.c.id.desc())
)
LANE = "mail"
_ADDRESS = re.compile(r"[^\s,;:<>\"()\[\]\\@]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
MAY_LEAVE = frozenset({OrderState.APPROVED, OrderState.SENDING})
"""States in which an order's mail may be handed over."""


def queue(uow: UnitOfWork, dossier: Dossier, document: Document, *, waits: bool) -> None:
    """Queue the mail of a released order; with ``waits`` it stays for the undo time of the plant."""
    order, plant = dossier.order, uow.plant
    wait = plant.undo if waits else type(plant.undo)(0)
    text = templates.mail(PURPOSE, document=document)
    body = {
        "order_id": order.id,
        "revision": order.revision,
        "from": plant.mail.address,
        "name": document["plant"]["name"],
        "to": [dossier.supplier.email_orders.strip()] if dossier.supplier is not None else [],
        "cc": _copies(dossier),
        "copies": [plant.mail.address],
        "subject": text.subject,
        "text": text.text,
        "html": text.html,
        "date": format_datetime(uow.now + wait),
        "message_id": message_id(plant, order.id, order.revision),
        **_thread(dossier, document, plant),
        "reply_to": reply_token(plant, dossier.name),
        "attachments": [{"kind": "purchase_order_pdf"}, {"kind": "purchase_order_ubl"}],
        "paper": PAPERS.get(plant.paper, "a4"),
        "document": fingerprint(document),
    }
    outbox.queue(uow, Letter("mail", subject_of(order.id), LANE, body, PURPOSE, wait))


def _copies(dossier: Dossier) -> list[str]:
    """Return who else of the supplier gets the order, by master data; what cannot stand in a header is left out."""
    written = dossier.supplier.email_copies if dossier.supplier is not None else ""
    wanted = [each.strip() for each in written.replace(";", ",").split(",")]
    return [each for each in dict.fromkeys(wanted) if _ADDRESS.fullmatch(each)]


def _thread(dossier: Dossier, document: Document, plant: Plant) -> dict[str, str]:
    """Return what keeps the mail of a later revision in the thread of the one that it replaces."""
    former = document.get("replaces")
    return {"answers": message_id(plant, dossier.order.id, former["revision"])} if former else {}


def queue_again(uow: UnitOfWork, row: Outgoing, address: str) -> None:
    """Queue an earlier mail once more, word for word and under the same Message-ID, to the supplier's present address."""
    body = {**json.loads(row.body), "to": [address], "again": True}
    outbox.queue(uow, Letter("mail", row.subject, LANE, body, PURPOSE))


def may_be_out(row: Outgoing) -> bool:
    """Say whether an earlier copy of this mail may have reached the supplier already."""
    return bool(json.loads(row.body).get("again"))


PAPERS = {"a4": "a4", "letter": "us-letter", "us-letter": "us-letter"}


def subject_of(order_id: int) -> str:
    """Return what the mails of one order are queued under, so that they leave one after the other."""
    return f"order:{order_id}"


def newest(uow: UnitOfWork, order_id: int) -> Outgoing | None:
    """Return the last mail that was queued for an order."""
    row: Outgoing | None = uow.row(_NEWEST, subject=subject_of(order_id))
    return row


def document_for(uow: UnitOfWork, body: dict[str, Any]) -> Document:
    """Return the frozen document for a queued mail; raises ``NotApproved`` unless exactly this content was approved.

    Raises ``SupplierHeld`` while somebody may be pretending to be the supplier.
    """
    dossier = seen_at(uow, int(body["order_id"]), int(body["revision"]))
    order = dossier.order
    approval = uow.find(Approval, order_id=order.id, revision=order.revision, state="approved")
    document: Document = json.loads(order.document) if order.document else {}
    hashed = content_hash(dossier.content)
    lawful = (
        dossier.state in MAY_LEAVE
        and approval is not None
        and order.revision == approval.revision == body["revision"]
        and hashed == approval.content_hash == document.get("content_hash")
        and fingerprint(document) == body["document"]
    )
    if not lawful:
        raise NotApproved(subject=dossier.name)
    if dossier.supplier is not None and dossier.supplier.held:
        raise SupplierHeld(supplier=dossier.supplier_name)
    return document


def paper_for(uow: UnitOfWork, body: dict[str, Any]) -> tuple[Document, Look]:
    """Return the frozen document for a queued mail with the look it is printed in; raises ``NotApproved``."""
    document = document_for(uow, body)
    return document, look_of(uow, document)


def compose(body: dict[str, Any], document: Document, look: Look | None = None) -> bytes:
    """Return the mail's final bytes; the same body, document and look always give the same ones.

    Raises ``NotApproved`` for another document than the one that was queued, and whatever a paper cannot be made of.
    """
    if fingerprint(document) != body["document"]:
        raise NotApproved(subject=document.get("number") or "This order")
    mail = headed(body)
    mail.set_content(body["text"])
    mail.add_alternative(body["html"], subtype="html")
    for attachment in body["attachments"]:
        _attach(mail, attachment["kind"], document, Printing(body["paper"], look))
    fix_boundaries(mail, body["message_id"])
    return mail.as_bytes()


@dataclass(frozen=True, slots=True)
class Printing:
    """On which paper an order is printed, and how that looks."""

    paper: Any
    look: Look | None


def _attach(mail: EmailMessage, kind: str, document: Document, printing: Printing) -> None:
    if kind == "purchase_order_pdf":
        content = templates.purchase_order_pdf(document, paper=printing.paper, look=printing.look)
        maintype, subtype = "application", "pdf"
    elif kind == "purchase_order_ubl":
        content, maintype, subtype = templates.purchase_order_ubl(document), "application", "xml"
    else:
        message = f"no attachment is called {kind}"
        raise ValueError(message)
    suffix = "pdf" if subtype == "pdf" else "xml"
    mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=f"{document['number']}.{suffix}")
