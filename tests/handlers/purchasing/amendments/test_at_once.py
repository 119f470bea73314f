"""Two who act on one order at the same moment, and an order of two thousand lines."""

import threading
from collections.abc import Callable
from typing import Any

from handlers import amending, people
from handlers.happenings import Command, Submission
from handlers.ids import value
from storage.happenings import Deed, perform
from storage.tables import OrderRevision, PurchaseOrderLine


def at_once(buying: Any, works: list[Callable[[Any], Any]]) -> list[str]:
    """Let everybody act in the same moment; returns what each was refused, empty for who came through."""
    ready, told = threading.Barrier(len(works)), [""] * len(works)

    def acts(at: int) -> None:
        def work(uow: Any) -> dict[str, Any]:
            uow.actor = people.actor(buying.people["buyer"])
            return works[at](uow).to_json()  # type: ignore[no-any-return]

        ready.wait()
        deed = Deed(f"at once:{at}:{buying.desk.key()}", "race", "", buying.desk.now)
        told[at] = str(perform(buying.desk.database, buying.desk.plant, deed, work).get("refused", ""))

    threads = [threading.Thread(target=acts, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return told


def test_of_two_changes_at_once_one_is_written(buying: Any) -> None:
    order = buying.sent()

    def change(quantity: str) -> Callable[[Any], Any]:
        what = Submission(buying.desk.key(), "", "", value(order.id, 2), {"quantity_1": quantity, "reason": "why"})
        return lambda uow: amending.amended(uow, what)

    told = at_once(buying, [change("3"), change("5")])

    assert sorted(told) == ["", "RevisionWaits"]
    assert len(buying.desk.all(OrderRevision)) == 1


def test_a_change_is_either_accepted_or_dropped(buying: Any, amendment: Any) -> None:
    order = buying.sent()
    amendment.sent(quantity_1="3")

    told = at_once(
        buying,
        [
            lambda uow: amending.typed(uow, order.number, "drop"),
            lambda uow: amending.typed(uow, order.number, "accepted on the phone"),
        ],
    )

    assert sorted(told) == ["", "Unlawful"]
    now = buying.order()
    came_through = amendment.revision().state == "accepted"
    assert now.revision == (2 if came_through else 1)
    assert amendment.committed() == now.total


def test_one_of_two_thousand_lines_is_changed_by_its_number(buying: Any, amendment: Any, finance: Any) -> None:
    buying.people["finance"] = finance
    order, first = buying.sent(), buying.line()
    own = {"part_id": first.part_id, "description": first.description, "unit": first.unit, "price": first.price}

    def lengthen(uow: Any) -> None:
        for number in range(2, 2001):
            centre = {"cost_centre_id": first.cost_centre_id, "deliver_by": first.deliver_by}
            uow.add(PurchaseOrderLine, order_id=order.id, line=number, quantity=1000, **own, **centre)

    buying.desk.writes(lengthen)
    person = buying.people["buyer"]
    typed = Command(buying.desk.key(), person.slack_id, "D1", "/wo", "")
    whole = buying.desk.does(lambda uow, what: amending.typed(uow, order.number, ""), typed).modal
    typed = Command(buying.desk.key(), person.slack_id, "D1", "/wo", "")
    one = buying.desk.does(lambda uow, what: amending.typed(uow, order.number, "line 1999"), typed).modal

    assert len(whole["blocks"]) < 40
    assert "quantity_1999" in {block.get("block_id") for block in one["blocks"]}
    told = amendment.change(quantity_1999="4")
    assert "because the total rises and a quantity rises" in told.private
    assert "Line 1999, quantity: 1 piece → 4 pieces" in amendment.card()
