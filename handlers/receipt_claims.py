"""What deliveries that wait to be counted claim of an order's lines."""

from sqlalchemy import bindparam, select

from handlers.order_content import Dossier
from orders.receiving import ReceiptDocState
from storage.prepared import Prepared
from storage.tables import Receipt, ReceiptLine
from storage.unit_of_work import UnitOfWork, table

_RECEIPTS, _COUNTED = table(Receipt), table(ReceiptLine)
_PROPOSED = Prepared(
    select(_COUNTED.c.order_line_id, _COUNTED.c.claimed)
    .join(_RECEIPTS, _RECEIPTS.c.id == _COUNTED.c.receipt_id)
    .where(_RECEIPTS.c.order_id == bindparam("order"), _RECEIPTS.c.state == ReceiptDocState.PROPOSED.value)
)


def claimed_of(uow: UnitOfWork, dossier: Dossier) -> dict[int, int]:
    """Return by line id how many thousandths are announced and not yet counted."""
    claimed: dict[int, int] = {}
    for row in uow.rows(_PROPOSED, order=dossier.order.id):
        claimed[row.order_line_id] = claimed.get(row.order_line_id, 0) + (row.claimed or 0)
    return claimed
