"""A delivery in one sentence: ``PO 118: 3 seals, 1 torn`` becomes a proposed receipt with a card to press once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

import templates
from handlers import late_deliveries, receiving, wording
from handlers.happenings import Answer
from handlers.order_content import Dossier, Line, locked, order_named
from handlers.receipt_checks import check_takes_in, excess
from handlers.receiving import EXTRA, Said
from orders.agreements import check_buys
from orders.errors import TooMuch, Unlawful
from orders.purchase_orders import OrderKind
from orders.receiving import Count, check_count, check_receivable
from orders.units import quantity_of, quantity_text, unit_word
from storage.unit_of_work import UnitOfWork

_PIECES = re.compile(r"\s*[,;\n]\s*(?=\D*\d|all\b|alles\b|at\s|extra\b|again\b)|\s+(?:and|und)\s+(?=\d)", re.IGNORECASE)
_PIECE = re.compile(
    r"^(?:line|pos(?:ition)?|zeile)?\s*(?P<number>\d[\d.,]*)\s*(?:x\s+|\s*)(?P<words>.*)$", re.IGNORECASE | re.DOTALL
)
_LINE = re.compile(
    r"^(?:line|pos(?:ition)?|zeile)\s*(?P<line>\d{1,4})\s*:?\s*(?P<number>\d[\d.,]*)\s*(?P<words>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_ALL = re.compile(r"^(?:all|everything|alles)\b", re.IGNORECASE)
_HELD = re.compile(
    r"^(?:to\s+)?(?:hold|held|inspect\w*|check\w*|pr[uü]fen)\b\s*(?P<why>.*)$", re.IGNORECASE | re.DOTALL
)
_PLACE = re.compile(r"^(?:at|bei|am)\s+(?P<place>\S.*)$", re.IGNORECASE | re.DOTALL)
_GOOD = frozenset({"good", "ok", "okay", "gut", "fine", "here", "da"})
LIKE = 84
"""From which likeness (0 to 100) on a word is one of a line's own."""
SHORTEST = 3


@dataclass
class Heard:
    """What a sentence says while it is read: counts by line, the line that was spoken of last, and the rest."""

    counts: dict[int, Count] = field(default_factory=dict)
    last: Line | None = None
    place: str = ""
    extra: bool = False
    again: bool = False


def said(uow: UnitOfWork, written: str, words: str, work_order_id: int | None = None) -> Answer:
    """Propose a receipt of what somebody says is here; in a job's thread the goods went straight to that job."""
    check_takes_in(uow, work_order_id)
    order_id = order_named(uow, written).id
    late = late_deliveries.asked(uow, order_id, words)
    if late is not None:
        return late
    dossier = locked(uow, order_id)
    check_buys(dossier.name, OrderKind(dossier.order.kind), what="received")
    check_receivable(dossier.name, dossier.state, buyer="the buyer")
    direct = work_order_id if work_order_id in _jobs(dossier) else None
    check_takes_in(uow, direct)
    heard = read(words, dossier)
    for line in dossier.lines:
        if line.id in heard.counts:
            check_count(line.line, heard.counts[line.id])
    _check_amount(uow, dossier, heard)
    if not heard.again and not receiving.spoken_of(uow, order_id, heard.counts):
        receiving.check_first(uow, dossier, heard.counts)
    receiving.said_by_person(uow, dossier, heard.counts, Said(words, heard.place, direct))
    channel = uow.plant.channels.stores or uow.plant.channels.purchasing
    number = receiving.newest(uow, order_id)
    told = {"number": number, "order": dossier.name, "place": templates.Mrkdwn(f"<#{channel}>") if channel else "Slack"}
    return Answer(private=templates.words("receiving_said", what="heard", **told))


def _jobs(dossier: Dossier) -> set[int | None]:
    return {line.work_order_id for line in dossier.lines} | {share.work_order_id for share in dossier.needs}


def _check_amount(uow: UnitOfWork, dossier: Dossier, heard: Heard) -> None:
    """Refuse at once what is more than ordered, unless the sentence says that it is meant."""
    beyond = {} if heard.extra else excess(uow, dossier, heard.counts)
    for line in dossier.lines:
        if line.id in beyond:
            came = line.received - line.rejected + heard.counts[line.id].here - heard.counts[line.id].rejected
            raise TooMuch(
                received=quantity_text(came),
                ordered=quantity_text(line.quantity - line.cancelled),
                unit=unit_word(line.unit, 0),
                line=line.line,
                who="whoever approved it",
            )


