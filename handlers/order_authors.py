"""Who made an order what it is: whoever asked for it, added to it or made it dearer; none of them may approve it."""

from sqlalchemy import bindparam, select

from storage.prepared import Prepared
from storage.tables import PurchaseOrder, PurchaseOrderAuthor
from storage.unit_of_work import UnitOfWork, table

_AUTHORS = table(PurchaseOrderAuthor)
_OTHERS = Prepared(select(_AUTHORS.c.person_id).where(_AUTHORS.c.order_id == bindparam("order")))


def authors_of(uow: UnitOfWork, order: PurchaseOrder) -> frozenset[int]:
    """Return the requester and everybody else who had a hand in what the order asks for."""
    others = {row.person_id for row in uow.rows(_OTHERS, order=order.id)}
    return frozenset(others | ({order.requested_by_id} if order.requested_by_id is not None else set()))


def written_by(uow: UnitOfWork, order: PurchaseOrder, *people: int | None) -> None:
    """Write down that these people had a hand in an order; the requester needs no second mention."""
    for person in {each for each in people if each is not None} - authors_of(uow, order):
        uow.add(PurchaseOrderAuthor, order_id=order.id, person_id=person)
