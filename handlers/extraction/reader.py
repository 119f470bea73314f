"""The way of one mail through the reader: opened, its kind, its orders, statements, judgement, reading."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from . import kinds
from .agreement import accepted_rest, answer_doubts, compare_parcel, denials, markup_doubts
from .answers import only_thanks
from .below import settle_last, settle_named, settle_rests, strange_counts
from .cancelled import cancelled, cancelling_doubts, named_lines
from .claims import Claim, Notice
from .decision import ASK, Decision, Facts, decide
from .fields import Eyes, Head, head_of
from .formats.markup import Markup
from .identity import Mention, keys_of
from .known import Known, Order
from .letter import Letter, opened
from .occasions import puts_off
from .outcome import document_number, excepts, excesses, expected_day, moved_days, odd_days, response_of, says_all
from .paragraphs import without_signatures
from .prefilled import prefilled
from .reading import Grounds, Reading
from .sentences import sentences
from .statements import MOVES, Heard, Statement, by_content, compare_twin, hear
from .uncovered import Gaps

_OPEN = frozenset(
    {"sent", "open", "acknowledged", "confirmed", "partly received", "partially_received", "partly_received"}
)
_ANSWERING = frozenset({*MOVES, "order_response"})
_SUPPOSED = frozenset({"conditional"})
_NOT_SHOWN = frozenset({"question", "invoice", "status", "auto_reply", "bounce"})


def read(raw: bytes, known: Known, *, source: str = "") -> Reading:
    """Reads one mail; whatever the bytes are, a reading comes back."""
    return read_letter(raw, known, source)[0]


def read_letter(raw: bytes, known: Known, source: str) -> tuple[Reading, Letter | None]:
    """Reads one mail, and gives it back opened for whoever reads on in it; None where the reader failed."""
    try:
        letter = opened(raw, known)
        return _Reader(letter, known, source).reading(), letter
    except Exception as fault:  # noqa: BLE001 - one broken mail must never stop the next one
        decision = Decision(ASK, "fault", (f"the reader failed: {type(fault).__name__}",))
        return Reading(source, "other", decision, problems=(f"the reader failed: {fault!r}"[:300],)), None


@dataclass(slots=True)
class _Reader:
    """The state of reading one opened mail."""

    letter: Letter
    known: Known
    source: str
    votes: kinds.Votes = field(default_factory=kinds.Votes)
    problems: list[str] = field(default_factory=list)
    head: Head | None = None
    shown: set[str] = field(default_factory=set)
    named_by: str = "votes"

    def reading(self) -> Reading:
        """The whole way."""
        self.problems = list(self.letter.mail.problems)
        clues = self._clues()
        machine = kinds.machine_kind(clues)
        mentions = self._mentions()
        if self.problems or machine or self.letter.sender.trust == "forged":
            return self._shut(machine, clues, mentions)
        return self._read(clues, mentions)

    def _clues(self) -> kinds.Clues:
        letter, tools = self.letter, self.letter.tools
        told = [claim for claim in letter.claims if claim.figures or "as_ordered" in claim.flags]
        known = [claim for claim in told if keys_of(claim, letter.scope)]
        counted, rows = bool(known), any(claim.form != "prose" for claim in known)
        return kinds.Clues(
            mail=letter.mail,
            subject=letter.subject,
            texts=tuple(self._own_words()),
            words=tools.words,
            sender=letter.sender,
            has_parts=counted or letter.notice is not None,
            has_rows=rows or letter.notice is not None,
            names_order=any(tools.numbers.mentions(text, tools.words) for text in (letter.subject, *letter.texts)),
            reply=letter.reply,
            attachments=tuple(part.name for part in letter.mail.parts if part.name),
            put_off=any(puts_off(text, tools.words.hits(text), tools.calendar) for text in letter.sentences()),
        )

    def _own_words(self) -> list[str]:
        """The lines without part numbers, whose letters may look like the name of a document, and without the signature."""
        scope, tools = self.letter.scope, self.letter.tools
        texts = without_signatures(
            self.letter.texts,
            lambda text: bool(scope.spots(text) or tools.numbers.mentions(text, tools.words)),
        )
        return [scope.bare(text) for text in texts]

    # -- machines and forgeries

    def _shut(self, machine: str | None, clues: kinds.Clues, mentions: list[Mention]) -> Reading:
        """A mail from which nothing is taken: named, and no line of it read."""
        kind = machine or "other"
        self.named_by = "machine" if machine else self.named_by
        if machine is None and self.letter.sender.trust == "forged":
            kind = self._kind(clues, moved=False)
        orders = self._named(mentions)
        if machine == "bounce" and not orders:
            orders = self._named(self._everywhere())
        facts = Facts(
            kind=kind,
            sender=self.letter.sender,
            problems=self.problems,
            mentioned=bool(orders),
            newsletter=machine == "other",
            related=bool(orders),
            hostile=bool(self.letter.mail.problems),
        )
        return self._finished(facts, decide(facts), orders)

    def _everywhere(self) -> list[Mention]:
        """Order numbers in every part, enclosed mails and quotes too."""
        letter, tools = self.letter, self.letter.tools
        texts = [letter.subject, *(one.subject for one in letter.mail.enclosed), *letter.samples("text/", "message/")]
        return [mention for text in texts for mention in tools.numbers.mentions(text, tools.words)]

    # -- people and systems of suppliers

    def _read(self, clues: kinds.Clues, mentions: list[Mention]) -> Reading:
        kind = self._kind(clues, moved=self._moved())
        acted = self._acted(mentions)
        content = self._by_content(kind, mentions)
        if kind == "cancellation":
            named_lines(self.letter.claims, self.letter.scope, acted)
        heard = content or hear(self.letter.claims, kind, self.letter.scope, acted)
        compare_twin(heard, self.letter.twin_claims, kind, self.letter.scope, acted)
        everything = self._everything(kind, heard, acted)
        heard.statements = everything or heard.statements
        if kind == "order_response":
            heard.statements += accepted_rest(self.letter.notice, heard, acted)
        if kind == "cancellation":
            self._only_cancelled(heard, acted)
        if kind in MOVES:
            self._settle(heard, kind, acted)
        heard.troubles += strange_counts(heard, self.letter.sentences(), (self.letter.scope, self.letter.tools))
        if not heard.troubles and kind in (*_ANSWERING, "delay"):
            heard.troubles += self._left_out(heard, kind, acted)
        facts = self._facts(kind, heard, mentions)
        dated = bool(heard.statements) and all(one.expected_on for one in heard.statements)
        facts.undated = kind == "delay" and not dated and not self._expected_on(heard.statements, kind, written=True)
        if kind in MOVES:
            facts.doubts += odd_days(self._head(), heard.statements, self.letter.tools.calendar.written)
        facts.everything, facts.by_content = bool(everything), content is not None
        named = self._named(mentions, ours_only=True)
        facts.orders = tuple(dict.fromkeys(one.order.number for one in heard.statements)) or tuple(named)
        decision = decide(facts)
        if decision.action == ASK:
            facts.heard = self._filled(heard, kind, acted)
        return self._finished(facts, decision, list(facts.orders))

    def _settle(self, heard: Heard, kind: str, acted: list[Order]) -> None:
        """Holds what moved against the markup and the denials, and gives each rest to its line."""
        compare_parcel(self.letter.markup, heard, kind, (self.letter.scope, acted))
        heard.troubles += denials(self.letter.claims, heard, self.letter.scope, acted)
        settle_rests(heard, self.letter.sentences(), self.letter.scope, self.letter.tools)
        for order in acted if len(acted) == 1 else ():
            settle_named(heard, self.letter.sentences(), order, (self.letter.scope, self.letter.tools))
        settle_last(heard, self.letter.sentences(), acted, (self.letter.scope, self.letter.tools))

    def _filled(self, heard: Heard, kind: str, acted: list[Order]) -> Heard:
        """What a person is shown of a mail; one that says no verb that is known, but a day on which goods left, as a despatch."""
        place, claims = (self.letter.scope, acted), self.letter.claims
        left = kind == "other" and any(moved_days(self._head(), "despatch", self.letter.tools.calendar.written))
        heard = hear(claims, "despatch", *place) if left else heard
        return replace(heard, statements=prefilled(heard, claims, kind, place))

    def _left_out(self, heard: Heard, kind: str, acted: list[Order]) -> list[str]:
        """What the pages count of lines that no statement speaks of."""
        letter = self.letter
        tables = [table for page in letter.pages for table in page.tables]
        return Gaps(heard, kind, acted, (letter.scope, letter.tools)).doubts(tables, letter.sentences())

    def _only_cancelled(self, heard: Heard, acted: list[Order]) -> None:
        """Of a cancellation the lines that it ends, and its doubts."""
        letter, tools = self.letter, self.letter.tools
        cancelled(heard, letter.claims, letter.scope, acted)
        heard.troubles += cancelling_doubts((letter.subject, *letter.sentences()), tools.words, tools.numbers, acted)

    def _kind(self, clues: kinds.Clues, *, moved: bool) -> str:
        self.votes = kinds.votes_of(clues)
        notices = [page.notice.kind for page in self.letter.pages if page.notice]
        if notices:
            self.named_by = "document"
            return kinds.strongest(notices)
        columns = {role for page in self.letter.pages for table in page.tables for role in table.roles}
        claims = self.letter.claims
        rows = any(claim.figures and claim.form != "prose" for claim in claims)
        answered = any(
            claim.figures and "order_response" in claim.flags and not claim.flags & _SUPPOSED for claim in claims
        )
        shape = kinds.Shape(has_rows=rows, columns=frozenset(columns), moved=moved, answered=answered)
        return kinds.kind_of(self.votes, shape)

    def _moved(self) -> bool:
        """Whether some row or sentence says that goods have left or arrived."""
        return any(
            any(not figure.is_zero for figure in claim.figures.get("now", []))
            or (claim.flags & MOVES and not claim.flags & {"future", "conditional", "question", "negation"})
            for claim in self.letter.claims
        )

    def _mentions(self) -> list[Mention]:
        """Order numbers in subject and own words, those apart of which the mail says that they do not matter."""
        tools = self.letter.tools
        found = list(tools.numbers.mentions(self.letter.subject, tools.words))
        for text in self.letter.texts:
            for sentence in sentences(text):
                told = tools.numbers.mentions(sentence, tools.words)
                if told and not any(hit.meaning == "words.unaffected" for hit in tools.words.hits(sentence)):
                    found += told
        numbers = [number for page in self.letter.pages if page.notice for number in page.notice.orders]
        found += [Mention(number, 0, 0, labelled=True) for number in numbers if number in self.known.order_by_number]
        meant = [one for one in found if not one.theirs] or found
        self.shown = {one.number for one in meant}
        return meant or self._marked() or self._quoted()

    def _marked(self) -> list[Mention]:
        """The orders that only the markup of a page names."""
        numbers = [number for one in self.letter.markup for number in one.orders]
        return [Mention(number, 0, 0, labelled=False) for number in numbers if number in self.known.order_by_number]

    def _quoted(self) -> list[Mention]:
        """The one order that a quoted mail names, for an answer that names none itself."""
        tools = self.letter.tools
        texts = [text for page in self.letter.pages for text in page.quoted]
        found = [mention for text in texts for mention in tools.numbers.mentions(text, tools.words)]
        return found if len({mention.number for mention in found}) == 1 else []

    def _named(self, mentions: list[Mention], *, ours_only: bool = False) -> list[str]:
        """The orders named, labelled ones first and alone when there are some."""
        fit = [one for one in mentions if not ours_only or self.letter.is_his(one.number)]
        return list(dict.fromkeys(one.number for one in [one for one in fit if one.labelled] or fit))

    def _acted(self, mentions: list[Mention]) -> list[Order]:
        orders = [self.known.order_by_number[number] for number in dict.fromkeys(one.number for one in mentions)]
        his = [order for order in orders if self.letter.is_his(order.number)]
        return [order for order in his if order.status in _OPEN] or his

    def _by_content(self, kind: str, mentions: list[Mention]) -> Heard | None:
        """Without any order number, the one open order that holds every article is a guess to ask about."""
        if mentions or kind not in (*_ANSWERING, "delay") or not self.letter.claims:
            return None
        found = by_content(self.letter.claims, self.letter.scope)
        return hear(self.letter.claims, kind, self.letter.scope, found) if len(found) == 1 else None

    def _everything(self, kind: str, heard: Heard, acted: list[Order]) -> list[Statement]:
        """'Everything was shipped' covers the open quantity of every line of the one order."""
        if heard.statements or heard.unmatched or len(acted) != 1 or kind not in _ANSWERING:
            return []
        told = list(self.letter.sentences())
        words = self.letter.tools.words
        said = next((text for text in told if says_all(text, kind, words)), "")
        if not said or any(excepts(text, acted[0], words) for text in told if text != said):
            return []
        self.problems.append("no quantities are named: the open quantity of every line was taken")
        part = self.letter.pages[0].part.number
        claim = Claim(part=part, text=said[:500], form="prose")
        return [
            Statement(acted[0], line, line.open if kind in MOVES else line.quantity, None, None, claim, "everything")
            for line in acted[0].lines
            if line.open > 0
        ]

    # -- judgement

    def _facts(self, kind: str, heard: Heard, mentions: list[Mention]) -> Facts:
        letter, flags = self.letter, self.votes.flags
        if not heard.statements:
            heard.foreign |= {one.number for one in mentions if not letter.is_his(one.number)}
        dated = self._expected_on(heard.statements, kind) or any(one.expected_on for one in heard.statements)
        thanked = not (dated or self.votes.titles) and only_thanks(letter.texts, letter.tools.words)
        consent = "consent" in flags or self.votes.questions > 1 or thanked
        return Facts(
            kind=kind,
            sender=letter.sender,
            heard=heard,
            doubts=self._doubts(heard),
            mentioned=bool(mentions),
            related=bool(mentions or letter.claims or heard.statements or kind not in ("other", "status")),
            known_closed=any(one.order.status not in _OPEN for one in heard.statements),
            over=excesses(heard, kind),
            substitutes=any(one.substitute for one in heard.statements)
            or (kind == "cancellation" and bool(flags & {"substitute", "changed"})),
            forwarded=letter.forwarding and letter.sender.ours,
            bank="bank" in flags,
            portal=self.votes.portal > 0,
            unread=bool(letter.unreadable()),
            correction="correction" in flags,
            waits=kind in ("order_response", "cancellation") and consent,
            response=self._response(kind, heard),
        )

    def _response(self, kind: str, heard: Heard) -> str | None:
        if kind != "order_response":
            return None
        said = next((page.notice.response for page in self.letter.pages if page.notice and page.notice.response), "")
        return said or response_of(self.votes, heard)

    def _doubts(self, heard: Heard) -> list[str]:
        letter, tools = self.letter, self.letter.tools
        texts = (letter.subject, *letter.texts)
        strangers = [number for text in texts for number in tools.numbers.strangers(text, tools.words)]
        doubts = [f"the order {number} is not known" for number in strangers]
        unsure = [text for text in texts if any(not day.sure for day in tools.calendar.days(text))]
        doubts += [f"a date that could mean two days: {text.strip()[:80]}" for text in unsure[:1]]
        failed = (text for text in texts if any(hit.meaning == "words.failed" for hit in tools.words.hits(text)))
        doubts += [f"a handover that may have failed: {text.strip()[:80]}" for text in list(failed)[:1]]
        doubts += ["a report of how orders stand is no notice"] if self.votes.titles.get("report") else []
        doubts += [doubt for page in letter.pages if page.notice for doubt in page.notice.doubts]
        doubts += [page.refused for page in letter.pages if page.refused]
        doubts += [doubt for page in letter.pages for doubt in page.doubts]
        doubts += answer_doubts(letter.notice, heard)
        doubts += markup_doubts(letter.markup, self.shown, set(self.known.order_by_number), self._head())
        if not heard.statements:
            doubts += [f"the part {part.number} ({part.kind}) cannot be read" for part in letter.unreadable()]
        return doubts

    # -- the end

    def _finished(self, facts: Facts, decision: Decision, orders: list[str]) -> Reading:
        letter = self.letter
        statements = self._shown(facts)
        notes = [*self.problems, *facts.doubts, *facts.heard.troubles, *letter.sender.alarms]
        return Reading(
            source=self.source,
            kind=facts.kind,
            decision=decision,
            address=letter.sender.address,
            supplier=letter.sender.supplier.id if letter.sender.supplier else None,
            trust=letter.sender.trust,
            orders=tuple(orders),
            response=facts.response,
            statements=tuple(statements),
            problems=tuple(dict.fromkeys(notes)),
            grounds=self._grounds(),
            rules=letter.rules_used(),
            **self._told(statements, facts.kind),
        )

    def _grounds(self) -> Grounds:
        sender = self.letter.sender
        signs = (self.named_by, self.votes.titles, self.votes.says)
        return Grounds(*signs, verdict=sender.verdict, proof=sender.proof, alarms=sender.alarms)

    def _told(self, statements: list[Statement], kind: str) -> dict[str, Any]:
        """Document and shipment: the structured document's word first, then what the head says."""
        head, notice = self._head(), self.letter.notice or Notice("")
        written = self.letter.tools.calendar.written
        marked = next(iter(self.letter.markup), Markup())
        left, came = moved_days(head, kind, written)
        return {
            "number": notice.number or document_number(head, kind, set(self.known.order_by_number)),
            "issued_on": notice.issued_on or head.day("issued_on"),
            "carrier": notice.carrier or head.carrier or marked.carrier or None,
            "tracking": tuple(notice.tracking or head.tracking or marked.tracking),
            "despatched_on": notice.despatched_on or left,
            "expected_on": self._expected_on(statements, kind),
            "delivered_on": notice.delivered_on or came,
            "received_by": notice.received_by or head.received_by or None,
        }

    def _expected_on(self, statements: list[Statement], kind: str, *, written: bool = False) -> date | None:
        """The day of arrival; only one that is written as a date where the whole mail is about it."""
        notice, marked = self.letter.notice or Notice(""), next(iter(self.letter.markup), Markup())
        told = expected_day(self._head(), statements, kind, written=written)
        return notice.expected_on or told or marked.expected_on

    def _head(self) -> Head:
        if self.head is None:
            letter, tools = self.letter, self.letter.tools
            scope = letter.scope
            eyes = Eyes(
                tools.words,
                tools.calendar,
                tools.numbers,
                lambda text: [(spot.start, spot.end) for spot in scope.spots(text)],
            )
            self.head = head_of([letter.subject, "", *letter.texts], eyes)
        return self.head

    def _shown(self, facts: Facts) -> list[Statement]:
        """The lines of the reading: none where nothing may be taken."""
        sender = facts.sender
        strange = sender.trust == "unknown" and (sender.alarms or not sender.passed)
        if facts.kind in _NOT_SHOWN or sender.trust == "forged" or facts.bank or strange:
            return []
        return sorted(facts.heard.statements, key=lambda one: (one.order.number, one.line.line))
