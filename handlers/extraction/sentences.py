"""Cuts text into entries and sentences, and tells what a sentence does."""

import re
from dataclasses import dataclass
from datetime import date

from .blocks import Line
from .clipped import bound, clipped, put_off
from .dates import Calendar, Day, stretch
from .identity import Scope
from .lexicon import Hit, Lexicon, asked_once, is_everyday
from .rests import GAP, leads_rest
from .units import PACKS
from .words import fold

_BULLET = re.compile(r"^\s*(?:[-*\u2022\u00b7\u2013\u25cf\u25aa>+]+\s+|\(?\d{1,3}[.)]\s+|\d{1,3}\s*[:|]\s+)")
_SENTENCE = re.compile(r"(?<=[.!?])[\"')]?\s+(?=[^\Wa-z\d_]|\d)|\s*;\s+")
#: Prose without capital letters, in which a full stop behind a word of some length ends a sentence all the same.
_CAPITAL = re.compile(r"(?<![\w/.-])[^\W\d_a-z][^\W\d_]*[a-z](?![\w/-])|(?<![\w/.-])I(?![\w/-])")
_HURRIED = re.compile(r"(?<=[.!?])[\"')]?\s+(?=[^\W_])|\s*;\s+")
SHORT = 48
#: Letters of one paragraph, and of one sentence, that are read; nobody writes longer ones.
_MARGIN, _RAGGED = 120, 15
MOST_ENTRY, MOST_SENTENCE = 8_000, 1_200
_WIDE = re.compile(r"[ \u00a0]{2,}|\t")
_COMING = frozenset({"says.future", "says.delay", "words.arrives", "words.outstanding", "words.negation"})
#: A time of day, a number with the word behind it, or a word with its number: '13.40', '7 days', 'Dec. 8'.
_TIME = re.compile(
    r"\.?\s+(?:(?:kl|at|um|à|om|o|u|v|de|las|alle)\.?\s+)?(?:(?P<clock>\d{1,2}[:.h]\d\d(?![\d.]))|\d{1,2}(?:st|nd|rd|th)?\.?(?=\s?[^\W\d_])|(?P<before>[^\W\d_]{3,12})\.?\s\d{1,2}(?![\d.,]))(?:\s?(?P<behind>[^\W\d_]{1,12}))?",
    re.IGNORECASE,
)
_PACK_WORDS = frozenset({"columns.packs", *(f"units.{code}" for code in PACKS)})
_NUMBERED = re.compile(
    r"\s*+(?:n[ro\u00b0\u00ba]?\.?|#)?\s*+\d{1,4}(?:\s*(?:/|of|von|de|di|van|z|av)\s*\d{1,4})?\s*:?\s*$", re.IGNORECASE
)
#: A number of an article or a document with letters in it, which ends a sentence as a word does.
_NAME = re.compile(r"(?<!\S)\d{3,}[/-]\d+\.$|(?<!\S)(?=\S{0,40}\d)(?=\S{0,40}[^\W\d_])[^\W_][\w/-]{2,40}[^\W_]\.$")
_VERBS = frozenset({"says.despatch", "says.delivery", "says.future", "says.conditional", "says.delay"})
_WAITS = frozenset({"words.outstanding", "says.future"})
_OTHERWISE = frozenset(
    {f"says.{name}" for name in ("despatch", "delivery", "conditional", "question", "cancellation", "rejected")}
    | {"words.substitute"}
)
_GOES = frozenset(
    {
        f"says.{name}"
        for name in ("despatch", "delivery", "conditional", "question", "cancellation", "rejected", "order_response")
    }
    | {
        f"words.{name}"
        for name in ("gone", "handed", "today", "yesterday", "substitute", "rejected", "carriers", "total")
    }
)
#: What follows such a word may say the contrary of what stands before it.
_BUT = re.compile(
    r"(?<!\w)(?:but|however|aber|jedoch|daf\u00fcr|maar|echter|mais|cependant|pero|per\u00f2|ma|invece|ale|lecz|natomiast|av\u0161ak|men|mas|por\u00e9m|ama|fakat|mutta|azonban|viszont)(?!\w)",
    re.IGNORECASE,
)
#: 'Name of the article: 12 pcs'.
_NAMED_ROW = re.compile(r"[^:()]{3,60}\((?P<code>[^:()]{3,24})\)\s?:\s{1,3}\d")
_ROW = re.compile(r":\s{1,3}\d")
_LAST_WORD = re.compile(r"([^\W_]+)[.]$")
_FIRST_WORD = re.compile(r"[^\Wa-z\d_][a-z\u00df-\u017f]+(?![\w/-])")
_CAPITALS = re.compile(r"(?<![\w.])(?!NR|NO|POS|ART)[A-Z]{2,3}\.$")
#: '27.11.' and '2026.12.14.' at the end of a sentence.
_DATE_CLOSES = re.compile(r"(?<![\w.])(?:\d{4}\.\s?)?\d{1,2}\.\s?\d{1,2}\.$")
_SHORT_DATE = 2
_COUNT_CLOSES = re.compile(r"(?<![\w.,])\d[\d.,]*\s?[^\W\d_]{1,3}\.$")
_COUNT = re.compile(r"\s+\d[\d.,]*\s?[^\W\d_]{1,8}")
_COUNTED = re.compile(r"[\s:]*\d[\d.,]*\s?([^\W\d_]{1,8})")


