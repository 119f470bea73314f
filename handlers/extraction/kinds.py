"""What kind of mail it is: machines first, then the name of the document, then what its sentences say."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from .answers import agrees
from .dates import stretch
from .lexicon import Hit, Lexicon
from .mime import Mail
from .occasions import is_given_to_carrier
from .paragraphs import paragraphs
from .sender import Sender
from .sentences import spoken
from .substitutes import has_none_instead

#: The strongest effect on the order first.
STRENGTH = ("delivery", "despatch", "cancellation", "order_response", "delay", "invoice")
_TITLE_LENGTH = 70
_LEAD_LENGTH = 40
_LEAST_NEWS = 2
#: As much as a name in the subject weighs: less is only said in passing, as in 'a quick confirmation: we delivered ...'.
_SUBJECT = 3
_LEAST_STATUS = 2
_BESIDE = 2
#: Within how many lines an automatic reply says what it is; what stands below is a note about holidays.
_MOST_BEGINNING = 12
_LABELLED_DAY = re.compile(r"[^:\t\d]{3,30}[:\t]\s*\D{0,12}\d{1,4}[./ -].{2,20}(?:\d{4}|\d:\d\d)")
_LABELLED_NAME = re.compile(r"[^:\t\d]{3,30}[:\t]\s*[^\W\d_].*[^\W\d_]{3}")
_NUMBERED = re.compile(r"[\s:#.\u00b0-]{0,12}(?:n[or]?\.?\s{0,4})?[\w./-]{0,40}\d")
_HOUR = re.compile(r"(?<![\d:])\d{1,2}[:.h]\d\d(?![\d:.])")
_NOT_SIGNED = frozenset({"says.future", "says.conditional", "words.negation", "says.question", "words.carriers"})
#: To whom goods are handed that have only left.
_HAULED = re.compile(
    r"(?<!\w)(?:spedi|haul|logist|freight|fracht|frakt|fragt|transport|courier|kurier|kur\u00fd|cargo|vervoer"
    r"|(?:dem|unserem|einem|the|to our|aan de|aan onze|au|\u00e0 notre|al|a nuestro|al nostro|ao|ao nosso|til|till) "
    r"(?:fahrer|driver|chauffeur|conductor|autista|motorista|chauff\u00f8r|chauff\u00f6r|sj\u00e5f\u00f8r)\b)",
    re.IGNORECASE,
)
#: What only happens where goods arrive: somebody's own driver came, they were unloaded, or signed for.
_CAME = re.compile(
    r"(?<!\w)(?:our (?:own )?(?:van|driver|lorry|truck)\b|unser (?:fahrer|lkw|wagen|fahrzeug)\b|chauffeur|chauff\u00f8r|chauff\u00f6r|sj\u00e5f\u00f8r|kuljettaja|kierowc|\u0159idi\u010d"
    r"|sof\u0151r|\u015fof\u00f6r|autista|conductor|ch\u00f3fer|repartidor|motorista|unloaded|signed|abgeladen|entladen|quittiert|gelost|afgetekend|in ontvangst genomen|d\u00e9charg|sign\u00e9|descargad|firmad"
    r"|scaricat|firmat|descarregad|assinad|afl\u00e6ss|kvitter|losset|lossat|purettu|kuitat|roz\u0142adowan|pokwitowan|vylo\u017een|slo\u017een|lerak|al\u00e1\u00edrt|indiril|bo\u015falt\u0131l|imza)",
    re.IGNORECASE,
)
#: A sentence ends at a mark before a capital letter or a figure, and not within '8. 12. 2026'.
_ENDS = re.compile(r"(?<=[.!?])(?!(?<=\d\.)\s+\d)\s+(?=[^\Wa-z]|#)|\n")
_COUNT = re.compile(r"(?<![\w./-])\d[\d.,]*(?![\w/-])")
_DENIED_COUNT = re.compile(r"\s+\d[\d.,]*")
#: What follows a single word makes it the name of a day ('despatch 27 November'), not of a document.
_DAY = re.compile(
    r"[\s:=-]*(?:[^\W\d_]{1,4}\.?\s+){0,2}(?:\d{1,2}(?:st|nd|rd|th|\.)?\s?(?:de\s|of\s)?(?P<month>[^\W\d_]{3,})"
    r"|\d{1,2}([./-])\d{1,2}\2(?:\d\d){1,2}(?![\w/.-]\w)|\d{4}-\d\d-\d\d(?![\w-]))",
    re.IGNORECASE,
)


#: 'Despatch of items 1 and 2: Thursday 3 December': of what, before its day.
_OF_GOODS = re.compile(
    r"\s(?:of|der|des|von|van|de|du|di|dei|delle|del|dos|das|da|do|af|av)\s[^:\t]{1,40}:\s*(?:[^\W\d_]{2,12}\.?,?\s+)?",
    re.IGNORECASE,
)

#: 'Back order   8 pcs' is a row of a list and not the name of the paper.
_COUNTED = re.compile(r"[ \t\u00a0:]*\d{1,9}(?:[.,]\d{1,3}){0,3}[ \u00a0]?[^\W\d_]{1,12}\.?$")


@dataclass(frozen=True, slots=True)
class Clues:
    """What the kind is told by: headers, subject, own sentences, and what else is at hand."""

    mail: Mail
    subject: str
    texts: tuple[str, ...]
    words: Lexicon
    sender: Sender
    has_parts: bool
    has_rows: bool
    names_order: bool
    from_carrier_like: bool = False
    reply: bool = False
    attachments: tuple[str, ...] = ()
    put_off: bool = False


@dataclass(slots=True)
class Votes:
    """How often each kind is named as a title and said in a sentence."""

    titles: dict[str, int] = field(default_factory=dict)
    says: dict[str, int] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    questions: int = 0
    portal: int = 0

    def add(self, group: str, kind: str, weight: int = 1) -> None:
        """Counts one sign."""
        table = self.titles if group == "titles" else self.says
        table[kind] = table.get(kind, 0) + weight


def machine_kind(clues: Clues) -> str | None:
    """bounce, auto_reply, newsletter ('other') or carrier progress ('status'), by the first rule that fits."""
    return next((kind for kind, rule in MACHINES if rule(clues)), None)


def _is_bounce(clues: Clues) -> bool:
    mail = clues.mail
    if "multipart/report" in mail.kinds or "message/delivery-status" in mail.kinds:
        return "disposition-notification" not in mail.first("content-type").lower()
    daemon = clues.sender.address.partition("@")[0] in ("mailer-daemon", "postmaster", "mail-daemon")
    return daemon or (mail.first("return-path") == "<>" and _subject_says(clues, "mail.bounce_subject"))


def _is_auto_reply(clues: Clues) -> bool:
    mail = clues.mail
    submitted = mail.first("auto-submitted").lower()
    if submitted.startswith("auto-replied") or mail.first("x-autoreply") or mail.first("x-autorespond"):
        return True
    if (
        mail.first("precedence").lower() in ("auto_reply", "auto-reply")
        or "disposition-notification" in mail.first("content-type").lower()
    ):
        return True
    if _is_carrier(clues):
        return False
    begin = [text for text in clues.texts if text.strip()][:_MOST_BEGINNING]
    absent = sum(hit.meaning == "mail.auto_says" for text in begin for hit in clues.words.hits(text))
    if _subject_says(clues, "mail.auto_subject"):
        return bool(absent) or not clues.has_parts
    return absent > 0 and not clues.has_parts


def _subject_says(clues: Clues, meaning: str) -> bool:
    return any(hit.meaning == meaning for hit in clues.words.hits(clues.subject))


def _is_newsletter(clues: Clues) -> bool:
    mail = clues.mail
    listed = bool(
        mail.first("list-unsubscribe")
        or mail.first("list-id")
        or mail.first("x-campaign")
        or mail.first("x-mailgun-campaign-id")
    )
    said = sum(hit.meaning == "says.newsletter" for text in clues.texts for hit in clues.words.hits(text))
    if clues.sender.supplier is None:
        return listed and said > 0 and not clues.names_order
    return (listed and said > 0) or (said >= _LEAST_NEWS and not clues.names_order)


def _is_carrier(clues: Clues) -> bool:
    if clues.sender.supplier is not None or clues.sender.ours or clues.sender.looks_like is not None:
        return False
    said = [hit.meaning for text in (clues.subject, *clues.texts) for hit in clues.words.hits(text)]
    tracked = "labels.tracking" in said
    told = clues.has_rows or (clues.has_parts and not _subject_says(clues, "says.status"))
    return not told and (tracked + said.count("says.status")) >= _LEAST_STATUS and "says.portal" not in said


MACHINES: tuple[tuple[str, Callable[[Clues], bool]], ...] = (
    ("bounce", _is_bounce),
    ("auto_reply", _is_auto_reply),
    ("other", _is_newsletter),
    ("status", _is_carrier),
)


def votes_of(clues: Clues) -> Votes:
    """Counts titles and sentences."""
    votes = Votes()
    if not clues.reply:
        _titles(clues.subject, clues.words, votes, 3)
        _sentence(clues.subject, clues.words, votes)
    for name in clues.attachments:
        _titles(re.sub(r"[_\W]+", " ", name.rpartition(".")[0]), clues.words, votes, 1)
    for text in clues.texts:
        if len(text) <= _TITLE_LENGTH:
            _titles(text, clues.words, votes, 1)
        elif 0 < text.find(":") <= _LEAD_LENGTH:
            _titles(text[: text.find(":")], clues.words, votes, 1)
    told = [sentence for text in paragraphs(clues.texts) for sentence in _ENDS.split(text)]
    for sentence in told:
        _sentence(sentence, clues.words, votes)
    _whole(clues, votes, told)
    return votes


def _whole(clues: Clues, votes: Votes, told: list[str]) -> None:
    """Counts what only the whole mail says: that it puts off, agrees, or that somebody signed."""
    if clues.put_off:
        votes.add("says", "delay")
    if clues.reply and clues.has_parts and any(agrees(text, clues.words) for text in clues.texts):
        votes.add("says", "order_response")
    if _is_signed(clues, told):
        votes.add("titles", "delivery", votes.titles.get("despatch", 0) + 1)


def _is_signed(clues: Clues, told: list[str]) -> bool:
    """Whether it says that goods were delivered and when or who took them in, whatever the paper is called."""
    said = [(text, {hit.meaning for hit in clues.words.hits(text)}) for text in clues.texts if text.strip()]
    plain = [(text, names) for text, names in said if not names & _NOT_SIGNED]
    labelled = any(names & {"labels.delivered_on"} and _LABELLED_DAY.match(text) for text, names in plain)
    taken = any(names & {"labels.received_by"} and _LABELLED_NAME.match(text) for text, names in plain)
    timed = any({"says.delivery", "labels.received_by"} <= names and _HOUR.search(text) for text, names in plain)
    over = any("says.delivery" in names for _, names in plain)
    sent = any(names & {"says.despatch", "words.gone"} for _, names in plain)
    placed = not sent and any(_is_placed(one, clues.words) for one in told)
    return (labelled and taken) or timed or placed or (over and (taken or labelled) and not sent)


def _is_placed(sentence: str, words: Lexicon) -> bool:
    """'Our van called today and the goods were handed over': done on its day or hour, and to no carrier."""
    names = {hit.meaning for hit in spoken(sentence, words)}
    dated = any(name.startswith(("weekdays.", "months.")) for name in names)
    timed = dated or names & {"words.today", "words.yesterday"} or _HOUR.search(sentence)
    came = _CAME.search(sentence) and not _HAULED.search(sentence)
    return bool("says.delivery" in names and timed and came and not names & _NOT_SIGNED)


def _titles(text: str, words: Lexicon, votes: Votes, weight: int) -> None:
    hits = words.hits(text)
    awaited = "order_response" if any(hit.meaning == "words.unclarified" for hit in hits) else ""
    denied = [hit for hit in hits if hit.meaning == "says.not_kind"]
    sent = not text.rstrip().endswith((".", "!")) or any(hit.meaning == "says.despatch" for hit in hits)
    for hit in hits:
        group, kind = hit.meaning.split(".", 1)
        if group != "titles" or kind == awaited or any(abs(hit.first - other.first) <= 6 for other in denied):  # noqa: PLR2004
            continue
        longer = any(
            other.first <= hit.first and other.last >= hit.last and other.length > hit.length
            for other in hits
            if other.meaning.startswith(("titles.", "labels.", "columns."))
        )
        followed = _NUMBERED.match(text, hit.end) is not None
        mentioned = kind == "invoice" and hit.length == 1 and hit.first and not followed and not sent
        counted = kind == "delay" and _COUNTED.match(text, hit.end) is not None
        if not longer and not mentioned and not counted and not (hit.length == 1 and _is_day(text, hit.end, words)):
            votes.add("titles", kind, weight * (2 if followed or hit.first == 0 else 1))


def _is_day(text: str, at: int, words: Lexicon) -> bool:
    goods = _OF_GOODS.match(text, at)
    match = _DAY.match(text, goods.end() if goods else at)
    month = match["month"] if match else None
    return match is not None and (month is None or bool(words.meanings_of(month, "months")))


def _sentence(sentence: str, words: Lexicon, votes: Votes) -> None:
    hits = list(spoken(sentence, words))
    names = {hit.meaning for hit in hits if not _is_contrast(sentence, hit) and not _is_of_delay(hit, hits)}
    if is_given_to_carrier(sentence, hits):
        names = names - {"says.delivery"} | {"says.despatch"}
    open_point = sentence.rstrip().endswith("?") or "words.unclarified" in names
    asks = open_point or "says.question" in names
    if asks:
        votes.questions += 2 if open_point else 1
    if "says.conditional" in names or {"words.unclarified", "titles.order_response"} <= names:
        votes.flags.add("conditional")
    votes.portal += "says.portal" in names
    none = {"words.substitute"} if has_none_instead(sentence, names) else set()
    votes.flags |= {name.split(".", 1)[1] for name in names - none if name in _FLAGS}
    if "says.changed" in names and not _is_unchanged(hits):
        votes.flags.add("changed")
    if asks and "says.despatch" not in names and "says.delivery" not in names:
        return
    held = "says.conditional" in names
    for kind in STRENGTH:
        if f"says.{kind}" in names and not held and not _weak(kind, names, sentence, hits):
            votes.add("says", kind)
    if "says.rejected" in names and (not held or "words.negation" in names):
        votes.add("says", "rejected")


def _is_unchanged(hits: list[Hit]) -> bool:
    """'Without changes', 'sem altera\u00e7\u00f5es': each change that is named is denied beside its name."""
    changes = [hit for hit in hits if hit.meaning == "says.changed"]
    denials = [hit for hit in hits if hit.meaning == "words.negation"]
    return all(
        any(1 <= hit.first - one.last <= _BESIDE or one.first - hit.last == 1 for one in denials) for hit in changes
    )


def _is_of_delay(hit: Hit, hits: list[Hit]) -> bool:
    """'Revised date' says that something is late, and corrects no mail."""
    return hit.meaning == "says.correction" and any(
        one.meaning in ("says.delay", "titles.delay") and one.first <= hit.first and hit.last < one.last for one in hits
    )


def _is_contrast(sentence: str, hit: Hit) -> bool:
    """'8, not 10' denies a figure and not the verb."""
    denied = _DENIED_COUNT.match(sentence, hit.end) if hit.meaning == "words.negation" else None
    return denied is not None and _COUNT.search(sentence[: hit.start] + sentence[denied.end() :]) is not None


_FLAGS = frozenset(
    {
        "words.everything",
        "words.consent",
        "words.substitute",
        "says.bank",
        "says.copy",
        "says.correction",
        "says.portal",
    }
)


def _weak(kind: str, names: set[str], sentence: str, hits: list[Hit]) -> bool:
    """Denied or future goods have not left; 'not an invoice' is none."""
    if kind in ("despatch", "delivery"):
        denied = bool(names & {"words.negation"}) and _is_denied(f"says.{kind}", sentence, hits)
        return denied or ("says.not_kind" in names and "words.today" not in names)
    return "says.not_kind" in names and kind in ("invoice", "order_response")


def _is_denied(verb: str, sentence: str, hits: list[Hit]) -> bool:
    """Whether every such verb has a denial before it or in its own stretch; one that only follows speaks of something else."""
    denials = [hit for hit in hits if hit.meaning == "words.negation" and not _is_contrast(sentence, hit)]
    said = [stretch(sentence, hit.start, hit.end)[1] for hit in hits if hit.meaning == verb]
    return all(any(hit.start < end for hit in denials) for end in said)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the pages show: rows with figures, the meanings of columns, goods that moved, articles that were answered."""

    has_rows: bool
    columns: frozenset[str]
    moved: bool
    answered: bool = False


