"""The way of one mail through the reader: sender, words, pages, claims, kind, statements, judgement."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from . import kinds
from .claims import Claim
from .clauses import sentences
from .dates import Calendar
from .decision import ASK, Decision, Facts, decide
from .fields import Eyes, Head, head_of
from .identity import Mention, Numbers, Scope, keys_of
from .known import Known, Order, Supplier
from .lexicon import Lexicon, lexicon_for
from .mime import Mail, addresses, take_apart
from .reading import Reading
from .sender import Sender, readable, sender_of, supplier_of
from .sources import Ownership, Page, Tools, pages_of, prose_claims, table_claims
from .statements import MOVES, Heard, Statement, by_content, hear

_OPEN = frozenset(
    {"sent", "open", "acknowledged", "confirmed", "partly received", "partially_received", "partly_received"}
)
_PREFIX = re.compile(r"^\s*([^\W\d_]{1,14})\s?(?:\[\d+\])?\s?:\s*")
_MOST_SAMPLE = 6_000


def read(raw: bytes, known: Known, *, source: str = "") -> Reading:
    """Reads one mail; whatever the bytes are, a reading comes back."""
    try:
        return _Reader(take_apart(raw), known, source).reading()
    except Exception as fault:  # noqa: BLE001 - one broken mail must never stop the next one
        decision = Decision(ASK, "fault", (f"the reader failed: {type(fault).__name__}",))
        return Reading(source, "other", decision, problems=(f"the reader failed: {fault!r}"[:300],))


@dataclass(slots=True)
class _Reader:
    """The state of reading one mail, filled from top to bottom."""

    mail: Mail
    known: Known
    source: str
    sender: Sender = field(init=False)
    supplier: Supplier | None = field(init=False, default=None)
    tools: Tools = field(init=False)
    pages: list[Page] = field(init=False, default_factory=list)
    texts: list[str] = field(init=False, default_factory=list)
    subject: str = field(init=False, default="")
    reply: bool = field(init=False, default=False)
    forwarding: bool = field(init=False, default=False)
    claims: list[Claim] = field(init=False, default_factory=list)
    votes: kinds.Votes = field(init=False, default_factory=kinds.Votes)
    problems: list[str] = field(init=False, default_factory=list)

    def reading(self) -> Reading:
        """The whole way."""
        self.sender = sender_of(self.mail, self.known)
        self.supplier = self.sender.supplier
        self.problems = list(self.mail.problems)
        self._open()
        scope = self._scope()
        clues = self._clues(scope)
        machine = kinds.machine_kind(clues)
        mentions = self._mentions()
        if self.problems or machine or self.sender.trust == "forged":
            return self._shut(machine, clues, mentions)
        return self._read(scope, clues, mentions)

    # -- opening

    def _open(self) -> None:
        """Subject, words, pages."""
        self.subject = self.mail.spoken("subject")
        sample = " ".join(
            [self.subject, *(part.text()[:_MOST_SAMPLE] for part in self.mail.parts if part.kind.startswith("text/"))]
        )
        words = lexicon_for(
            re.sub(r"<[^<>]{0,2000}>", " ", sample[: 4 * _MOST_SAMPLE]), self.supplier.locale if self.supplier else ""
        )
        self.subject = self._unprefixed(words)
        written = self.mail.written
        locale = self.supplier.locale if self.supplier else ""
        calendar = Calendar(locale, words, written.date() if written else self.known.plant.today)
        self.tools = Tools(words, locale, calendar, numbers_of(self.known))
        forwarding = self.forwarding or self.sender.ours
        ownership = Ownership(
            self.known.plant.domains, self.known.plant.name, tuple(one.name for one in self.known.suppliers)
        )
        self.pages = pages_of(self.mail, self.tools, ownership, forwarding=forwarding)
        if self.sender.ours and self.supplier is None:
            self._reopen(calendar, words, ownership)

    def _reopen(self, calendar: Calendar, words: Lexicon, ownership: Ownership) -> None:
        """A colleague forwards: the words are those of the supplier whose address stands inside."""
        inner = [one.sender for one in self.mail.enclosed]
        inner += [
            address
            for page in self.pages
            for line in page.lines[:60]
            if ":" in line.text
            for address in addresses(line.text)
        ]
        found = (supplier_of(readable(address.rpartition("@")[2]), self.known) for address in inner)
        self.supplier = next((one for one in found if one is not None), None)
        if self.supplier is not None:
            self.forwarding = True
            locale = self.supplier.locale
            self.tools = Tools(words, locale, replace(calendar, locale=locale), self.tools.numbers)
            self.pages = pages_of(self.mail, self.tools, ownership, forwarding=True)

    def _unprefixed(self, words: Lexicon) -> str:
        subject = self.subject
        while match := _PREFIX.match(subject):
            meanings = words.meanings_of(match.group(1), "mail")
            if not set(meanings) & {"reply", "forward"}:
                break
            self.reply = self.reply or "reply" in meanings
            self.forwarding = self.forwarding or "forward" in meanings
            subject = subject[match.end() :]
        self.reply = self.reply or any(
            "po." in one or any(own in one for own in self.known.plant.domains) for one in self.mail.all("in-reply-to")
        )
        return subject

    def _scope(self) -> Scope:
        """Reads the claims of all pages; of a text and its HTML twin the one that says more."""
        scope = Scope(self.known, self.supplier, is_reply=self.reply)
        bodies = [page for page in self.pages if not page.part.attached and page.format.name in ("text", "html")]
        twin = self._twin(bodies)
        for page in self.pages:
            said = [
                *(page.notice.claims if page.notice else []),
                *table_claims(page, self.tools),
                *prose_claims(page, self.tools, scope),
            ]
            if page is twin and self.claims:
                continue
            self.claims += said
            self.texts += [line.text for line in page.lines]
        return scope

    def _twin(self, bodies: list[Page]) -> Page | None:
        """The plain text that an HTML part repeats; it is read last and only when the HTML said nothing."""
        html = [page for page in bodies if page.format.name == "html"]
        text = [page for page in bodies if page.format.name == "text"]
        if (
            len(html) == 1
            and len(text) == 1
            and not text[0].part.enclosed_in
            and "multipart/alternative" in self.mail.kinds
        ):
            self.pages.remove(text[0])
            self.pages.append(text[0])
            return text[0]
        return None

    def _clues(self, scope: Scope) -> kinds.Clues:
        return kinds.Clues(
            mail=self.mail,
            subject=self.subject,
            texts=tuple(self.texts),
            words=self.tools.words,
            sender=self.sender,
            has_parts=any(claim.figures and keys_of(claim, scope) for claim in self.claims)
            or any(page.notice for page in self.pages),
            names_order=any(
                self.tools.numbers.mentions(text, self.tools.words) for text in (self.subject, *self.texts)
            ),
            reply=self.reply,
            attachments=tuple(part.name for part in self.mail.parts if part.name),
        )

    # -- machines and forgeries

    def _shut(self, machine: str | None, clues: kinds.Clues, mentions: list[Mention]) -> Reading:
        """A mail from which nothing is taken: named, and no line of it read."""
        kind = machine or "other"
        if machine is None and self.sender.trust == "forged":
            kind = self._kind(clues, moved=False)
        orders = self._named(mentions)
        if machine == "bounce" and not orders:
            orders = self._named(self._everywhere())
        facts = Facts(
            kind=kind,
            sender=self.sender,
            problems=self.problems,
            mentioned=bool(orders),
            newsletter=machine == "other",
            related=bool(orders),
            hostile=bool(self.mail.problems),
        )
        return self._finished(facts, decide(facts), self._head(), orders)

    def _everywhere(self) -> list[Mention]:
        """Order numbers in every part, enclosed mails and quotes too."""
        texts = [
            self.subject,
            *(one.subject for one in self.mail.enclosed),
            *(part.text()[:_MOST_SAMPLE] for part in self.mail.parts if part.kind.startswith(("text/", "message/"))),
        ]
        return [mention for text in texts for mention in self.tools.numbers.mentions(text, self.tools.words)]

    # -- people and systems of suppliers

    def _read(self, scope: Scope, clues: kinds.Clues, mentions: list[Mention]) -> Reading:
        kind = self._kind(clues, moved=self._moved())
        acted = self._acted(mentions)
        heard = hear(self.claims, kind, scope, acted)
        content = self._by_content(kind, scope, heard, mentions, acted)
        heard = content or heard
        statements = self._everything(kind, heard, acted)
        heard.statements = statements or heard.statements
        kind, response = self._settled(kind, heard)
        facts = self._facts(kind, heard, acted, mentions)
        facts.everything, facts.by_content, facts.response = bool(statements), content is not None, response
        facts.waits = facts.waits or (kind == "order_response" and "consent" in self.votes.flags)
        orders = tuple(dict.fromkeys(one.order.number for one in heard.statements)) or tuple(
            self._named(mentions, ours_only=True)
        )
        facts.orders = orders
        decision = decide(facts)
        return self._finished(facts, decision, self._head(), list(orders))

    def _kind(self, clues: kinds.Clues, *, moved: bool) -> str:
        self.votes = kinds.votes_of(clues)
        notices = [page.notice.kind for page in self.pages if page.notice]
        if notices:
            return kinds.strongest(notices)
        columns = {role for page in self.pages for table in page.tables for role in table.roles}
        rows = any(claim.figures and claim.form != "prose" for claim in self.claims)
        return kinds.kind_of(self.votes, has_rows=rows, columns=columns, moved=moved)

    def _moved(self) -> bool:
        """Whether some row or sentence says that goods have left or arrived."""
        return any(
            "now" in claim.figures and any(not figure.is_zero for figure in claim.figures["now"])
            for claim in self.claims
        ) or any(
            claim.flags & MOVES and not claim.flags & {"future", "conditional", "question", "negation"}
            for claim in self.claims
        )

    def _mentions(self) -> list[Mention]:
        """Order numbers in subject and own words, those apart of which the mail says that they do not matter."""
        found = list(self.tools.numbers.mentions(self.subject, self.tools.words))
        for text in self.texts:
            for sentence in sentences(text):
                told = self.tools.numbers.mentions(sentence, self.tools.words)
                if told and not any(hit.meaning == "words.unaffected" for hit in self.tools.words.hits(sentence)):
                    found += told
        found += [
            Mention(number, 0, 0, labelled=True)
            for page in self.pages
            if page.notice
            for number in page.notice.orders
            if number in self.known.order_by_number
        ]
        return found

    def _named(self, mentions: list[Mention], *, ours_only: bool = False) -> list[str]:
        """The orders named, labelled ones first and alone when there are some."""
        fit = [one for one in mentions if not ours_only or self._is_his(one.number)]
        chosen = [one for one in fit if one.labelled] or fit
        return list(dict.fromkeys(one.number for one in chosen))

    def _is_his(self, number: str) -> bool:
        return self.supplier is None or self.known.order_by_number[number].supplier == self.supplier.id

    def _acted(self, mentions: list[Mention]) -> list[Order]:
        orders = [self.known.order_by_number[number] for number in dict.fromkeys(one.number for one in mentions)]
        his = [order for order in orders if self._is_his(order.number)]
        return [order for order in his if order.status in _OPEN] or his

    def _by_content(
        self, kind: str, scope: Scope, heard: Heard, mentions: list[Mention], acted: list[Order]
    ) -> Heard | None:
        """Without any order number, the one open order that holds every article is a guess to ask about."""
        if acted or mentions or kind not in (*MOVES, "order_response", "delay") or not self.claims:
            return None
        found = by_content(self.claims, scope)
        return hear(self.claims, kind, scope, found) if len(found) == 1 else None

    def _everything(self, kind: str, heard: Heard, acted: list[Order]) -> list[Statement]:
        """'Everything was shipped' covers the open quantity of every line of the one order."""
        if heard.statements or heard.unmatched or len(acted) != 1 or kind not in (*MOVES, "order_response"):
            return []
        said = next((text for text in self._sentences() if self._says_all(text, kind)), "")
        if not said:
            return []
        self.problems.append("no quantities are named: the open quantity of every line was taken")
        claim = Claim(part=self.pages[0].part.number if self.pages else "1", text=said[:500], form="prose")
        return [
            Statement(acted[0], line, line.open if kind in MOVES else line.quantity, None, None, claim, "everything")
            for line in acted[0].lines
            if line.open > 0
        ]

    def _sentences(self) -> Iterable[str]:
        return (sentence for text in self.texts for sentence in sentences(text))

    def _says_all(self, sentence: str, kind: str) -> bool:
        names = {hit.meaning for hit in self.tools.words.hits(sentence)}
        denied = names & {"words.negation", "says.conditional", "says.question"} or sentence.rstrip().endswith("?")
        return "words.everything" in names and f"says.{kind}" in names and not denied

    def _settled(self, kind: str, heard: Heard) -> tuple[str, str | None]:
        """The kind with what the statements show, and the response of an order response."""
        notice = next((page.notice for page in self.pages if page.notice and page.notice.response), None)
        if kind != "order_response":
            return kind, None
        return kind, (notice.response if notice else None) or _response(self.votes, heard)

    def _facts(self, kind: str, heard: Heard, acted: list[Order], mentions: list[Mention]) -> Facts:
        over = tuple(
            f"{one.quantity} on line {one.line.line} of {one.order.number}, open are {one.line.open}"
            for one in heard.statements
            if one.quantity is not None and one.quantity > (one.line.open if kind in MOVES else one.line.quantity)
        )
        foreign = {one.number for one in mentions if not self._is_his(one.number)}
        heard.foreign |= foreign if not heard.statements else set()
        strangers = [
            number
            for text in (self.subject, *self.texts)
            for number in self.tools.numbers.strangers(text, self.tools.words)
        ]
        doubts = [f"the order {number} is not known" for number in strangers]
        doubts += [doubt for page in self.pages if page.notice for doubt in page.notice.doubts]
        doubts += (
            [f"the part {part.number} ({part.kind}) cannot be read" for part in self._unreadable()]
            if not heard.statements
            else []
        )
        return Facts(
            kind=kind,
            sender=self.sender,
            heard=heard,
            doubts=doubts,
            mentioned=bool(mentions),
            related=bool(mentions or self.claims or heard.statements or kind not in ("other", "status")),
            known_closed=any(one.order.status not in _OPEN for one in heard.statements),
            over=over,
            substitutes=any(one.substitute for one in heard.statements),
            forwarded=self.forwarding and self.sender.ours,
            bank="bank" in self.votes.flags,
            portal=self.votes.portal > 0,
            correction="correction" in self.votes.flags,
            newsletter=False,
            waits=self.votes.questions > 1 and kind == "order_response",
        )

    def _unreadable(self) -> list["object"]:
        read_parts = {page.part.number for page in self.pages}
        return [part for part in self.mail.parts if part.attached and part.number not in read_parts]

    # -- the end

    def _head(self) -> Head:
        eyes = Eyes(self.tools.words, self.tools.calendar, self.tools.numbers)
        return head_of([self.subject, *self.texts], eyes)

    def _finished(self, facts: Facts, decision: Decision, head: Head, orders: list[str]) -> Reading:
        statements = self._shown(facts)
        notice = next((page.notice for page in self.pages if page.notice), None)
        notes = [*self.problems, *facts.doubts, *facts.heard.troubles, *facts.sender.alarms]
        expected = head.first_day("expected_on") or _common_day(statements)
        return Reading(
            source=self.source,
            kind=facts.kind,
            decision=decision,
            address=self.sender.address,
            supplier=self.sender.supplier.id if self.sender.supplier else None,
            trust=self.sender.trust,
            number=(notice.number if notice else "") or _number(head, facts.kind, set(self.known.order_by_number)),
            issued_on=(notice.issued_on if notice else None) or head.day("issued_on"),
            orders=tuple(orders),
            response=facts.response,
            carrier=(notice.carrier if notice else "") or head.carrier or None,
            tracking=tuple((notice.tracking if notice else []) or head.tracking),
            despatched_on=(notice.despatched_on if notice else None) or head.first_day("despatched_on"),
            expected_on=(notice.expected_on if notice else None) or expected,
            delivered_on=(notice.delivered_on if notice else None) or head.first_day("delivered_on"),
            received_by=(notice.received_by if notice else "") or head.received_by or None,
            statements=tuple(statements),
            problems=tuple(dict.fromkeys(notes)),
        )

    def _shown(self, facts: Facts) -> list[Statement]:
        """The lines of the reading: none where nothing may be taken."""
        risky = facts.bank or (facts.sender.trust == "unknown" and (facts.sender.alarms or not facts.sender.passed))
        if (
            facts.kind in ("question", "invoice", "status", "auto_reply", "bounce")
            or facts.sender.trust == "forged"
            or risky
        ):
            return []
        return sorted(facts.heard.statements, key=lambda one: (one.order.number, one.line.line))


def _response(votes: kinds.Votes, heard: Heard) -> str | None:
    """accepted, changed or rejected, by what the statements add up to."""
    given = [one for one in heard.statements if one.quantity is not None]
    if "rejected" in votes.says and not any(one.quantity for one in given):
        return "rejected"
    if not given:
        return "accepted" if "order_response" in votes.says and "changed" not in votes.flags else None
    full = all(one.quantity == one.line.quantity for one in given)
    whole = all(
        {one.line.line for one in given if one.order == order} >= {line.line for line in order.lines if line.open}
        for order in {id(one.order): one.order for one in given}.values()
    )
    dear = any(one.claim.flags & {"dearer"} for one in given)
    return "accepted" if full and whole and not dear else "changed"


def _common_day(statements: list[Statement]) -> "object | None":
    days = {one.expected_on for one in statements if one.expected_on}
    return days.pop() if len(days) == 1 else None


_NUMBERS_OF = {"delivery": ("delivery", "despatch"), "despatch": ("despatch", "delivery")}


def _number(head: Head, kind: str, orders: set[str]) -> str | None:
    """The number of the document, by the name that fits the kind."""
    for name in _NUMBERS_OF.get(kind, (kind,)):
        for number in head.numbers.get(name, []):
            if number not in orders:
                return number
    return None


_NUMBERS: dict[int, tuple[Known, Numbers]] = {}
_MOST_KNOWN = 8


def numbers_of(known: Known) -> Numbers:
    """The finder of order numbers for this knowledge, made once."""
    held = _NUMBERS.get(id(known))
    if held is None or held[0] is not known:
        if len(_NUMBERS) >= _MOST_KNOWN:
            _NUMBERS.clear()
        held = (known, Numbers(known))
        _NUMBERS[id(known)] = held
    return held[1]


def quantity_text(value: Decimal | None) -> str:
    """A quantity for a sentence."""
    return "" if value is None else str(value)