_LINES = frozenset({"columns.line", "columns.line_ours", "words.position"})
_LINE_NUMBER = re.compile(r"\.?[ \u00a0]?(?:nr\.?|no\.?|#)?[ \u00a0]?0*(\d{1,6})(?![\w.,]?\d)(?!\w)", re.IGNORECASE)
#: A number before the word of a line, told from a count by its mark: '10. kaleminden', 'the 3rd item', 'la 2\u00aa l\u00ednea'.
_ORDINAL = re.compile(
    r"(?<![\w.,/-])0*(\d{1,4})(?:\.|st|nd|rd|th|\u00aa|\u00ba|:[ae]|e|\u00e8me|-?(?:as|es|os|\u00f6s|ik))[ \u00a0]$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Entry:
    """A list entry or a paragraph: lines that belong together."""

    text: str
    part: str
    listed: bool
    above: str = ""
    near: bool = False
    """Whether it stands right below the entry before, without an empty line."""


@dataclass(frozen=True, slots=True)
class LineRef:
    """A line called by its number in a sentence: 'Pos. 40'."""

    number: str
    start: int
    end: int
    ours: bool = False


@asked_once
def line_refs(text: str, words: Lexicon) -> tuple[LineRef, ...]:
    """Every 'Pos. 40' in a text, and 'the 3rd item' as 'a 3. t\u00e9tel' and '10. kaleminden' say it."""
    found: list[LineRef] = []
    for hit in words.hits(text):
        if hit.meaning not in _LINES or hit.end - hit.start < 3:  # noqa: PLR2004
            continue
        match = _LINE_NUMBER.match(text, hit.end)
        ours = hit.meaning == "columns.line_ours"
        if match and not any(ref.start <= hit.start < ref.end for ref in found):
            found.append(LineRef(match.group(1), hit.start, match.end(), ours))
        elif not match and (before := _ORDINAL.search(text, 0, hit.start)):
            found.append(LineRef(before.group(1), before.start(1), hit.end, ours))
    return tuple(found)


def entries(lines: list[Line], words: Lexicon, scope: Scope) -> list[Entry]:
    """Joins lines that a margin broke; list entries and short lines stand for themselves."""
    found: list[Entry] = []
    going = near = False
    last = ""
    rows = _rows(lines, scope)
    for at, line in enumerate(lines):
        text = line.text.strip()
        if not text:
            going = near = False
            continue
        if near and _underlines(text, found[-1]):
            continue
        listed = at in rows or bool(_BULLET.match(line.text)) or bool(_begins_listed(text, words, scope))
        dangles = near and not _BULLET.match(line.text) and _DANGLING.search(found[-1].text) is not None
        listed = listed and not dangles
        indented = line.text[:1] in " \t" and found and found[-1].listed
        answers = bool(line.above) and found and line.above != found[-1].above
        joins = (going or dangles) and not listed and not answers and len(found[-1].text) < MOST_ENTRY
        broken = near and len(last) >= SHORT and text[:1].islower() and not last.endswith((".", ":", "!", "?", ";"))
        whole = not found[-1].listed and not _ends(found[-1].text, line.text) if found else False
        if joins and (dangles or indented or broken or whole):
            mid = words.little(fold(last.rpartition(" ")[2]))
            found[-1].text += (GAP if found[-1].listed and not mid and leads_rest(text, words) else " ") + text
        else:
            found.append(Entry(text, line.part, listed, line.above, near))
        near, last = True, text
        going = not text.endswith(":") and (len(text) >= SHORT or found[-1].listed) and not _is_unbroken(text, lines)
    return found


def _underlines(text: str, above: Entry) -> bool:
    """Whether a line of dashes stands right below a heading: it ends nothing of what the heading says."""
    titled = not above.listed and len(above.text) < SHORT and not any(map(str.isdigit, above.text))
    return titled and not any(map(str.isalnum, text)) and len(text) > 2  # noqa: PLR2004


def _is_unbroken(text: str, lines: list[Line]) -> bool:
    """Whether a line is longer than any margin and the only one so long: what follows it is another thing said."""
    near = (abs(len(line.text.strip()) - len(text)) <= _RAGGED for line in lines if line.text.strip() != text)
    return len(text) > _MARGIN and not any(near)


def _rows(lines: list[Line], scope: Scope) -> set[int]:
    """The places of lines that begin with an article like the line above or below: a list without any marks."""
    named = {at for at, line in enumerate(lines) if _is_row(line.text.strip(), scope)}
    return {at for at in named if at - 1 in named or at + 1 in named}


def _is_row(text: str, scope: Scope) -> bool:
    """'Name of the article: 12 pcs' and 'A-1000 50pcs'."""
    spots = scope.spots(text)
    begun = [spot.end for spot in spots if spot.start == 0]
    named = _NAMED_ROW.match(text)
    if named and len(spots) == 1 and named.start("code") <= spots[0].start < named.end("code"):
        return True
    return bool(begun) and (_ROW.search(text) is not None or _COUNT.match(text, min(begun)) is not None)


def _begins_listed(text: str, words: Lexicon, scope: Scope) -> bool:
    refs = line_refs(text[:24], words)
    if refs and refs[0].start == 0:
        return True
    if re.match(r"(?!\d{7})\d[\d.,\u00a0\u202f'\u2019]*\s?(?:x|\u00d7|[^\W\d_]{1,8}\.?)\s", text) and scope.spots(text):
        return True
    spots = scope.spots(text)
    return bool(spots) and spots[0].start <= 2 and ("  " in text or "\t" in text or ":" in text[: spots[0].end + 3])  # noqa: PLR2004


#: A line that ends so goes on in the next, whatever that begins with: 'four boxes of A and', 'vier Kartons A sowie'.
_DANGLING = re.compile(
    r"(?:[a-z\u00e0-\u017f)\d]|\b[A-Z0-9][\w/.-]*)\s(?:y|and|und|et|e|en|og|och|ja|i|oraz|ve|\u00e9s|sowie|plus|o|ou|or|oder|of|a|de|von|van|di|do|z)$"
)


def _ends(text: str, following: str) -> bool:
    return text.endswith((":", ".", "!", "?")) and not following[:1].islower()


def sentences(text: str) -> list[str]:
    """The sentences of an entry; an abbreviation or a day's number does not end one."""
    found: list[str] = []
    start = 0
    for gap in (_SENTENCE if _CAPITAL.search(text) else _HURRIED).finditer(text):
        before = _LAST_WORD.search(text[start : gap.start()])
        short = before and len(before.group(1)) <= 3 and not _NAME.search(text, start, gap.start())  # noqa: PLR2004
        if short and not _begins_anew(text, start, gap):
            continue
        found.append(text[start : gap.end()])
        start = gap.end()
    return [*found, text[start:]] if text[start:].strip() else found


def _begins_anew(text: str, start: int, gap: re.Match[str]) -> bool:
    """'... 10 Stk. Die anderen ...' behind a count, an everyday word with a capital letter; any such word behind '... by DPD.'."""
    word = _FIRST_WORD.match(text, gap.end())
    counted = _COUNT_CLOSES.search(text, start, gap.start()) is not None
    named = _CAPITALS.search(text, start, gap.start()) is not None
    dated = _DATE_CLOSES.search(text, start, gap.start())
    whole = dated is not None and dated.group().count(".") > _SHORT_DATE
    return word is not None and (named or whole or ((counted or dated is not None) and is_everyday(word.group())))


@asked_once
def flags_of(sentence: str, words: Lexicon) -> frozenset[str]:
    """What the sentence does: its verbs, and whether it is denied, supposed, asked or still to come."""
    names = {
        hit.meaning.split(".", 1)[1]
        for hit in spoken(sentence, words)
        if hit.meaning.startswith(("says.", "words."))
        and not _is_count_replaced(sentence, hit, words)
        and not _is_of_time(sentence, hit, words)
    }
    flags = names & {
        "despatch",
        "delivery",
        "order_response",
        "delay",
        "cancellation",
        "rejected",
        "substitute",
        "future",
        "conditional",
        "negation",
        "question",
        "unaffected",
        "affected",
        "agreed",
        "doubtful",
        "everything",
        "except",
    }
    if is_asked(sentence, words):
        flags |= {"question", "asked"}
    return frozenset(flags)


@asked_once
def is_asked(sentence: str, words: Lexicon) -> bool:
    """Whether a sentence is a question by its marks or by its first words: 'Have the bolts been delivered'."""
    marked = sentence.rstrip().endswith("?") or "\u00bf" in sentence
    return marked or any(hit.meaning == "words.asks" and hit.first == 0 for hit in words.hits(sentence))


@asked_once
def spoken(sentence: str, words: Lexicon) -> tuple[Hit, ...]:
    """The phrases of a sentence without those inside a longer one that says something else: 'shipped' in 'will be shipped'."""
    hits = words.hits(sentence)
    hits = hits + clipped(sentence, hits, asked=is_asked(sentence, words)) + put_off(sentence, hits)
    hits = [hit for hit in hits if hit.meaning != "says.delay" or not _is_count_replaced(sentence, hit, words)]
    hits = bound(sentence, hits)
    verbs = [hit for hit in hits if hit.meaning in _VERBS and hit.length > 1]
    return tuple(
        hit
        for hit in hits
        if hit.meaning not in _VERBS
        or not any(
            other.meaning != hit.meaning
            and other.first <= hit.first
            and hit.last <= other.last
            and other.length > hit.length
            for other in verbs
        )
    )


def _is_of_time(sentence: str, hit: Hit, words: Lexicon) -> bool:
    """'About 13:40', 'around 8 December', 'circa 7 Tage': what is not exact is the time, and not the goods."""
    if hit.meaning != "words.doubtful" or "about" not in words.meanings_of(sentence[hit.start : hit.end], "words"):
        return False
    match = _TIME.match(sentence, hit.end)
    if match is None:
        return False
    named = match["before"] or match["behind"] or ""
    if match["clock"]:
        return not words.meanings_of(named, "units")
    means = (*words.meanings_of(named, "words"), *words.meanings_of(named, "units"))
    timed = named.lower() in ("uhr", "uur", "am", "pm", "h") or bool(words.meanings_of(named, "months"))
    return timed or bool({"week", "DAY", "HUR"} & {*means}) or (means == ("unshipped",) and match["before"] is None)


def _is_count_replaced(sentence: str, hit: Hit, words: Lexicon) -> bool:
    """'8 instead of 10 pcs' puts a figure in the place of another, not an article or a day."""
    if hit.meaning not in ("words.substitute", "says.delay"):
        return False
    counted = _COUNTED.match(sentence, hit.end)
    closed = counted is not None and re.match(r"\.?\s*(?:[),;.]|$)", sentence[counted.end() :]) is not None
    return counted is not None and closed and bool(words.meanings_of(counted.group(1), "units"))


def promised(text: str, calendar: Calendar, words: Lexicon) -> date | None:
    """The day on which something is to come: the last sure one that no 'instead of' precedes."""
    found = None
    for day in calendar.days(text):
        before = fold(text[max(day.start - 24, 0) : day.start])
        past = calendar.is_past(text, day) or _is_of_leaving(text, day, words)
        if day.sure and not past and not ends_with(before, words, "words.was"):
            found = day.day
    return found


def _is_of_leaving(text: str, day: Day, words: Lexicon) -> bool:
    """Whether the stretch of a day only says that something left on it."""
    start, end = stretch(text, day.start, day.end)
    names = {hit.meaning for hit in spoken(text[start:end], words)}
    return "says.despatch" in names and not names & _COMING


def names_a_pack(text: str, words: Lexicon) -> bool:
    """Whether a short line is the heading of one parcel's content: 'Carton 2 of 3', 'Paket 1:'."""
    if len(text) >= SHORT:
        return False
    packs = [hit for hit in words.hits(text) if hit.first == 0 and hit.meaning in _PACK_WORDS]
    return any(_NUMBERED.match(text, hit.end) for hit in packs)


def labelled_piece(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The stretch between wide gaps that holds this place, when it begins with a label: 'Rest: 10 pcs'."""
    gaps = list(_WIDE.finditer(text))
    first = max((gap.end() for gap in gaps if gap.end() <= start), default=0)
    last = min((gap.start() for gap in gaps if gap.start() >= end), default=len(text))
    if not gaps or not re.match(r"[^:\d]{2,30}:\s*$", text[first:start]):
        return None
    return first, last


def announces_open(text: str, words: Lexicon) -> bool:
    """Whether a heading says that what stands below it is still to come: 'To follow:', 'Noch nicht versandt:'."""
    names = {hit.meaning for hit in words.hits(text)}
    moved = bool(names & {"says.despatch", "says.delivery", "words.gone", "columns.now"})
    if "words.negation" in names:
        return moved
    waits = bool(names & {"words.outstanding", "says.future"})
    return waits and not names & {"says.despatch", "says.delivery"}


@asked_once
def only_waits(sentence: str, words: Lexicon) -> bool:
    """Whether a sentence speaks of nothing but what has not left: 'Still not sent: …', 'The remaining 40 follow on Monday'."""
    lead, colon, rest = sentence.partition(":")
    if colon and len(lead) < SHORT and not any(map(str.isdigit, lead)) and announces_open(lead, words):
        return not _BUT.search(rest) and not _goes(rest, words) and not is_asked(sentence, words)
    if _BUT.search(sentence) or _goes(sentence, words) or is_asked(sentence, words):
        return False
    refs = line_refs(sentence, words)
    digits = (found.start() for found in re.finditer(r"\d", sentence))
    first = next((at for at in digits if not any(ref.start <= at < ref.end for ref in refs)), len(sentence))
    return any(hit.meaning in _WAITS and hit.start < first for hit in words.hits(sentence))


@asked_once
def only_puts_off(sentence: str, words: Lexicon) -> bool:
    """Whether a sentence speaks of what is still to come, and of nothing that left, is refused, supposed or asked."""
    names = {hit.meaning for hit in spoken(sentence, words)}
    return bool(names & _COMING) and not names & _OTHERWISE and not is_asked(sentence, words)


def _goes(text: str, words: Lexicon) -> bool:
    """Whether anything in a text may be said to have left or come, or it is supposed, refused or replaced."""
    hits = spoken(text, words)
    later = [hit for hit in hits if hit.meaning == "says.future"]
    return any(
        hit.meaning in _GOES and not any(one.first <= hit.first and hit.last <= one.last for one in later)
        for hit in hits
    )


def announces_past(text: str, words: Lexicon) -> bool:
    """Whether a heading says that what stands below it came before, or was ordered: 'Already delivered:', 'Ordered:'."""
    if words.meanings_of(text.strip(" :"), "columns") == ("ordered",):
        return True
    names = {hit.meaning for hit in words.hits(text)}
    return "words.total" in names and not names & {"words.today", "words.outstanding", "words.everything"}


def ends_with(before: str, words: Lexicon, meaning: str) -> bool:
    """Whether the text just before a figure ends with words of this meaning, an article or label apart."""
    tail = before.rstrip(" .:(")
    return any(hit.meaning == meaning and len(tail) - hit.end <= 5 for hit in words.hits(tail))  # noqa: PLR2004
