"""Stock counts: a sheet of what should lie in a store, what somebody found there, and the differences booked with a reason."""

import re
from collections.abc import Sequence

import templates
from handlers import people, reordering, shelves
from handlers.happenings import NOTHING, Answer, Click, Submission
from handlers.ids import Action, Callback, numbers
from handlers.questions import answer
from handlers.stock_count_cards import shown, subject
from handlers.typed_parts import part_named
from handlers.work_order_steps import Table
from orders.errors import NotKnown, NotYours, Refusal, Unlawful
from orders.people import Role
from orders.stock import CountState, MovementKind, counted_difference
from orders.units import measured, quantity_of, quantity_text
from storage import attachments, outbox, stock
from storage.outbox import Letter
from storage.stock import Movement
from storage.tables import Part, Stock, StockCount, StockCountLine
from storage.unit_of_work import Note, UnitOfWork, table

_PARTS = table(Part)
FORM_LINES = 4
"""How many parts a form asks for by name; further figures are written a line each."""
MOST_LINES = 2_000
MOST = 1_000_000_000
"""The largest figure that is believed, in thousandths."""
COUNTERS = (Role.STOREKEEPER, Role.SUPERVISOR, Role.TECHNICIAN)
BOOKERS = (Role.STOREKEEPER, Role.SUPERVISOR)
_NUMBER = re.compile(r"sc-?(?P<id>\d{1,9})(?:\s+(?P<rest>\S.*))?", re.IGNORECASE | re.DOTALL)
_LINE = re.compile(r"(?P<what>\S.*?)[\s:=]+(?P<figure>\d+(?:[.,]\d+)?)(?:\s+[^\d\s]+)?", re.DOTALL)
NO_SHEET = "Say which store, for instance `stocktake {stores}`, or `stocktake {stores} seals` for some of its parts."


def typed(uow: UnitOfWork, rest: str) -> Answer:
    """Take ``stocktake main``, ``stocktake main seals``, and ``stocktake SC-3 6204 12`` for one figure of a sheet."""
    found = _NUMBER.fullmatch(rest.strip())
    if found is None:
        return _begin(uow, rest.strip())
    count = _open(uow, int(found["id"]))
    if not found["rest"]:
        shown(uow, count.id)
        return answer(subject(count.id), ["Its sheet stands in the channel of the stores."])
    return _one(uow, count, found["rest"])


def _check(uow: UnitOfWork, roles: Sequence[Role], what: str) -> None:
    if not uow.actor.has(*roles):
        who = people.names(uow, Role.STOREKEEPER)
        said = " and ".join(filter(None, [", ".join(f"{role}s" for role in roles[:-1]), f"{roles[-1]}s"]))
        raise NotYours(roles=said, what=what, who=f"Ask {who}." if who else "")


def _open(uow: UnitOfWork, count_id: int) -> StockCount:
    """Return a count, locked; raises what is wrong with it."""
    if uow.find(StockCount, id=count_id) is None:
        raise NotKnown(kind="stock count", written=subject(count_id), hint="`stocktake main` begins one.")
    count = uow.lock(StockCount, count_id)
    if count.state != CountState.OPEN:
        raise Unlawful(why=f"{subject(count_id)} is {count.state} already; `stocktake {count.store}` begins a new one.")
    return count


