"""A mail opened for reading: who wrote it, in which words, its subject, its pages and what they claim."""

import re
from dataclasses import dataclass, field, replace
from datetime import date

from .arithmetic import prove_columns
from .below import define_packs, name_rows
from .claims import Claim, Notice
from .dates import Calendar
from .formats.markup import Markup
from .goods_names import PlainNames, names_of
from .identity import Numbers, Scope
from .kinds import STRENGTH
from .known import Known, Order, Supplier
from .lexicon import Lexicon, lexicon_for
from .mime import Mail, Part, addresses, take_apart
from .references import settle
from .rules import OwnWords, own_words
from .sender import Sender, aligned, readable, sender_of, supplier_of
from .sentences import sentences
from .sources import Ownership, Page, Tools, pages_of, prose_claims, table_claims

_PREFIX = re.compile(r"^\s*([^\W\d_]{1,14})\s?(?:\[\d+\])?\s?:\s*")
_MOST_SAMPLE = 6_000
#: Formats whose messages of other kinds (CONTRL, 997) only tell a machine that something came, or that only wrap files.
_RECEIPTS = frozenset({"edifact", "x12", "envelope"})
_NO_DOCUMENT = re.compile(r"image/|text/calendar|text/(?:x-)?vcard|.*[-/]signature$|.*pgp-keys$")
_MOST_KNOWN = 8


def _is_document(part: Part) -> bool:
    """Whether a part was sent to be read: attached, or of an application, and neither a picture nor a signature."""
    return (part.attached or part.kind.startswith("application/")) and not _NO_DOCUMENT.match(part.kind)


@dataclass(slots=True)
class Letter:
    """A mail with what is needed to read it; reply and forwarding are what subject and headers say."""

    mail: Mail
    known: Known
    sender: Sender
    supplier: Supplier | None
    tools: Tools
    subject: str = ""
    reply: bool = False
    forwarding: bool = False
    pages: list[Page] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    twin_claims: list[Claim] = field(default_factory=list)
    names: PlainNames | None = None
    texts: list[str] = field(default_factory=list)
    _scope: Scope | None = None
    _told: tuple[str, ...] | None = None

    @property
    def scope(self) -> Scope:
        """The orders that it may speak of; the same one as long as nothing else was learned of the mail."""
        held = self._scope
        if (
            held is None
            or held.supplier is not self.supplier
            or held.words is not self.tools.words
            or held.names is not self.names
            or held.is_reply != self.reply
        ):
            held = Scope(self.known, self.supplier, is_reply=self.reply, words=self.tools.words, names=self.names)
            self._scope = held
        return held

    @property
    def notice(self) -> Notice | None:
        """The structured document with the strongest effect, the first of several."""
        notices = [page.notice for page in self.pages if page.notice]
        return min(notices, key=lambda one: STRENGTH.index(one.kind), default=None)

    @property
    def markup(self) -> list[Markup]:
        """What the markup of its pages says."""
        return [page.markup for page in self.pages if page.markup]

    def rules_used(self) -> tuple[str, ...]:
        """The supplier's own rules that were used, as people read them."""
        words = self.tools.words
        return words.said() if isinstance(words, OwnWords) else ()

    def sentences(self) -> tuple[str, ...]:
        """The sender's own sentences."""
        if self._told is None:
            self._told = tuple(sentence for text in self.texts for sentence in sentences(text))
        return self._told

    def is_his(self, number: str) -> bool:
        """Whether the order was placed with this supplier."""
        return self.supplier is None or self.known.order_by_number[number].supplier == self.supplier.id

    def unreadable(self) -> list[Part]:
        """Documents from which nothing could be taken; pictures, signatures and receipts of machines are none."""
        pages = [page for page in self.pages if page.blocks or page.notice or page.format.name in _RECEIPTS]
        read_parts = {page.part.number for page in pages if not page.refused}
        return [part for part in self.mail.parts if _is_document(part) and part.number not in read_parts]

    def samples(self, *kinds: str) -> list[str]:
        """The beginnings of all parts of these kinds, quotes and enclosed mails too."""
        return [part.text()[:_MOST_SAMPLE] for part in self.mail.parts if part.kind.startswith(kinds)]