def read(words: str, dossier: Dossier) -> Heard:
    """Read a sentence against the lines of an order; raises ``Unlawful`` where it could mean two things."""
    heard = Heard()
    lines = [line for line in dossier.lines if line.to_come] or list(dossier.lines)
    for piece in (each.strip(" .!") for each in _PIECES.split(words.strip())):
        if piece:
            _piece(piece, heard, lines)
    if not heard.counts:
        raise Unlawful(
            why=f"Say what is here, for instance `{dossier.name}: 3 seals, 1 torn` or `{dossier.name}: all`."
        )
    return heard


def _piece(piece: str, heard: Heard, lines: Sequence[Line]) -> None:
    place, numbered = _PLACE.match(piece), _LINE.match(piece)
    found = _PIECE.match(piece)
    if piece.lower() == EXTRA:
        heard.extra = True
    elif piece.lower() == receiving.AGAIN:
        heard.again = True
    elif _ALL.match(piece):
        heard.counts |= {line.id: Count(line.to_come) for line in lines}
        heard.last = lines[0] if len(lines) == 1 else None
    elif place is not None and heard.counts:
        heard.place = place["place"][:200]
    elif numbered is not None:
        _of_line(heard, _numbered(int(numbered["line"]), lines), numbered["number"])
    elif found is not None:
        _counted(found, heard, lines)
    else:
        raise Unlawful(why=f"I cannot read “{piece[:60]}”. Say how many, for instance `3 seals, 1 torn`.")


def _counted(found: Mapping[str, str] | re.Match[str], heard: Heard, lines: Sequence[Line]) -> None:
    """Read ``3 seals`` as a line, and ``1 torn`` as something wrong with the line before it."""
    words = found["words"].strip()
    meant = _meant(words, lines)
    if len(meant) == 1:
        _of_line(heard, meant[0], found["number"])
    elif len(meant) > 1:
        told = ", ".join(f"{line.line} {line.description}" for line in meant[:4])
        raise Unlawful(
            why=f"“{words[:40]}” could be {told}. Write the line, for instance `line {meant[0].line}: {found['number']}`."
        )
    elif heard.last is None and len(lines) == 1:
        _of_line(heard, lines[0], found["number"])
        if words and words.lower() not in _GOOD and not _is_unit(words, lines[0]):
            raise Unlawful(why=f"“{words[:40]}” is not on this order. It has: {lines[0].description}.")
    elif heard.last is not None and words.lower() not in _GOOD:
        _wrong(heard, heard.last, found["number"], words)
    elif heard.last is None:
        told = ", ".join(line.description for line in lines[:4])
        raise Unlawful(why=f"“{words[:40]}” is not on this order. It has: {told}.")


def _of_line(heard: Heard, line: Line, number: str) -> None:
    if line.id in heard.counts:
        raise Unlawful(why=f"Line {line.line} is named twice. Say each line once.")
    quantity = 0 if number in {"0", "0.0", "0,0"} else quantity_of(number, line.unit)
    heard.counts[line.id], heard.last = Count(quantity), line


def _wrong(heard: Heard, line: Line, number: str, words: str) -> None:
    quantity, count = quantity_of(number, line.unit), heard.counts[line.id]
    held = _HELD.match(words)
    if held is not None:
        reason = count.reason if count.rejected else held["why"].strip()
        heard.counts[line.id] = replace(count, held=count.held + quantity, reason=reason)
        return
    if not words:
        raise Unlawful(why=f"What is wrong with {number} of {line.description}? Say it, for instance `{number} torn`.")
    reason = "; ".join(filter(None, [count.reason if count.rejected else "", words[:200]]))
    heard.counts[line.id] = replace(count, rejected=count.rejected + quantity, reason=reason)


def _numbered(number: int, lines: Sequence[Line]) -> Line:
    line = next((each for each in lines if each.line == number), None)
    if line is None:
        raise Unlawful(why=f"Nothing of line {number} is to come. Open: {', '.join(str(each.line) for each in lines)}.")
    return line


def _is_unit(words: str, line: Line) -> bool:
    return words.lower() in {unit_word(line.unit).lower(), unit_word(line.unit, 0).lower(), "pcs", "stück", "x"}


def _meant(words: str, lines: Sequence[Line]) -> list[Line]:
    """Return the lines whose own words the spoken ones are most like; none where they are like no line's."""
    scored = {line.id: _likeness(words, line) for line in lines}
    best = max(scored.values(), default=0)
    return [line for line in lines if best and scored[line.id] == best]


def _likeness(words: str, line: Line) -> int:
    """Count the spoken words that are in a line's description or numbers."""
    own = [*_tokens(line.description), *_tokens(line.part or ""), *_tokens(line.supplier_part)]
    return sum(any(_alike(word, one) for one in own) for word in _tokens(words))


def _alike(word: str, own: str) -> bool:
    if word.isdigit() or own.isdigit():
        return word == own
    return len(word) >= SHORTEST and (word == own or fuzz.ratio(word, own) >= LIKE or own.startswith(word))


def _tokens(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", wording.folded(text))
