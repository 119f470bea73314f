"""How a stock count looks in the channel of the stores: how far it is, what has to be counted again, and how it ended."""

import templates
from handlers.ids import value
from orders.stock import CountState
from storage import cards
from storage.cards import Place
from storage.tables import Part, Person, StockCount, StockCountLine
from storage.unit_of_work import UnitOfWork

NAMED = 8


def subject(count_id: int) -> str:
    """Return the number by which people name a count."""
    return f"SC-{count_id}"


def shown(uow: UnitOfWork, count_id: int) -> None:
    """Post a count's card, or bring it up to date where it stands."""
    count = uow.get(StockCount, count_id)
    lines = uow.all(StockCountLine, count_id=count_id)
    again = [uow.get(Part, row.part_id).name for row in lines if row.again]
    begun_by = uow.find(Person, id=count.by_id) if count.by_id is not None else None
    said = templates.card(
        "stock_count",
        number=subject(count_id), store=count.store, scope=count.scope, open=count.state == CountState.OPEN,
        booked=count.state == CountState.BOOKED, total=len(lines), counted=sum(row.counted is not None for row in lines),
        different=sum(bool(row.difference or row.booked) for row in lines), again=again[:NAMED], more=max(len(again) - NAMED, 0),
        by=begun_by.name if begun_by else "", reason=count.reason, value=value(count_id),
    )  # fmt: skip
    place = Place(uow.plant.channels.stores)
    cards.show(uow, f"stock_count:{count_id}", subject(count_id), place, {"text": said.text, "blocks": said.blocks})
