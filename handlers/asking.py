"""Asking for something to be bought, typed or in a form, by anybody who is known: a part, goods in words, or a service."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import templates
from handlers import wording
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback
from handlers.need_raising import Wish, raised, said
from handlers.order_content import today
from handlers.typed_days import day_named
from handlers.typed_parts import part_named, unit_code
from orders.errors import NotKnown, QuantityUnclear, Refusal, Unlawful
from orders.units import quantity_of
from storage import stock
from storage.tables import CostCentre, Part, Person, Requisition
from storage.unit_of_work import UnitOfWork

MOST = 100_000_000
"""The largest need that is believed, in thousandths: a hundred thousand pieces."""
LONGEST = 200
"""How many characters a description may have."""
CHOICES = 100
_HOW_MANY = re.compile(r"(?P<quantity>\d+(?:[.,]\d+)?)\s*(?:x\s+|x(?=\d)|\s)\s*(?P<what>\S.*)", re.DOTALL)
_DATED = re.compile(r"\d{1,2}[./]\d{1,2}(?:[./]\d{0,4})?$|\d{4}-\d")
_QUOTED = re.compile(r"[\"“„»]([^\"”“«]+)[\"”“«]")
EXAMPLE = "`need 5 seal 45 by fri for 410 because the last one is fitted`"


def typed(uow: UnitOfWork, written: str) -> Answer:
    """Take ``need 5 seal 45 by fri for 410 because …``; nothing behind the word opens the form."""
    if not written.strip():
        return Answer(modal=form(uow))
    return _answered(uow, _wished(uow, written))


def _answered(uow: UnitOfWork, wish: Wish) -> Answer:
    need = raised(uow, wish)
    return Answer(private=templates.Mrkdwn.escape(said(uow, need, _free(uow, need))))


def _free(uow: UnitOfWork, need: Requisition) -> int:
    if need.part_id is None:
        return 0
    part = uow.get(Part, need.part_id)
    return stock.figures(uow, part.id, part.store).available


def _wished(uow: UnitOfWork, written: str) -> Wish:
    head, reason = _cut(written, "because")
    head, day = _with_day(uow, head)
    head, centre, project, purpose = _paid_by(uow, head)
    service, head = _is_service(head)
    wish = _what(uow, head, service=service, purpose=purpose)
    return Wish(
        quantity=wish.quantity,
        part=wish.part,
        description=wish.description,
        unit=wish.unit,
        service=service,
        needed_by=day,
        cost_centre=centre or own_centre(uow),
        project=project,
        reason="; ".join(filter(None, [wish.reason, reason])),
    )


def _words(kind: str) -> str:
    """Return a pattern for the words of one kind in every language."""
    return "|".join(re.escape(word) for word in wording.need_words(kind))


def _cut(text: str, kind: str) -> tuple[str, str]:
    """Part a text at the first word of a kind, outside of quotes."""
    found = re.search(rf"(?:^|\s)(?:{_words(kind)})\s+(?=\S)", _masked(text), re.IGNORECASE)
    return (text[: found.start()].strip(), text[found.end() :].strip()) if found else (text.strip(), "")


def _masked(text: str) -> str:
    """Return the text with quoted words made unreadable, each letter in its place."""
    return _QUOTED.sub(lambda found: "\x00" * len(found[0]), text)


def _with_day(uow: UnitOfWork, text: str) -> tuple[str, date | None]:
    """Take the day out of ``… by fri …``; a word after "by" that is no day stays where it is."""
    for found in re.finditer(rf"(?:^|\s)(?:{_words('by')})\s+", _masked(text), re.IGNORECASE):
        tokens = text[found.end() :].split()
        if tokens and _DATED.match(tokens[0]):
            # Whatever looks like a date is meant as one: taken for words, it would stand in the name of what is bought.
            day_named(tokens[0], today(uow))
        for length in range(min(3, len(tokens)), 0, -1):
            try:
                day = day_named(" ".join(tokens[:length]), today(uow))
            except Refusal:
                continue
            return " ".join([text[: found.start()], *tokens[length:]]).strip(), coming(uow, day)
    return text, None


def coming(uow: UnitOfWork, day: date) -> date:
    """Return the day, unless it is past."""
    if day < today(uow):
        raise Unlawful(why=f"{day:%d %b %Y} is past. Write the day on which you need it, from today on.")
    return day


def _paid_by(uow: UnitOfWork, text: str) -> tuple[str, CostCentre | None, str, str]:
    """Read what stands behind "for": a cost centre, a project, or a purpose in words, which stays with the need."""
    centre, project = None, ""
    for found in reversed(list(re.finditer(rf"(?:^|\s)(?:{_words('for')})\s+(?=\S)", _masked(text), re.IGNORECASE))):
        first, _, rest = text[found.end() :].partition(" ")
        if wording.folded(first) in wording.need_words("project"):
            project = _named_project(first, rest)
            text = text[: found.start()].strip()
        elif first[:1].isdigit() or uow.find(CostCentre, code=first.upper()) is not None:
            centre = _centre(uow, first)
            more, beside = _project_behind(rest)
            text, project = f"{text[: found.start()]} {more}".strip(), project or beside
    head, purpose = _cut(text, "for")
    return head, centre, project, f"for {purpose}" if purpose else ""


def _named_project(word: str, name: str) -> str:
    if not name.strip():
        raise Unlawful(why=f"Say which project, for instance `for {word} Line 3`.")
    return name.strip()[:LONGEST]


def _centre(uow: UnitOfWork, code: str) -> CostCentre:
    found = uow.find(CostCentre, code=code) or uow.find(CostCentre, code=code.upper())
    if found is None:
        known = ", ".join(row.code for row in uow.all(CostCentre)[:5])
        raise NotKnown(kind="cost centre", written=code, hint=f"I know {known}." if known else "None is set up yet.")
    return found


def _project_behind(rest: str) -> tuple[str, str]:
    """Read a project that follows a cost centre: ``410 project Line 3``."""
    first, _, name = rest.partition(" ")
    if wording.folded(first) in wording.need_words("project") and name.strip():
        return "", name.strip()[:LONGEST]
    return rest, ""


def _is_service(text: str) -> tuple[bool, str]:
    first, _, rest = text.partition(" ")
    return (True, rest.strip()) if wording.folded(first) in wording.need_words("service") else (False, text)


def _what(uow: UnitOfWork, text: str, *, service: bool, purpose: str) -> Wish:
    """Read how many of what: a part of the register, or words for what it does not know."""
    found = _HOW_MANY.fullmatch(text.strip())
    if found is None and not service and not _QUOTED.fullmatch(text.strip()):
        raise QuantityUnclear(written=text[:40], most=f"100000 before what you need, for instance {EXAMPLE}")
    written = found["what"] if found else text.strip()
    number = found["quantity"] if found else "1"
    quoted = _QUOTED.fullmatch(written)
    if not service and quoted is None:
        part = _part(uow, written)
        if part is not None:
            return Wish(quantity_of(number, part.unit, most=MOST), part, reason=purpose)
    unit, words = _unit(quoted[1] if quoted else written)
    described = f"{words} {purpose}".strip()
    _check_words(described)
    return Wish(quantity_of(number, unit, most=MOST), None, described, unit)


def _part(uow: UnitOfWork, written: str) -> Part | None:
    """Return the part that is meant, None where the register has nothing like it; raises where it could be several."""
    try:
        return part_named(uow, written)
    except NotKnown as unknown:
        if "Did you mean" not in str(unknown.values["hint"]):
            return None
        hint = f"{unknown.values['hint']} Or put your own words in quotes."
        raise NotKnown(kind="part", written=unknown.values["written"], hint=hint) from None


def _unit(words: str) -> tuple[str, str]:
    """Split a unit off the words that follow a quantity: ``h crane`` are hours of a crane."""
    first, _, rest = words.partition(" ")
    unit = unit_code(first) if rest.strip() else ""
    return (unit, rest.strip()) if unit else ("C62", words.strip())


def _check_words(described: str) -> None:
    if not any(letter.isalpha() for letter in described):
        raise Unlawful(why=f"Say in words what you need, for instance {EXAMPLE}.")
    if len(described) > LONGEST:
        raise Unlawful(why=f"That is longer than {LONGEST} characters. Say it shorter, and the rest behind “because”.")


def own_centre(uow: UnitOfWork) -> CostCentre | None:
    """Return the acting person's cost centre, where there is exactly one."""
    person = uow.find(Person, id=uow.actor.person_id)
    codes = [code for code in (person.cost_centres.split("+") if person is not None else []) if code.strip()]
    return uow.find(CostCentre, code=codes[0].strip()) if len(codes) == 1 else None


