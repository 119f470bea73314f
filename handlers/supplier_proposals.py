"""What a supplier proposes instead of what was ordered: read as a change of the order, and agreed to as one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from handlers import amending
from handlers.amend_form import Read
from handlers.happenings import Answer
from handlers.mail_readings import Said, day, lines_of
from handlers.order_content import Dossier, Line
from handlers.order_revisions import Wanted, in_force, overlaid
from orders.amendments import Difference, differences, material
from orders.money import price_of
from orders.purchase_orders import OrderContent
from storage.tables import InboundMail
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Instead:
    """What comes instead of what was ordered, as a buyer says: their number, what it is, and as which part it is kept."""

    number: str
    item: str
    part_id: int | None


def proposed(dossier: Dossier, mail: InboundMail, said: Sequence[Said]) -> list[Wanted]:
    """Return the lines of an order as the supplier would deliver them, each as it is where nothing is said of it.

    A part of a line now and the rest later changes no quantity. A day counts where it is later than the one ordered;
    one that is said of the whole delivery counts for every line that has none of its own.
    """
    prices, general = _prices(mail, dossier), day((_reading(mail).get("shipment") or {}).get("expected_on"))
    by_line = {each.line.line: each for each in said}
    return [
        _proposed(line, by_line.get(line.line), prices, general if not by_line or line.line in by_line else None)
        for line in in_force(dossier).lines
        if not line.dropped_in
    ]


def _proposed(line: Line, said: Said | None, prices: dict[int, int], general: date | None) -> Wanted:
    quantity, wanted_by = line.quantity, line.deliver_by
    promised = (said.expected_on if said is not None else None) or general
    split = said is not None and bool(said.parts or (said.quantity and said.outstanding))
    if said is not None and said.quantity and not said.outstanding:
        quantity = line.accepted + said.quantity
    if promised is not None and line.open and not split and (wanted_by is None or promised > wanted_by):
        wanted_by = promised
    return Wanted(line.line, quantity, prices.get(line.line, line.price), wanted_by, line.cost_centre_id)


def _replaced(line: Wanted, instead: Instead) -> Wanted:
    return replace(line, supplier_part=instead.number, description=instead.item, part_id=instead.part_id)


def _prices(mail: InboundMail, dossier: Dossier) -> dict[int, int]:
    """Return the unit prices that a mail was read to ask for, by line, in ten-thousandths; those that cannot be are left out."""
    found: dict[int, int] = {}
    agreed = {line.line: line.price for line in dossier.lines}
    for each in _reading(mail)["lines"]:
        if each.get("order") == dossier.order.number and each.get("line") and each.get("unit_price"):
            try:
                price = price_of(str(each["unit_price"]))
            except ValueError:
                continue
            if _is_believed(price, agreed.get(int(each["line"]), 0)):
                found[int(each["line"])] = price
    return found


def _is_believed(said: int, agreed: int) -> bool:
    """Say whether a price can be one for the same unit: one a hundred times as large is for a hundred."""
    return not agreed or agreed < 2 * said < 4 * agreed


def _reading(mail: InboundMail) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(mail.reading) if mail.reading else {"lines": []}
    return read


def changes(uow: UnitOfWork, dossier: Dossier, mail: InboundMail, said: Sequence[Said]) -> tuple[list[str], bool]:
    """Return what agreeing would change, line by line, and whether that would have to be approved anew."""
    before, after = _contents(uow, dossier, proposed(dossier, mail, said))
    found: tuple[Difference, ...] = differences(before, after)
    asks = bool(material(before, after)) and not amending.tolerated(uow, dossier.order.id, before, after)
    return [each.words() for each in found], asks


def _contents(uow: UnitOfWork, dossier: Dossier, lines: Sequence[Wanted]) -> tuple[OrderContent, OrderContent]:
    after = overlaid(uow, dossier, lines, dossier.order.revision + 1)
    return in_force(dossier).content, after.content


def agreed(
    uow: UnitOfWork, dossier: Dossier, mail: InboundMail, *, instead: Mapping[int, Instead], words: str
) -> Answer | None:
    """Take what a locked order's supplier proposes as a revision of it; None where nothing of the order would change.

    ``instead`` is what comes in place of lines, by their numbers, and ``words`` who says that it fits.
    """
    mine = {
        **_reading(mail),
        "lines": [each for each in _reading(mail)["lines"] if each["order"] == dossier.order.number],
    }
    lines = [
        _replaced(line, instead[line.line]) if line.line in instead else line
        for line in proposed(dossier, mail, lines_of(mine, {dossier.name: dossier}))
    ]
    before, after = _contents(uow, dossier, lines)
    if not differences(before, after):
        return None
    order = dossier.order
    reason = f"{dossier.supplier_name} proposed it" + (f"; {uow.actor.name}: {words}" if words else "")
    read = Read(tuple(lines), order.delivery_place, reason, {})
    return amending.request(uow, dossier, read, amending.next_number(uow, dossier), mail.id)