def _begin(uow: UnitOfWork, written: str) -> Answer:
    """Write a sheet of a store's parts in the order of their bins, with what is booked now."""
    _check(uow, BOOKERS, "begin a stock count")
    stores = shelves.stores(uow)
    store = next((each for each in sorted(stores, key=len, reverse=True) if _begins(written, each)), "")
    if not store:
        raise Unlawful(why=NO_SHEET.format(stores=stores[0] if stores else "main"))
    if not uow.plant.channels.stores:
        raise Unlawful(why="No channel for the stores is set up yet. Please ask the administrator to name one.")
    running = next(iter(uow.all(StockCount, store=store, state=CountState.OPEN.value)), None)
    if running is not None:
        raise Unlawful(why=f"{subject(running.id)} of {store} is still open; book it or give it up first.")
    scope = written[len(store) :].strip(" ,:")
    parts = _parts(uow, store, scope)
    if not parts:
        raise NotKnown(kind="part", written=f"“{scope or store}”", hint=f"Nothing of that lies in {store}.")
    count_id = uow.add(
        StockCount, store=store, scope=scope, state=CountState.OPEN.value, by_id=uow.actor.person_id, at=uow.now
    )
    for part, place, booked in parts:
        uow.add(StockCountLine, count_id=count_id, part_id=part.id, bin=place, listed=booked)
    uow.audit(Note(subject(count_id), "begun", after={"store": store, "parts": len(parts), "scope": scope}))
    shown(uow, count_id)
    more = (
        [f"Only the first {MOST_LINES} are on it: name fewer, for instance a bin."] if len(parts) == MOST_LINES else []
    )
    return answer(
        f"{subject(count_id)}: {len(parts)} {'part' if len(parts) == 1 else 'parts'} of {store}",
        ["Its sheet stands in the channel of the stores.", *more],
    )


def _begins(written: str, store: str) -> bool:
    return re.match(rf"{re.escape(store)}(?:[\s,:]|$)", written, re.IGNORECASE) is not None


def _parts(uow: UnitOfWork, store: str, scope: str) -> list[tuple[Part, str, int]]:
    """Return the parts of a store that a scope names by bin, category or name, each with its bin and what is booked."""
    booked = {row.part_id: row for row in uow.all(Stock, store=store)}
    here = [number for number, row in booked.items() if row.on_hand or row.bin]
    found = []
    for part in uow.all(Part, (_PARTS.c.store == store) | _PARTS.c.id.in_(here)):
        row = booked.get(part.id)
        place = part.bin if part.store == store else row.bin if row is not None else ""
        told = f"{place} {part.category} {part.code} {part.name}".casefold()
        if not scope or all(word in told for word in scope.casefold().removeprefix("bin ").split()):
            found.append((part, place, row.on_hand if row is not None else 0))
    return sorted(found, key=lambda each: (each[1] == "", each[1], each[0].code))[:MOST_LINES]


def _one(uow: UnitOfWork, count: StockCount, written: str) -> Answer:
    """Take one figure: ``6204 12``; the same part again puts it right."""
    _check(uow, COUNTERS, "count stock")
    line, figure = _written(uow, count, written)
    part = uow.get(Part, line.part_id)
    said = _take(uow, count, line, figure)
    shown(uow, count.id)
    return answer(subject(count.id), [said or f"{part.name}: {measured(figure, part.unit)} counted"])


def _written(uow: UnitOfWork, count: StockCount, written: str) -> tuple[StockCountLine, int]:
    """Read ``6204 12`` as a line of a count and its figure; raises what is wrong with it."""
    found = _LINE.fullmatch(written.strip())
    if found is None:
        raise Unlawful(why="Write the part and what is there, for instance `6204 12`.")
    part = part_named(uow, found["what"])
    line = uow.find(StockCountLine, count_id=count.id, part_id=part.id)
    if line is None:
        raise NotKnown(kind="part of this count", written=part.code, hint=f"{subject(count.id)} counts {count.store}.")
    return line, _figure(found["figure"], part)


def _figure(written: str, part: Part) -> int:
    """Read what was counted as thousandths, nought included; raises a refusal."""
    nothing = written.strip().strip("0.,") == "" and "0" in written
    return 0 if nothing else quantity_of(written, part.unit, most=MOST)


def _take(uow: UnitOfWork, count: StockCount, line: StockCountLine, counted: int) -> str:
    """Keep a count of a line; returns why it has to be counted again, or nothing."""
    part = uow.get(Part, line.part_id)
    booked = stock.lock(uow, part.id, count.store).on_hand
    difference = counted_difference(counted, line.listed, booked)
    others = line.counted is not None and line.counted != counted and line.by_id != uow.actor.person_id
    by = {"by_id": uow.actor.person_id}
    if others or difference is None:
        uow.change(StockCountLine, line.id, counted=None, difference=None, again=True, listed=booked, **by)
        why = "two people counted differently" if others else "stock moved while it was counted"
        return f"{part.name}: {why}, so please count it again"
    uow.change(StockCountLine, line.id, counted=counted, difference=difference, again=False, **by)
    return ""