def ask(uow: UnitOfWork, click: Click) -> Answer:  # noqa: ARG001  # every handler is called alike
    """Open the form for a need."""
    return Answer(modal=form(uow))


def form(uow: UnitOfWork) -> dict[str, Any]:
    """Return the form in which a need is written down."""
    centres = [(str(row.id), f"{row.code} {row.name}") for row in uow.all(CostCentre)[:CHOICES]]
    mine = own_centre(uow)
    return templates.view("ask_need_form", cost_centres=centres, cost_centre=str(mine.id) if mine is not None else "")


def asked(uow: UnitOfWork, what: Submission) -> Answer:
    """Write down the need of the form; what is wrong is said at its field."""
    wrong: dict[str, str] = {}
    part = _chosen_part(uow, what, wrong)
    words = " ".join(what.field("words").split())
    if part is None and not words:
        wrong.setdefault("part", "Choose a part, or describe below what you need.")
    quantity, unit, described = _amount(what, part, words, wrong)
    day = _day(uow, what, wrong)
    centre = uow.find(CostCentre, id=int(what.field("cost_centre"))) if what.field("cost_centre").isdigit() else None
    if wrong:
        return Answer(errors=wrong)
    reason = words if part is not None else ""
    return _answered(uow, Wish(quantity, part, described, unit, needed_by=day, cost_centre=centre, reason=reason))


