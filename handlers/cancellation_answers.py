"""What a supplier writes about a cancellation that we asked for; what it cancels of itself is put before a person as a mail."""

from collections.abc import Mapping
from typing import Any

from handlers import cancelling
from handlers.delivery_notices import Taken
from handlers.mail_readings import Unsure
from handlers.mail_texts import own_text
from handlers.order_content import opened
from storage import attachments
from storage.tables import InboundMail, PurchaseOrder, Supplier
from storage.unit_of_work import UnitOfWork

MOST = 600
"""Letters of a mail that the buyer is shown; the rest is in the mailroom."""


def awaited(uow: UnitOfWork, reading: Mapping[str, Any], supplier: Supplier | None) -> PurchaseOrder | None:
    """Return the one order of this supplier that a mail names and whose cancellation waits for an answer, if there is one."""
    if supplier is None or len(reading["orders"]) != 1 or reading["kind"] not in ("cancellation", "order_response"):
        return None
    order = uow.find(PurchaseOrder, number=reading["orders"][0], supplier_id=supplier.id)
    return order if order is not None and order.cancel_asked_at is not None else None


def taken(uow: UnitOfWork, mail: InboundMail, reading: Mapping[str, Any], supplier: Supplier | None) -> Taken:
    """Show the buyer the answer with one click for yes; raises ``Unsure`` where nobody waits for it."""
    order = awaited(uow, reading, supplier)
    if order is None:
        raise Unsure("nobody here asked to cancel this order")
    if mail.trust != "verified":
        raise Unsure("the sender is known but not verified")
    wrote = own_text(attachments.content(uow, mail.attachment_id))
    cancelling.answered(uow, opened(uow, order.id), wrote[:MOST])
    return Taken("settled", order.id, "an answer about the cancellation, shown to the buyer")