def opened(raw: bytes, known: Known) -> Letter:
    """Opens a mail and reads what its pages claim."""
    mail = take_apart(raw)
    sender = sender_of(mail, known)
    locale = sender.supplier.locale if sender.supplier else ""
    words = own_words(_words_of(mail, locale), sender.supplier)
    written = mail.written
    calendar = Calendar(
        locale, words, _spoken_on(mail, known, words) or (written.date() if written else known.plant.today)
    )
    letter = Letter(mail, known, sender, sender.supplier, Tools(words, locale, calendar, numbers_of(known)))
    _take_subject(letter, words)
    _take_pages(letter)
    _take_claims(letter)
    return letter


def _words_of(mail: Mail, locale: str) -> Lexicon:
    texts = [part.text()[:_MOST_SAMPLE] for part in mail.parts if part.kind.startswith("text/")]
    sample = " ".join([mail.spoken("subject"), *texts])[: 4 * _MOST_SAMPLE]
    return lexicon_for(re.sub(r"<[^<>]{0,2000}>", " ", sample), locale)


def _spoken_on(mail: Mail, known: Known, words: Lexicon) -> date | None:
    """The day from which a mail inside counts 'today'; None without one, or where the mail around it says 'today' itself."""
    inner = [one for one in mail.enclosed if not _is_plants(one.sender, known)]
    if len(inner) != 1 or inner[0].written is None:
        return None
    around = [part.text()[:_MOST_SAMPLE] for part in mail.parts if part.kind == "text/plain" and not part.enclosed_in]
    spoken = any(hit.meaning in ("words.today", "words.yesterday") for text in around for hit in words.hits(text))
    return None if spoken else inner[0].written.date()


def _is_plants(address: str, known: Known) -> bool:
    return any(aligned(readable(address.rpartition("@")[2]), own) for own in known.plant.domains)


def _take_subject(letter: Letter, words: Lexicon) -> None:
    """The subject without its 'Re:' and 'Fwd:', which say what the mail answers."""
    subject = letter.mail.spoken("subject")
    while match := _PREFIX.match(subject):
        meanings = words.meanings_of(match.group(1), "mail")
        if not set(meanings) & {"reply", "forward"}:
            break
        letter.reply = letter.reply or "reply" in meanings
        letter.forwarding = letter.forwarding or "forward" in meanings
        subject = subject[match.end() :]
    letter.subject = subject
    strangers = [one for one in letter.mail.enclosed if not _is_plants(one.sender, letter.known)]
    letter.texts += [one.subject for one in strangers if one.subject]
    own = ("po.", *letter.known.plant.domains)
    letter.reply = letter.reply or any(sign in one for one in letter.mail.all("in-reply-to") for sign in own)


def _take_pages(letter: Letter) -> None:
    known, sender = letter.known, letter.sender
    ownership = Ownership(known)
    letter.pages = pages_of(letter.mail, letter.tools, ownership, forwarding=letter.forwarding or sender.ours)
    if sender.ours and letter.supplier is None:
        _reopen(letter, ownership)


def _reopen(letter: Letter, ownership: Ownership) -> None:
    """A colleague forwards: the words are those of the supplier whose address stands inside."""
    inner = [one.sender for one in letter.mail.enclosed]
    heads = [line.text for page in letter.pages for line in page.lines[:60] if ":" in line.text]
    inner += [address for text in heads for address in addresses(text)]
    found = (supplier_of(readable(address.rpartition("@")[2]), letter.known) for address in inner)
    letter.supplier = next((one for one in found if one is not None), None)
    if letter.supplier is not None:
        letter.forwarding = True
        locale, tools = letter.supplier.locale, letter.tools
        words = own_words(_words_of(letter.mail, locale), letter.supplier)
        calendar = replace(tools.calendar, locale=locale, words=words)
        calendar = replace(calendar, written=_headed_day(heads, calendar) or calendar.written)
        letter.tools = Tools(words, locale, calendar, tools.numbers)
        letter.pages = pages_of(letter.mail, letter.tools, ownership, forwarding=True)


