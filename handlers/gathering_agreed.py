"""Needs that an agreement in force covers: they go on a release of it rather than on an order of their own, and that is said."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from handlers.agreement_offers import agreed_offer
from handlers.approval_plans import Staff, staff
from handlers.order_authors import written_by
from handlers.order_cards import refresh_shortages
from handlers.order_content import Dossier, locked, opened
from handlers.order_drafts import Offer, Want, add_lines, draft_from, offer_for, quantity_to_order, recounted
from handlers.order_needs import put_on
from orders.call_offs import Drawn, check_left
from orders.errors import Refusal
from orders.money import line_amount
from orders.people import Role
from orders.purchase_orders import OrderKind, OrderState
from storage import agreements
from storage.stock import in_part_units
from storage.tables import Part, PurchaseOrder, Requisition
from storage.unit_of_work import Note, UnitOfWork

Needs = Sequence[Requisition]


@dataclass(frozen=True, slots=True)
class Covered:
    """Needs of one part that an agreement covers, with what it offers of it."""

    part: Part
    offer: Offer
    needs: tuple[Requisition, ...]

    @property
    def numbers(self) -> str:
        """The numbers of the needs, a few of many."""
        shown = [need.number for need in self.needs[:3]]
        return ", ".join(shown) + (f" and {len(self.needs) - len(shown)} more" if len(self.needs) > len(shown) else "")


def on_releases(
    uow: UnitOfWork, loose: Needs, supplier_id: int | None = None
) -> tuple[list[Requisition], list[Dossier], list[str]]:
    """Put needs on releases of the agreements that cover them; returns the needs left, the releases, and what to say.

    ``supplier_id`` is for a need that somebody puts on an order to one supplier: only that one's agreements count.
    """
    left, told = list(loose), list[str]()
    covered: dict[int, list[Covered]] = {}
    for found in _covered(uow, loose, supplier_id):
        mine = covered.setdefault(found.offer.agreement_id or 0, [])
        if _has_enough(uow, [*mine, found]):
            mine.append(found)
            left = [need for need in left if need not in found.needs]
        else:
            above = opened(uow, found.offer.agreement_id or 0).name
            told.append(
                f"{above} covers {found.part.name}, but has not enough left for all; {found.numbers} is ordered apart."
            )
    known = staff(uow)
    releases = [_released(uow, mine, known, told) for mine in covered.values() if mine]
    return left, releases, told


def _covered(uow: UnitOfWork, loose: Needs, supplier_id: int | None) -> list[Covered]:
    by_part: dict[int, list[Requisition]] = {}
    for need in loose:
        if need.part_id is not None:
            by_part.setdefault(need.part_id, []).append(need)
    found = []
    for part_id, needs in by_part.items():
        agreed = agreed_offer(uow, part_id, sum(need.quantity for need in needs))
        if agreed is not None and supplier_id in {None, agreed.supplier_id}:
            part = uow.get(Part, part_id)
            usual = offer_for(uow, part, agreed.supplier_id)
            offer = Offer(**asdict(agreed) | {"breaks": agreed.breaks}, lead_days=usual.lead_days)
            found.append(Covered(part, offer, tuple(needs)))
    return found


def _has_enough(uow: UnitOfWork, covered: Sequence[Covered]) -> bool:
    """Say whether an agreement has enough left for all of this at once."""
    above = opened(uow, covered[0].offer.agreement_id or 0)
    numbers = {line.id: line.line for line in above.lines}
    drawn = []
    for each in covered:
        wanted = sum(
            quantity_to_order(each.offer, each.part, sum(need.quantity for need in mine)) for mine in _by_centre(each)
        )
        amount = line_amount(wanted, each.offer.price_of(wanted), each.offer.currency).minor
        drawn.append(Drawn(numbers.get(each.offer.agreement_line_id or 0), in_part_units(wanted, each.offer), amount))
    try:
        check_left(agreements.agreed(uow, above.order.id), drawn)
    except Refusal:
        return False
    return True


def _by_centre(covered: Covered) -> list[list[Requisition]]:
    """Return the needs by who pays: each of these becomes a line."""
    found: dict[int | None, list[Requisition]] = {}
    for need in covered.needs:
        found.setdefault(need.cost_centre_id, []).append(need)
    return list(found.values())


def _released(uow: UnitOfWork, covered: Sequence[Covered], known: Staff, told: list[str]) -> Dossier:
    """Write the needs on the open draft of a release, or on a new one."""
    first = covered[0].offer
    draft = _open_draft(uow, first.agreement_id, known)
    if draft is None:
        draft = draft_from(uow, first, reason="Gathered needs", known=known)
    dossier = locked(uow, draft)
    groups = [(each, needs) for each in covered for needs in _by_centre(each)]
    dossier = add_lines(uow, dossier, [(_want(needs), each.part, each.offer) for each, needs in groups])
    for line, (_, needs) in zip(dossier.lines[-len(groups) :], groups, strict=True):
        for need in needs:
            put_on(uow, line.id, need.id, need.quantity)
    dossier = recounted(uow, draft)
    needs = [need for each in covered for need in each.needs]
    written_by(uow, dossier.order, uow.actor.person_id, *(need.requested_by_id for need in needs))
    after = {"needs": [need.number for need in needs], "agreement": dossier.parent, "total": dossier.order.total}
    uow.audit(Note(dossier.name, "gather", after=after))
    refresh_shortages(uow, dossier, known)
    numbers = ", ".join(each.numbers for each in covered)
    told.append(
        f"{numbers}: {dossier.parent} with {dossier.supplier_name} covers it, so it goes on its release {dossier.name} at the agreed price."
    )
    return dossier


def _want(needs: Needs) -> Want:
    jobs = {need.work_order_id for need in needs}
    only = next(iter(jobs)) if len(jobs) == 1 else None
    return Want(needs[0].part_id or 0, sum(need.quantity for need in needs), only, None, needs[0].cost_centre_id)


def _open_draft(uow: UnitOfWork, agreement_id: int | None, known: Staff) -> int | None:
    """Return the oldest draft of a release that a buyer made and nobody rejected."""
    buyers = {person.id for person in known.having(Role.BUYER)}
    where = {
        "parent_id": agreement_id,
        "state": OrderState.DRAFT.value,
        "kind": OrderKind.RELEASE.value,
        "rejection": "",
    }
    return next((row.id for row in uow.all(PurchaseOrder, **where) if row.requested_by_id in buyers), None)
