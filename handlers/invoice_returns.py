"""What a credit note means for goods that were sent back: the return that waits for credit is settled by it."""

from handlers import supplier_returns
from handlers.invoice_content import Papers
from orders.invoices import InvoiceKind
from orders.people import CHARGEHAND
from orders.returns import ReturnState, Wanted
from storage.tables import SupplierReturn, SupplierReturnLine
from storage.unit_of_work import UnitOfWork


def settle(uow: UnitOfWork, papers: Papers) -> list[str]:
    """Settle the returns whose goods a credit note that counts takes back whole, the oldest first; returns their numbers."""
    if papers.kind is not InvoiceKind.CREDIT_NOTE or not papers.counts:
        return []
    left: dict[int, int] = {}
    for line in papers.lines:
        left[line.order_line_id or 0] = left.get(line.order_line_id or 0, 0) + line.quantity
    return [number for order_id in sorted(papers.dossiers) for number in _of_order(uow, order_id, left, papers)]


def _of_order(uow: UnitOfWork, order_id: int, left: dict[int, int], papers: Papers) -> list[str]:
    settled = []
    waiting = {"order_id": order_id, "state": ReturnState.SENT.value, "wanted": Wanted.CREDIT.value}
    for back in uow.all(SupplierReturn, **waiting):
        lines = uow.all(SupplierReturnLine, return_id=back.id)
        if any(line.quantity > left.get(line.order_line_id, 0) for line in lines):
            continue
        for line in lines:
            left[line.order_line_id] -= line.quantity
        _settled(uow, back, papers)
        settled.append(back.number)
    return settled


def _settled(uow: UnitOfWork, back: SupplierReturn, papers: Papers) -> None:
    """Settle one return as Chargehand, whoever wrote the credit note down."""
    actor, uow.actor = uow.actor, CHARGEHAND
    try:
        supplier_returns.settle_by_credit(uow, back.id, papers.invoice.number)
    finally:
        uow.actor = actor
