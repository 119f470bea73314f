"""Parts between stores: ``move 3 6204 main to line2`` writes a ledger row in each, and ``move 6204 to bin A3`` names a bin."""

import re

from handlers import people, reordering, shelves
from handlers.happenings import Answer
from handlers.questions import answer
from handlers.typed_parts import part_named
from orders.errors import NotKnown, NotYours, Unlawful
from orders.people import Role
from orders.stock import MovementKind, check_transfer
from orders.units import measured, quantity_of
from storage import stock
from storage.stock import Movement
from storage.tables import Part
from storage.unit_of_work import Note, UnitOfWork

MOST = 100_000_000
"""The largest quantity that is believed, in thousandths."""
MOST_BIN = 40
_MOVE = re.compile(
    r"(?P<quantity>\d+(?:[.,]\d+)?)\s*(?:x\s*)?\s(?P<what>\S.*)\s+(?:to|into|nach|->|→)\s+(?P<new>(?:new|neu)\s+)?(?P<into>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_BIN = re.compile(
    r"(?P<what>\S.*?)[\s,]+(?:(?:to|into|nach|in)\s+)?(?:bin|fach)\s+(?P<bin>\S.*)", re.IGNORECASE | re.DOTALL
)
_INTO = re.compile(r"(?P<store>\S.*?)(?:[\s,]+(?:bin|fach)\s+(?P<bin>\S.*))?", re.IGNORECASE | re.DOTALL)
HOW = "Write for instance `move 3 6204 main to line2`, or `move 6204 to bin A3`."


def typed(uow: UnitOfWork, rest: str) -> Answer:
    """Move a part from one store into another, or into another bin of the same one; storekeepers and supervisors do."""
    if not uow.actor.has(Role.STOREKEEPER, Role.SUPERVISOR):
        who = people.names(uow, Role.STOREKEEPER)
        raise NotYours(roles="storekeepers and supervisors", what="move parts", who=f"Ask {who}." if who else "")
    found, binned = _MOVE.fullmatch(rest.strip()), _BIN.fullmatch(rest.strip())
    if found is not None:
        return _moved(uow, found)
    if binned is None:
        raise Unlawful(why=HOW)
    return _put(uow, binned)


def _put(uow: UnitOfWork, found: re.Match[str]) -> Answer:
    written, store = shelves.store_at_end(uow, found["what"])
    part = part_named(uow, written)
    store = store or part.store
    before = shelves.bin_of(uow, part, store)
    shelves.put_in(uow, part, store, _bin(found["bin"]))
    said = {"store": store, "bin": before}, {"store": store, "bin": _bin(found["bin"])}
    uow.audit(Note(part.code, "put into a bin", before=said[0], after=said[1]))
    return answer(f"{part.name} ({part.code})", shelves.lies(uow, uow.get(Part, part.id)))


def _bin(written: str) -> str:
    name = " ".join(written.split())
    if len(name) > MOST_BIN:
        raise Unlawful(why=f"A bin has at most {MOST_BIN} letters and digits.")
    return name


def _moved(uow: UnitOfWork, found: re.Match[str]) -> Answer:
    written, source = shelves.store_at_end(uow, found["what"])
    into = _INTO.fullmatch(found["into"].strip())
    assert into is not None
    part = part_named(uow, written)
    source, target = source or part.store, _target(uow, into["store"], new=bool(found["new"]))
    if source == target:
        raise Unlawful(why=f"{part.name} is in {source} already. {HOW}")
    quantity = quantity_of(found["quantity"], part.unit, most=MOST)
    _book(uow, part, quantity, (source, target))
    if into["bin"]:
        shelves.put_in(uow, part, target, _bin(into["bin"]))
    reordering.after_movement(uow, part.id)
    heading = f"{measured(quantity, part.unit)} {part.name} moved from {source} to {target}"
    return answer(heading, shelves.lies(uow, uow.get(Part, part.id)))


def _target(uow: UnitOfWork, written: str, *, new: bool) -> str:
    """Return the store that is meant; a store that there is not is only opened where that is said."""
    known = shelves.store_named(uow, written)
    if not known and not new:
        name = written.strip()[:40]
        hint = f"There are {', '.join(shelves.stores(uow))}. A new one is opened by `… to new {name}`."
        raise NotKnown(kind="store", written=f"“{name}”", hint=hint)
    return known or _bin(written)


def _book(uow: UnitOfWork, part: Part, quantity: int, way: tuple[str, str]) -> None:
    """Write what leaves one store and comes into the other; both are held, always in the same order."""
    held = {store: stock.lock(uow, part.id, store) for store in sorted(way)}
    source, target = way
    check_transfer(quantity, held[source], part=part.name, unit=part.unit, store=source)
    currency = part.currency or uow.plant.currency
    for store, signed in ((source, -quantity), (target, quantity)):
        stock.move(uow, Movement(part.id, store, MovementKind.TRANSFER, signed, part.price, currency))
    after = {"from": source, "to": target, "quantity": quantity}
    uow.audit(Note(part.code, "moved", after=after))
