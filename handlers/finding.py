"""Finding documents, assets, parts and people by what somebody types, and what to propose when nothing fits."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, case, func, literal, or_, select
from sqlmodel import SQLModel

from handlers import wording
from orders import numbering
from orders.errors import NotKnown
from storage.tables import Asset, Part, Person, WorkOrder
from storage.unit_of_work import UnitOfWork, table

T = TypeVar("T", bound=SQLModel)

_BETWEEN = re.compile(r"[\s.\-_/]+")
_WORD = re.compile(r"[\w'+]+")
_AT = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>|(?<!\S)@[^\s@]+")
_TOKEN = re.compile(r"[^\s,;:!?()\"]+")
_CODE = re.compile(r"(?<![\w-])([A-Z]{1,4})[-.]?\d{2,5}(?![\w-])")
LIKELY = 60
"""From which likeness (0 to 100) on a name is worth proposing."""
MOST_PROPOSED = 3
MOST_WEIGHED = 50
"""Of how many assets the names are weighed word by word: those of whose letters the largest share was said."""
TELLING = 3
"""How many letters a word has at least that tells one name from another."""


@dataclass(frozen=True, slots=True)
class Spotted:
    """The asset that a text names; when it is not one asset for sure, those that it could be."""

    asset: Asset | None = None
    proposed: tuple[Asset, ...] = ()
    by_code: bool = False

    @property
    def named(self) -> bool:
        """Say whether the text names something that is an asset."""
        return self.asset is not None or self.by_code


def plain(code: str) -> str:
    """Return a code as codes are compared: without case, spaces, dots, dashes and slashes."""
    return _BETWEEN.sub("", code).casefold()


def asset_in(uow: UnitOfWork, text: str) -> Spotted:
    """Find the asset that a text names by its code or, word by word, by its name."""
    by_code = _by_code(uow, text)
    if by_code:
        return Spotted(by_code[0] if len(by_code) == 1 else None, tuple(by_code[1:] and by_code), by_code=True)
    scored = sorted(_by_name(uow, text), key=lambda found: -found[0])
    best = [asset for score, asset in scored if score == scored[0][0]]
    if len(best) == 1 and scored[0][0] >= 1 / 2:
        return Spotted(best[0])
    return Spotted(None, tuple(asset for _, asset in scored[:MOST_PROPOSED]), by_code=_mistyped(uow, text))


def _mistyped(uow: UnitOfWork, text: str) -> bool:
    """Say whether a text holds what looks like an asset's code, though there is none: its letters begin another's."""
    begun = {found[1].casefold() for found in _CODE.finditer(text)}
    starts = [
        table(Asset).c.plain_code.like(f"{written}{digit}%")
        for letters in begun
        for written in (letters, letters.upper())
        for digit in range(10)
    ]
    return bool(begun) and uow.count(Asset, or_(*starts)) > 0


def _by_code(uow: UnitOfWork, text: str) -> list[Asset]:
    """Return the assets whose code stands in the text, longest match first; one code may be written as several words."""
    tokens = [token.strip(".") for token in _TOKEN.findall(text)]
    runs = {plain("".join(tokens[at : at + length])) for length in (1, 2, 3) for at in range(len(tokens) - length + 1)}
    codes = {run for run in runs if len(run) > 1 and any(letter.isdigit() for letter in run)}
    if not codes:
        return []
    written = [*codes, *(code.upper() for code in codes)]
    found = uow.all(Asset, table(Asset).c.plain_code.in_(written))
    longest = {asset.id: plain(asset.code) for asset in found}
    return [
        a for a in found if not any(longest[a.id] != other and longest[a.id] in other for other in longest.values())
    ]


def _by_name(uow: UnitOfWork, text: str) -> list[tuple[float, Asset]]:
    said = set(telling(text))
    words = sorted(said, key=len, reverse=True)[:8]
    if not words:
        return []
    name = table(Asset).c.name
    holds = {word: or_(*(name.ilike(f"%{written}%") for written in _written(word))) for word in words}
    letters = sum((case((found, len(word)), else_=0) for word, found in holds.items()), literal(0))
    nearest = select(table(Asset)).where(or_(*holds.values()))
    nearest = nearest.order_by((letters * 100 / func.length(name)).desc(), table(Asset).c.id).limit(MOST_WEIGHED)
    weighed = sorted(uow.run(nearest).all(), key=lambda asset: asset.id)
    return [(score, asset) for asset in weighed if (score := _share(asset.name, said))]


def _written(word: str) -> set[str]:
    """Return the ways in which a word is looked for: SQLite knows small and capital letters of ASCII alone."""
    return {word} if word.isascii() else {word, word.capitalize()}


def _share(name: str, said: set[str]) -> float:
    """Return which share of a name's telling words was said."""
    words = telling(name)
    return len([word for word in words if word in said]) / len(words) if words else 0


def telling(text: str) -> list[str]:
    """Return the words of a text that tell one thing from another, folded."""
    words = _WORD.findall(wording.folded(text))
    return [word for word in words if word not in wording.small_words() and (len(word) >= TELLING or word.isdigit())]


def asset(uow: UnitOfWork, written: str) -> Asset:
    """Return the one asset that was typed; raises ``NotKnown`` with a proposal."""
    found = asset_in(uow, written)
    if found.asset is not None:
        return found.asset
    near = found.proposed or alike(uow, Asset, written)
    raise NotKnown(kind="asset", written=f"“{written}”", hint=did_you_mean(f"{a.code} ({a.name})" for a in near))


def assets_like(uow: UnitOfWork, typed: str, *, most: int = 20) -> list[Asset]:
    """Return assets for a field that looks things up: those whose code, name or place holds every typed word."""
    return _looked_up(uow, Asset, typed, most)


