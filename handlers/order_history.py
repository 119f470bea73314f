"""The revisions of an order for whoever asks: who wrote each and when, what it changed, why, and what became of it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from handlers import moments, people
from handlers.order_content import Dossier
from handlers.order_revisions import in_force, revised
from orders.amendments import Difference, differences
from orders.charges import CHARGES
from orders.purchase_orders import OrderState
from orders.units import measured
from storage.tables import Approval, OrderRevision
from storage.unit_of_work import UnitOfWork

MOST, MOST_CHANGES = 5, 4
"""How many revisions are told, and how many changes of each."""
MONEY = frozenset({"price", "currency", *(rule.label.lower() for rule in CHARGES)})
"""What only those are told who deal with money."""
BECAME = {
    OrderState.DRAFT: "not requested yet",
    OrderState.PENDING_APPROVAL: "waits for approval",
    OrderState.APPROVED: "approved, not sent yet",
    OrderState.SENDING: "on its way to the supplier",
    OrderState.SENT: "sent, not answered yet",
    OrderState.ACCEPTED: "accepted by the supplier",
    OrderState.REJECTED_BY_SUPPLIER: "not accepted by the supplier",
    OrderState.CANCELLED: "dropped",
}
"""What became of a revision, as people say it."""
Content = Mapping[str, Any]


def history(uow: UnitOfWork, dossier: Dossier, *, money: bool) -> list[str]:
    """Tell the revisions of an order, the newest first; nothing of an order that nobody has changed."""
    revisions = uow.all(OrderRevision, order_id=dossier.order.id)
    if not revisions:
        return []
    asked = {
        run.revision: json.loads(run.content) for run in uow.all(Approval, order_id=dossier.order.id) if run.content
    }
    told = [_told(uow, each, _changes(uow, dossier, each, revisions, asked), asked, money=money) for each in revisions]
    found = [_first(uow, dossier), *told][::-1]
    left = len(found) - MOST
    return found[:MOST] + ([f"and {left} earlier"] if left > 0 else [])


def _first(uow: UnitOfWork, dossier: Dossier) -> str:
    row = dossier.order
    at = f", {moments.when(uow, row.submitted_at)}" if row.submitted_at is not None else ""
    return f"*Revision 1*: {people.name(uow, row.requested_by_id)}{at}, as it was ordered."


def _told(
    uow: UnitOfWork, row: OrderRevision, changes: Sequence[Difference], asked: Mapping[int, Content], *, money: bool
) -> str:
    shown = [_words(each, asked.get(row.revision), money=money) for each in changes if money or each.what not in MONEY]
    more = [f"and {len(shown) - MOST_CHANGES} more"] if len(shown) > MOST_CHANGES else []
    what = "; ".join(shown[:MOST_CHANGES] + more)
    who = f"{people.name(uow, row.requested_by_id)}, {moments.when(uow, row.created_at)}"
    said = f"*Revision {row.revision}*: {who}, {BECAME[OrderState(row.state)]}."
    return " ".join(filter(None, [said, f"{what}." if what else "", f"Why: “{row.reason}”" if row.reason else ""]))


def _words(each: Difference, content: Content | None, *, money: bool) -> str:
    """Say one change; of a new line everybody is told what it is, and only some what it costs."""
    if each.what != "added" or money or content is None:
        return each.words()
    line = next(line for line in content["lines"] if line["line"] == each.line)
    return f"Line {each.line}, added: {measured(line['quantity'], line['unit'])} {line['description']}"


def _changes(
    uow: UnitOfWork,
    dossier: Dossier,
    row: OrderRevision,
    revisions: Sequence[OrderRevision],
    asked: Mapping[int, Content],
) -> list[Difference]:
    """Return what a revision changed of the one before it: by what was asked about, or as it is written where nobody was yet."""
    if row.state == OrderState.DRAFT:
        return list(differences(in_force(dossier).content, revised(uow, dossier, row).content))
    before, after = next(_before(row, revisions, asked), None), asked.get(row.revision)
    if before is None or after is None:
        return []
    # What was given up of other lines meanwhile is no change of this revision.
    own = {line["line"] for line in json.loads(row.lines or "[]")}
    return [each for each in differences(before, after) if each.line is None or each.line in own]


def _before(row: OrderRevision, revisions: Sequence[OrderRevision], asked: Mapping[int, Content]) -> Iterator[Content]:
    """Yield the contents that were in force before a revision, the last one first."""
    held = [1, *(each.revision for each in revisions if each.state == OrderState.ACCEPTED)]
    for number in sorted(held, reverse=True):
        if number < row.revision and number in asked:
            yield asked[number]
