"""What time asks of an agreement: it becomes active on its first day, and it ends with its last."""

from datetime import date

from orders.agreements import AgreementEvent, AgreementState, due, standing
from orders.purchase_orders import OrderKind, OrderState
from storage import agreements
from storage.tables import PurchaseOrder
from storage.unit_of_work import UnitOfWork


def settle(uow: UnitOfWork, order_id: int) -> AgreementState:
    """Take the steps that are due for an agreement by now, and return where it then stands; twice changes nothing."""
    head, order = agreements.lock(uow, order_id), uow.get(PurchaseOrder, order_id)
    state = standing(OrderState(order.state), head.state)
    event = due(OrderKind(order.kind), OrderState(order.state), head.state, (head.first, head.last), today(uow))
    if event:
        state = agreements.follow(uow, head, state, AgreementEvent(event))
    if state is AgreementState.ACTIVE and agreements.agreed(uow, order_id).is_used_up():
        state = agreements.follow(uow, head, state, AgreementEvent.USE_UP)
    return state


def today(uow: UnitOfWork) -> date:
    """Return the calendar day at the plant."""
    return uow.now.astimezone(uow.plant.zone).date()