def open_form(uow: UnitOfWork, what: Click) -> Answer:
    """Ask for the next parts that nobody has counted; in a blind count without saying what is booked."""
    _check(uow, COUNTERS, "count stock")
    count = _open(uow, *numbers(what.value, 1))
    left = [row for row in uow.all(StockCountLine, count_id=count.id) if row.counted is None]
    if not left:
        raise Unlawful(
            why=f"All of {subject(count.id)} is counted. `stocktake {subject(count.id)} 6204 12` puts a figure right."
        )
    rows = [_asked(uow, row) for row in left[:FORM_LINES]]
    form = {"carried": what.value, "number": subject(count.id), "store": count.store, "rows": rows, "left": len(left)}
    return Answer(modal=templates.view("stock_count_form", **form))


def _asked(uow: UnitOfWork, line: StockCountLine) -> dict[str, object]:
    part = uow.get(Part, line.part_id)
    booked = "" if uow.plant.blind_counts else f"booked {measured(line.listed, part.unit)}"
    again = "count it again" if line.again else ""
    hint = ", ".join(filter(None, [line.bin and f"bin {line.bin}", booked, again]))
    return {"block": f"line_{line.id}", "label": f"{part.name} ({part.code})", "hint": hint}


def counted(uow: UnitOfWork, what: Submission) -> Answer:
    """Keep what was written into a form; what was left empty stays to be counted."""
    _check(uow, COUNTERS, "count stock")
    count = _open(uow, *numbers(what.private, 1))
    lines = {row.id: row for row in sorted(uow.all(StockCountLine, count_id=count.id), key=lambda row: row.part_id)}
    figures, wrong = _read(uow, what, lines)
    for each in what.field("more").splitlines() if not wrong else ():
        try:
            line, figure = _written(uow, count, each)
        except Refusal as refused:
            return Answer(errors={"more": f"{each.strip()[:40]}: {refused}"})
        figures[line.id] = figure
    if wrong:
        return Answer(errors=wrong)
    again = [said for said in (_take(uow, count, lines[number], figure) for number, figure in figures.items()) if said]
    shown(uow, count.id)
    return answer(f"{subject(count.id)}: {len(figures) - len(again)} counted", again) if again else NOTHING


def _read(uow: UnitOfWork, what: Submission, lines: dict[int, StockCountLine]) -> tuple[dict[int, int], dict[str, str]]:
    """Read the figures of a form by line; what cannot be read is said at its field, and then none is kept."""
    figures: dict[int, int] = {}
    wrong: dict[str, str] = {}
    for number, line in lines.items():
        written = what.field(f"line_{number}")
        try:
            figures |= {number: _figure(written, uow.get(Part, line.part_id))} if written else {}
        except Refusal as refused:
            wrong[f"line_{number}"] = str(refused)
    return figures, wrong


def open_booking(uow: UnitOfWork, what: Click) -> Answer:
    """Show the differences, and ask why they are booked."""
    _check(uow, BOOKERS, "book differences")
    count = _open(uow, *numbers(what.value, 1))
    lines = uow.all(StockCountLine, count_id=count.id)
    different = [row for row in lines if row.difference]
    left = sum(row.counted is None for row in lines)
    form = {
        "carried": what.value,
        "number": subject(count.id),
        "rows": [_differs(uow, row) for row in different],
        "left": left,
    }
    return Answer(modal=templates.view("stock_booking_form", **form))


def _differs(uow: UnitOfWork, line: StockCountLine) -> str:
    part, difference = uow.get(Part, line.part_id), line.difference or 0
    sign = "+" if difference > 0 else "-"
    return (
        f"{sign}{quantity_text(abs(difference))} {part.name} ({part.code}): {quantity_text(line.counted or 0)} counted"
    )


