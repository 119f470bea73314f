"""What a supplier proposes instead of what was ordered: read as a change of the order, and agreed to as one."""

import json
from collections.abc import Sequence
from typing import Any

from handlers import amending
from handlers.amend_form import Read
from handlers.happenings import Answer
from handlers.mail_readings import Said, lines_of
from handlers.order_content import Dossier
from handlers.order_revisions import Wanted, in_force, overlaid
from orders.amendments import Difference, differences, material, within
from orders.money import price_of
from orders.purchase_orders import OrderContent
from storage.tables import InboundMail
from storage.unit_of_work import UnitOfWork


def proposed(dossier: Dossier, said: Sequence[Said], prices: dict[int, int] | None = None) -> list[Wanted]:
    """Return the lines of an order as the supplier would deliver them, each as it is where nothing is said of it.

    A part of a line now and the rest later changes no quantity. A day counts where it is later than the one ordered.
    """
    by_line = {each.line.line: each for each in said}
    return [
        _proposed(
            Wanted(line.line, line.quantity, line.price, line.deliver_by, line.cost_centre_id), each, prices or {}
        )
        if (each := by_line.get(line.line)) is not None
        else Wanted(line.line, line.quantity, line.price, line.deliver_by, line.cost_centre_id)
        for line in in_force(dossier).lines
        if not line.dropped_in
    ]


def _proposed(line: Wanted, said: Said, prices: dict[int, int]) -> Wanted:
    quantity, day = line.quantity, line.deliver_by
    if said.quantity and not said.outstanding:
        quantity = said.line.accepted + said.quantity
    if said.expected_on is not None and not said.outstanding and (day is None or said.expected_on > day):
        day = said.expected_on
    return Wanted(line.line, quantity, prices.get(line.line, line.price), day, line.cost_centre_id)


def prices_of(mail: InboundMail, dossier: Dossier) -> dict[int, int]:
    """Return the unit prices that a mail was read to ask for, by line, in ten-thousandths; those that cannot be are left out."""
    found: dict[int, int] = {}
    for each in _reading(mail)["lines"]:
        if each.get("order") == dossier.order.number and each.get("line") and each.get("unit_price"):
            try:
                found[int(each["line"])] = price_of(str(each["unit_price"]))
            except ValueError:
                continue
    return found


def _reading(mail: InboundMail) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(mail.reading) if mail.reading else {"lines": []}
    return read


def changes(uow: UnitOfWork, dossier: Dossier, mail: InboundMail, said: Sequence[Said]) -> tuple[list[str], bool]:
    """Return what agreeing would change, line by line, and whether that would have to be approved anew."""
    before, after = _contents(uow, dossier, proposed(dossier, said, prices_of(mail, dossier)))
    found: tuple[Difference, ...] = differences(before, after)
    asks = bool(material(before, after)) and not within(before, after, uow.plant.change_tolerance_percent)
    return [each.words() for each in found], asks


def _contents(uow: UnitOfWork, dossier: Dossier, lines: Sequence[Wanted]) -> tuple[OrderContent, OrderContent]:
    after = overlaid(uow, dossier, lines, dossier.order.revision + 1)
    return in_force(dossier).content, after.content


def agreed(uow: UnitOfWork, dossier: Dossier, mail: InboundMail) -> Answer | None:
    """Take what a locked order's supplier proposes as a revision of it; None where nothing of the order would change."""
    mine = {
        **_reading(mail),
        "lines": [each for each in _reading(mail)["lines"] if each["order"] == dossier.order.number],
    }
    lines = proposed(dossier, lines_of(mine, {dossier.name: dossier}), prices_of(mail, dossier))
    before, after = _contents(uow, dossier, lines)
    if not differences(before, after):
        return None
    order = dossier.order
    read = Read(tuple(lines), order.freight, order.delivery_place, f"{dossier.supplier_name} proposed it", {})
    return amending.request(uow, dossier, read, amending.next_number(uow, dossier), mail.id)