def kind_of(votes: Votes, shape: Shape) -> str:
    """The kind by its strongest effect: document names weigh more than sentences, sentences more than columns."""
    titles = votes.titles
    invoice = titles.get("invoice", 0)
    if (
        invoice
        and invoice >= titles.get("despatch", 0)
        and invoice >= titles.get("order_response", 0)
        and not titles.get("delivery", 0)
    ):
        return "invoice"
    named = [kind for kind in STRENGTH if titles.get(kind, 0)]
    return _by_title(named, votes, shape) or _by_words(votes, shape)


def _by_title(named: list[str], votes: Votes, shape: Shape) -> str:
    titles, says = votes.titles, votes.says
    if not named:
        return ""
    best = max(named, key=lambda kind: (titles[kind], -STRENGTH.index(kind)))
    if best in ("despatch", "delivery"):
        return _goods_named(votes, shape, late_named="delay" in named)
    if best == "order_response" and titles[best] < _SUBJECT and says.get("delivery", 0) and not says.get(best, 0):
        return "delivery"
    if best == "order_response" and says.get("cancellation", 0) and not shape.has_rows and "cancellation" in named:
        return "cancellation"
    return "despatch" if best in ("delay", "invoice") and shape.moved else best


def _goods_named(votes: Votes, shape: Shape, *, late_named: bool) -> str:
    """A delivery note's name without goods that moved may only announce that they are late."""
    titles, says = votes.titles, votes.says
    late = late_named or says.get("delay", 0)
    if not shape.moved and not shape.has_rows and late and not says.get("despatch", 0):
        return "delay"
    return "delivery" if titles.get("delivery", 0) >= max(titles.get("despatch", 0), 1) else "despatch"


def _by_words(votes: Votes, shape: Shape) -> str:
    told, has_rows = votes.says.get, shape.has_rows
    asks = bool(votes.questions and votes.flags & {"conditional", "substitute"} and not has_rows)
    confirms = told("order_response", 0) and not (votes.questions > 1 and not has_rows)
    rules: tuple[tuple[str, object], ...] = (
        ("delivery", told("delivery", 0) and (shape.moved or told("delivery", 0) >= told("despatch", 0))),
        ("despatch", told("despatch", 0)),
        ("question", asks),
        ("order_response", told("rejected", 0) > 0 and told("rejected", 0) >= told("cancellation", 0)),
        ("cancellation", told("cancellation", 0)),
        ("order_response", shape.answered),
        ("delay", told("delay", 0)),
        ("order_response", confirms),
        ("invoice", told("invoice", 0)),
        ("despatch", "now" in shape.columns),
        ("order_response", "confirmed" in shape.columns),
        ("question", votes.questions),
    )
    return next((kind for kind, fits in rules if fits), "other")


def strongest(kinds: Iterable[str]) -> str:
    """The kind with the strongest effect among some."""
    found = set(kinds)
    return next((kind for kind in STRENGTH if kind in found), "other")