def _headed_day(heads: list[str], calendar: Calendar) -> date | None:
    """The one day that the head of a mail pasted into another says it was sent on."""
    pairs = (text.partition(":") for text in heads)
    said = {
        day for label, _, value in pairs if _is_sent(label, calendar.words) for day in [calendar.only(value)] if day
    }
    return said.pop() if len(said) == 1 else None


def _is_sent(label: str, words: Lexicon) -> bool:
    return "sent" in words.meanings_of(label.strip(" *>\t"), "mail")


def _take_names(letter: Letter) -> None:
    """What the goods of the one order are called that the mail quotes and speaks of."""
    tools = letter.tools
    quoted = " \n".join(text for page in letter.pages for text in page.quoted)
    if not quoted:
        return
    texts = [letter.subject, quoted, *(line.text for page in letter.pages for line in page.lines)]
    numbers = {one.number for text in texts for one in tools.numbers.mentions(text, tools.words) if not one.theirs}
    order = letter.known.order_by_number[next(iter(numbers))] if len(numbers) == 1 else None
    if order is not None and letter.is_his(order.number):
        letter.names = names_of(order, quoted, tools.words, letter.scope.numbers_in)


def _take_claims(letter: Letter) -> None:
    """The claims of all pages; of a text and its HTML twin those of the one that says something."""
    _take_names(letter)
    twin = _twin(letter)
    for page in letter.pages:
        if page.notice:
            settle(page.notice, letter.tools.numbers, letter.tools.words)
        said = list(page.notice.claims if page.notice else [])
        said += table_claims(page, letter.tools)
        said += prose_claims(page, letter.tools, letter.scope)
        define_packs(said, page.contents)
        if page is not twin or not letter.claims:
            letter.claims += said
            letter.texts += [line.text for line in page.lines]
        else:
            letter.twin_claims = said
    for claims in (letter.claims, letter.twin_claims):
        name_rows(claims)
        prove_columns(claims, letter.scope, _his_orders(letter))


def _his_orders(letter: Letter) -> list[Order]:
    """The orders that the mail names, else all open ones of its supplier."""
    known, tools = letter.known, letter.tools
    named = {
        one.number for text in (letter.subject, *letter.texts) for one in tools.numbers.mentions(text, tools.words)
    }
    orders = known.orders_of.get(letter.supplier.id, ()) if letter.supplier else ()
    return [order for order in orders if order.number in named] or list(orders)


def _twin(letter: Letter) -> Page | None:
    """The plain text that an HTML part repeats; it is read last and only when the HTML said nothing."""
    bodies = [page for page in letter.pages if not page.part.attached]
    html = [page for page in bodies if page.format.name == "html"]
    text = [page for page in bodies if page.format.name == "text"]
    if len(html) != 1 or len(text) != 1 or "multipart/alternative" not in letter.mail.kinds:
        return None
    if text[0].part.enclosed_in:
        return None
    letter.pages.remove(text[0])
    letter.pages.append(text[0])
    return text[0]


_NUMBERS: dict[int, tuple[tuple[Order, ...], Numbers]] = {}


def numbers_of(known: Known) -> Numbers:
    """The finder of order numbers for this knowledge, made once."""
    held = _NUMBERS.get(id(known.orders))
    if held is None or held[0] is not known.orders:
        if len(_NUMBERS) >= _MOST_KNOWN:
            _NUMBERS.clear()
        held = (known.orders, Numbers(known))
        _NUMBERS[id(known.orders)] = held
    return held[1]