def _chosen_part(uow: UnitOfWork, what: Submission, wrong: dict[str, str]) -> Part | None:
    chosen = what.field("part")
    if not chosen:
        return None
    part = uow.find(Part, id=int(chosen)) if chosen.isdigit() else None
    if part is None:
        wrong["part"] = "Choose a part from the list."
    return part


def _amount(what: Submission, part: Part | None, words: str, wrong: dict[str, str]) -> tuple[int, str, str]:
    """Read the quantity: of a part in its unit, of other things with the unit behind the number (``8 h``)."""
    number, _, unit_word = what.field("quantity").partition(" ")
    unit = part.unit if part is not None else (unit_code(unit_word) if unit_word.strip() else "C62")
    if not unit:
        wrong["quantity"] = f"I do not know the unit “{unit_word[:20]}”. Write a number alone, or for instance 8 h."
    try:
        if part is None and words:
            _check_words(words)
        return quantity_of(number, unit or "C62", most=MOST), unit, "" if part is not None else words
    except Refusal as refused:
        wrong.setdefault("words" if isinstance(refused, Unlawful) else "quantity", str(refused))
        return 0, unit, ""


def _day(uow: UnitOfWork, what: Submission, wrong: dict[str, str]) -> date | None:
    if not what.field("needed_by"):
        return None
    try:
        return coming(uow, date.fromisoformat(what.field("needed_by")))
    except (Refusal, ValueError):
        wrong["needed_by"] = "Choose a day from today on."
        return None


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Action.ASK_NEED: ask}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.ASK_NEED: asked}