def booked(uow: UnitOfWork, what: Submission) -> Answer:
    """Book each difference as a row of the ledger; what was issued since it was counted stays as it was booked."""
    _check(uow, BOOKERS, "book differences")
    count = _open(uow, *numbers(what.private, 1))
    reason = what.field("reason").strip()
    if not reason:
        return Answer(errors={"reason": "Write why, for instance annual count."})
    lines = sorted(uow.all(StockCountLine, count_id=count.id), key=lambda row: row.part_id)
    told = [said for said in (_book(uow, count, line, reason) for line in lines if line.difference) if said]
    if not any(row.again for row in uow.all(StockCountLine, count_id=count.id)):
        uow.change(StockCount, count.id, state=CountState.BOOKED.value, ended_at=uow.now, reason=reason[:500])
        uow.audit(Note(subject(count.id), "booked", words=reason[:500]))
    shown(uow, count.id)
    return answer(f"{subject(count.id)} is booked", told) if told else NOTHING


def _book(uow: UnitOfWork, count: StockCount, line: StockCountLine, reason: str) -> str:
    """Book one line; returns what a person has to know of it, or nothing."""
    part, difference = uow.get(Part, line.part_id), line.difference or 0
    figures = stock.lock(uow, part.id, count.store)
    after = figures.on_hand + difference
    if after < 0:
        uow.change(StockCountLine, line.id, counted=None, difference=None, again=True, listed=figures.on_hand)
        return f"{part.name}: more was taken out since it was counted than was there, so please count it again"
    currency = part.currency or uow.plant.currency
    stock.move(uow, Movement(part.id, count.store, MovementKind.COUNT, difference, part.price, currency))
    uow.change(StockCountLine, line.id, difference=0, booked=line.booked + difference, listed=after)
    places = ({"store": count.store, "on_hand": quantity_text(each)} for each in (figures.on_hand, after))
    uow.audit(
        Note(part.code, "counted", before=next(places), after=next(places), words=reason[:500], rule=subject(count.id))
    )
    reordering.after_movement(uow, part.id)
    if figures.reserved > after:
        kept = quantity_text(figures.reserved)
        return f"{part.name}: {kept} are kept for work orders, and only {measured(after, part.unit)} are there"
    return ""


def give_up(uow: UnitOfWork, what: Click) -> Answer:
    """End a count without booking anything."""
    _check(uow, BOOKERS, "give up a stock count")
    count = _open(uow, *numbers(what.value, 1))
    uow.change(StockCount, count.id, state=CountState.DROPPED.value, ended_at=uow.now)
    uow.audit(Note(subject(count.id), "dropped"))
    shown(uow, count.id)
    return NOTHING


def printed(uow: UnitOfWork, what: Click) -> Answer:
    """Put the sheet as PDF into the thread, to be written on at the shelves."""
    _check(uow, COUNTERS, "count stock")
    count = _open(uow, *numbers(what.value, 1))
    lines = [_row(uow, row) for row in uow.all(StockCountLine, count_id=count.id)]
    values = {
        "number": subject(count.id),
        "store": count.store,
        "plant": uow.plant.name,
        "language": uow.plant.language[:2].lower(),
        "issued_at": uow.now.isoformat(),
        "blind": uow.plant.blind_counts,
    }
    content = templates.stock_count_pdf({**values, "lines": lines}, paper=uow.plant.paper)
    body = {"attachment_id": attachments.keep(uow, content, "application/pdf"), "name": f"{subject(count.id)}.pdf"}
    place = {
        "channel": uow.plant.channels.stores,
        "thread_card": f"stock_count:{count.id}",
        "subject": subject(count.id),
    }
    outbox.queue(
        uow, Letter("file", subject(count.id), uow.plant.channels.stores, body | place, key=f"sheet:{what.key}")
    )
    return NOTHING


def _row(uow: UnitOfWork, line: StockCountLine) -> dict[str, str]:
    part = uow.get(Part, line.part_id)
    booked = measured(line.listed, part.unit)
    return {
        "bin": line.bin,
        "part": part.code,
        "name": part.name,
        "unit": measured(0, part.unit).split(" ", 1)[-1],
        "booked": booked,
    }


CLICKS: Table = {
    Action.STOCK_COUNT: open_form,
    Action.STOCK_BOOK: open_booking,
    Action.STOCK_GIVE_UP: give_up,
    Action.STOCK_PRINT: printed,
}
SUBMISSIONS: Table = {Callback.STOCK_COUNT: counted, Callback.STOCK_BOOK: booked}