def parts_like(uow: UnitOfWork, typed: str, *, most: int = 20) -> list[Part]:
    """Return parts for a field that looks things up."""
    return _looked_up(uow, Part, typed, most)


def _looked_up(uow: UnitOfWork, kind: type[T], typed: str, most: int) -> list[T]:
    columns = table(kind).c
    places = [
        columns[name] for name in ("code", "plain_code", "name", "location", "manufacturer_part") if name in columns
    ]
    holding = [_holding(places, word) for word in typed.split()[:6]]
    query = select(table(kind)).where(*holding).order_by(columns.code).limit(most)
    found: list[T] = list(uow.run(query).all())
    return found or list(alike(uow, kind, typed)) if typed.strip() else found


def _holding(places: Sequence[Any], word: str) -> ColumnElement[bool]:
    tries = {word, word.capitalize(), plain(word) or word}
    return or_(*(place.icontains(each, autoescape=True) for place in places for each in tries))


def part(uow: UnitOfWork, written: str) -> Part:
    """Return the one part that was typed, by code or by words of its name; raises ``NotKnown`` with a proposal."""
    codes = {plain(written), plain(written).upper()}
    found = uow.all(Part, table(Part).c.plain_code.in_(codes)) or _looked_up_surely(uow, written)
    if len(found) == 1:
        return found[0]
    near = found[:MOST_PROPOSED] or alike(uow, Part, written)
    raise NotKnown(kind="part", written=f"“{written}”", hint=did_you_mean(f"{p.code} ({p.name})" for p in near))


def _looked_up_surely(uow: UnitOfWork, written: str) -> list[Part]:
    columns = table(Part).c
    words = written.split()[:6]
    holding = [
        _holding([columns.name, columns.code, columns.plain_code, columns.manufacturer_part], word) for word in words
    ]
    found: list[Part] = (
        list(uow.run(select(table(Part)).where(*holding).order_by(columns.code).limit(20)).all()) if words else []
    )
    said = set(telling(written)) | set(words)
    whole = [part for part in found if said <= set(telling(part.name)) | set(_WORD.findall(wording.folded(part.name)))]
    return whole if len(whole) == 1 else found


def alike(uow: UnitOfWork, kind: type[T], written: str) -> tuple[T, ...]:
    """Return the few assets or parts whose code or name is nearest to what was typed."""
    columns = table(kind).c
    rows = uow.run(select(columns.id, columns.plain_code, columns.name)).all()
    known = {row.id: row.plain_code.casefold() for row in rows}
    names = {row.id: wording.folded(row.name) for row in rows}
    said = wording.folded(written)
    near = process.extract(plain(written), known, scorer=fuzz.ratio, limit=MOST_PROPOSED, score_cutoff=LIKELY)
    near += process.extract(said, names, scorer=fuzz.token_set_ratio, limit=MOST_PROPOSED, score_cutoff=LIKELY)
    best = sorted(near, key=lambda found: -found[1])
    chosen = list(dict.fromkeys(number for _, _, number in best))[:MOST_PROPOSED]
    return tuple(uow.get(kind, number) for number in chosen)


def did_you_mean(names: Iterable[str]) -> str:
    """Return the sentence that proposes a few names, or says what else to do."""
    *rest, last = list(names) or [""]
    said = f"{', '.join(rest)} or {last}" if rest else last
    return f"Did you mean {said}?" if said else "Look it up with `help`, or ask your supervisor."


def work_order(uow: UnitOfWork, written: str) -> WorkOrder:
    """Return the work order with a typed number (``412``, ``wo412`` or the whole); raises ``NotKnown``."""
    found = numbered(uow, WorkOrder, "work_order", written)
    if found is None:
        raise NotKnown(kind="work order", written=written.strip(), hint="Type `mine` to see your own.")
    return found


def numbered(uow: UnitOfWork, kind: type[T], pattern: str, written: str, *, column: str = "number") -> T | None:
    """Return the newest document of a kind whose number is, or is shortened to, what was typed."""
    whole = uow.find(kind, **{column: written.strip().upper()})
    if whole is not None:
        return whole
    short = numbering.shortened(written)
    if short is None:
        return None
    _, year, value = short
    local = uow.now.astimezone(uow.plant.zone)
    years = [year] if year else [local.year, local.year - 1]
    wanted = [numbering.number(uow.plant.patterns[pattern], value, local.replace(year=each, day=1)) for each in years]
    return next((found for number in wanted if (found := uow.find(kind, **{column: number})) is not None), None)


def addressed(uow: UnitOfWork, text: str) -> tuple[Person | None, str]:
    """Return whom a text names with an at sign, as Slack writes it or as people type it, and the text without that.

    Raises ``NotKnown`` for somebody whom the plant does not know.
    """
    found = _AT.search(text)
    if found is None:
        return None, text.strip()
    return person(uow, found[0]), f"{text[: found.start()]} {text[found.end() :]}".strip()


def person(uow: UnitOfWork, written: str) -> Person:
    """Return the person who was mentioned or named; raises ``NotKnown``."""
    mentioned = re.search(r"<@([A-Z0-9]+)", written)
    people = uow.all(Person, active=True)
    said = wording.folded(written.strip().removeprefix("@"))
    if mentioned is not None:
        found = [person for person in people if person.slack_id == mentioned[1]]
    else:
        found = [person for person in people if said and said in (wording.folded(person.name), person.email.casefold())]
        found = found or [person for person in people if said in wording.folded(person.name).split()]
    if len(found) == 1:
        return found[0]
    near = process.extract(said, {p.name: p.name for p in people}, limit=2, score_cutoff=LIKELY)
    raise NotKnown(kind="person", written=f"“{written.strip()}”", hint=did_you_mean(name for name, _, _ in near))
