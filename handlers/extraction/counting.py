"""What the words around a figure make of it: of which stretch it is, what it counts, and what it is a part of."""

import re
from dataclasses import replace
from itertools import pairwise

from .cuts import NEAR
from .figures import Written
from .lexicon import Hit
from .naming import related
from .sentences import labelled_piece
from .spotting import Spot
from .stretches import SEGMENT
from .units import PACKS
from .words import fold, words_in

_WORDS_BETWEEN = 2
_MOST_NAME, _LEAST_NOUN = 5, 4
_WORDS_OF_A_LABEL = 3
_WORDS_OF_A_REMARK = 3
_CLOSE = 3
_BESIDE = 2
_LEFT = frozenset({"says.despatch", "says.delivery"})
_NOT_LEFT = frozenset(
    {"says.future", "says.delay", "says.conditional", "says.question"}
    | {f"words.{name}" for name in ("negation", "except", "unfinished", "doubtful", "rejected", "substitute", "total")}
)
_ASIDE = frozenset({"words.aside", "labels.total_row"})
_PAPERS = ("titles.", "labels.tracking", "labels.not_order", "columns.document")
_SAID = _LEFT | {"says.order_response", "words.gone", "words.went", "words.agreed"}
_AGREED = frozenset({"words.agreed"})
_FIRST = frozenset({"words.first", "words.all"})
_WENT = _LEFT | {"words.gone", "words.handed", "words.today", "words.yesterday"}
#: A count ends its stretch before a comma, a bracket or a dash, and not within '40,5' or '40 - 50'.
_STRETCH_ENDS = re.compile(r"[ .)]*$|[ ]?[,;)](?!\d)|\.\s|[ ][\u2013\u2014-]+[ ](?![ ]?\d)")
_PARTITIVE = re.compile(r"\s(?:of|de|d['\u2019]|di|van|von|mit|med|af|av|con|com|z|ze|s|se)\s", re.IGNORECASE)
_EACH = re.compile(r"^[^\d,;.:]{1,40}\s(?:\u00e0|\u00e1|@|je|zu je|\u00e1 |med)\s?$", re.IGNORECASE)
_GAP = re.compile(r"[ \u00a0]{2,}|\t")
#: Behind these words stands how large a thing is: 'Size 42'.
_SIZE_WORDS = frozenset(
    {
        "size",
        "grosse",
        "gr",
        "taille",
        "pointure",
        "talla",
        "taglia",
        "misura",
        "maat",
        "rozmiar",
        "roz",
        "storlek",
        "strl",
    }
    | {"storrelse", "str", "koko", "velikost", "vel", "meret", "beden", "numara", "tamanho", "tam"}
)
_NO_GOODS = frozenset({"words.unshipped", "labels.total_row"})
#: Longer than 'order', which is the paper and not what was ordered.
_WORD_ORDER = 5


def with_contents(text: str, found: list[Written]) -> list[Written]:
    """'4 boxes of sleeves \u00e0 50 pcs': what stands behind such a sign is what each pack before it holds."""
    kept: list[Written] = []
    for one in found:
        last = kept[-1] if kept else None
        packs = set(last.figure.units) & PACKS if last and last.figure.content is None else set()
        if last and packs and _EACH.search(text[last.end : one.start]) and one.counted:
            told = replace(
                last.figure,
                units=tuple(sorted(packs)),
                content=one.figure.number.value,
                content_units=one.figure.units,
                text=text[last.start : one.end],
            )
            kept[-1] = replace(last, figure=told)
        else:
            kept.append(one)
    return kept


def hangs(text: str, found: list[Written], hits: list[Hit]) -> bool:
    """'Once 12 pcs have been shipped …': a conjunction before the figure, in the same stretch, makes it no news."""
    first = min((one.start for one in found), default=0)
    start = max((cut.end() for cut in SEGMENT.finditer(text) if cut.end() <= first), default=0)
    return any(hit.meaning == "words.hanging" and start <= hit.start < first for hit in hits)


def is_choice(text: str, found: list[Written], hits: list[Hit]) -> bool:
    """'10 or 12 pcs' names no figure."""
    joints = [hit for hit in hits if hit.meaning == "words.or"]
    return any(
        re.search(r"\d[^\W\d_]*\.?\s*$", text[: hit.start]) and re.match(r"\s*\d", text[hit.end :])
        for hit in joints
        if found
    )


def is_apart(text: str, segment: tuple[int, int], others: list[Written]) -> bool:
    """A segment with a figure of its own, or in brackets, speaks of something else."""
    start, end = segment
    before = text[:start]
    bracketed = before.count("(") > before.count(")") or before.count("[") > before.count("]")
    inside = re.split(r"[()\[\]]", text[max(before.rfind("("), before.rfind("[")) + 1 :])[0]
    remark = len(inside.split()) <= _WORDS_OF_A_REMARK and not any(map(str.isdigit, inside))
    return (bracketed and not remark) or any(start <= one.start < end for one in others)


def without_own_pack(text: str, one: Written, hits: list[Hit]) -> list[Hit]:
    """The hits apart from the word of a pack that says what it holds or of what it is: '3 boxes (100 pcs)' are goods."""
    if (
        one.figure.content is None
        and not one.worded
        and not (set(one.figure.units) & PACKS and _PARTITIVE.match(text, one.end))
    ):
        return hits
    return [hit for hit in hits if not one.start <= hit.start < one.end]


def around(text: str, one: Written, hits: list[Hit]) -> set[str]:
    """The meanings in the segment in which a quantity stands; a label of its own says alone what it means."""
    label = labelled_piece(text, one.start, one.end)
    if label is not None:
        return {hit.meaning for hit in hits if hit.start >= label[0] and hit.end <= label[1]}
    cuts = [cut for cut in SEGMENT.finditer(text) if cut.end() <= one.start]
    start = cuts[-1].end() if cuts else 0
    if len(cuts) == 1 and cuts[0].group() == ":" and len(text[: cuts[0].start()].split()) <= _WORDS_OF_A_LABEL:
        start = 0
    if len(cuts) > 1 and cuts[-1].group() == ":" and _is_label(text[cuts[-2].end() : cuts[-1].start()]):
        start = cuts[-2].end()
    end = min((cut.start() for cut in SEGMENT.finditer(text) if cut.start() >= one.end), default=len(text))
    return {hit.meaning for hit in hits if hit.start >= start and hit.end <= end}


def _is_label(text: str) -> bool:
    return len(text.split()) <= _WORDS_OF_A_LABEL and not any(map(str.isdigit, text))


def is_of(between: str, *, worded: bool = False) -> bool:
    """'6 of the 10', '12 von 14'; of a whole in words the goods may have any name: 'zwei Schrankt\u00fcren von vieren'."""
    said = fold(between).strip(" .")
    noun = "1,24" if worded else "1,8"
    return bool(
        re.fullmatch(
            rf"(?:[^\W\d_]{{{noun}}}\.? )?(?:of|von|de|sur|su|di|van|van de|z|ze|av|af|av de|af de|af i alt|av totalt|af de i alt|do total de|z celkem|out of|of the|of your|of your|von den|von ihren|des|dei|dos|das|de los|de las|de les|sur les|z tych|kpl)",
            said,
        )
    ) or bool(re.fullmatch(r"[^\W\d_ ]{0,8}\.?\s?/", said))


def stands_alone(text: str, one: Written, spots: list[Spot], hits: list[Hit], named: list[str]) -> bool:
    """A bare number just before an article or its name, or just behind it where its stretch or the verb follows, counts it."""
    return any(_stands_before(text, one, spot, named) or _ends_behind(text, one, spot, hits) for spot in spots)


def ends_row(text: str, one: Written, spots: list[Spot]) -> bool:
    """'A-100   Bolt M8 x 40   25': a whole number set off at the end of a row that begins with its article, and no other so."""
    if one.counted or not spots or text[: spots[0].start].strip(" \t-*\u2022\u00b7") or text[one.end :].strip():
        return False
    cells = [cell for cell in _GAP.split(text[spots[0].end :].strip()) if cell]
    bare = [cell for cell in cells if not any(map(str.isalpha, cell))]
    return len(cells) > 1 and len(bare) == 1 and bare[0] == cells[-1] and bare[0].isdecimal()


def _stands_before(text: str, one: Written, spot: Spot, named: list[str]) -> bool:
    between = text[one.end : spot.start]
    said = words_in(between)
    if one.end <= spot.start and said and any(set(said) <= set(words_in(each)) for each in named):
        return not re.search(r"[.;:,](?!\d)", between)
    if one.end <= spot.start and _names_goods(said, named):
        return not re.search(r"[\d.;:,]", between)
    near = one.end <= spot.start and len(between) <= NEAR and len(between.split()) <= _WORDS_BETWEEN
    return near and not re.search(r"[\d.;:,]", between)


def _names_goods(said: list[str], named: list[str]) -> bool:
    """Whether the noun just behind a number is what the order calls the goods, in any ending: '50 juntas de grafite J-25'."""
    known = {word for each in named for word in words_in(each) if len(word) >= _LEAST_NOUN}
    return 0 < len(said) <= _MOST_NAME and any(related(said[0], word) for word in known)


def _ends_behind(text: str, one: Written, spot: Spot, hits: list[Hit]) -> bool:
    """'F-50: 40', 'F-50 first 40, the rest …', 'F-50 40 sent': nothing but 'first' between, and no other word behind."""
    if spot.end > one.start:
        return False
    between = without(text, hits, _FIRST, (spot.end, one.start))
    if re.fullmatch(r"[\s:=\u2013\u2014-]+", between) is None:
        return False
    verb = any(hit.meaning in _WENT and 0 <= hit.start - one.end <= _CLOSE for hit in hits)
    return verb or _STRETCH_ENDS.match(text, one.end) is not None


def without(text: str, hits: list[Hit], meanings: frozenset[str], place: tuple[int, int]) -> str:
    """A stretch of the text without the phrases of these meanings."""
    start, end = place
    for hit in sorted(hits, key=lambda hit: -hit.start):
        if hit.meaning in meanings and start <= hit.start and hit.end <= end:
            text, end = text[: hit.start] + text[hit.end :], end - (hit.end - hit.start)
    return text[start:end]


def touches(one: Written, spots: list[Spot]) -> bool:
    """Whether a counted figure stands right beside an article."""
    return one.counted and any(0 <= spot.start - one.end <= 2 or 0 <= one.start - spot.end <= 2 for spot in spots)  # noqa: PLR2004


def is_unready(text: str, one: Written, hits: list[Hit]) -> bool:
    """'12 pcs in production': behind the count, in its own stretch, a word that it is not ready, and none that it left."""
    end = min((cut.start() for cut in SEGMENT.finditer(text) if cut.start() >= one.end), default=len(text))
    names = {hit.meaning for hit in hits if one.end <= hit.start and hit.end <= end}
    return "words.unfinished" in names and not names & _LEFT


def is_set_aside(text: str, one: Written, hits: list[Hit]) -> bool:
    """Whether a count is of what was returned or stays in stock, is in a row of sums, or stands beside a word of packing or time."""
    start, end = place_of(text, one)
    return names_other_goods(one, hits) or any(
        hit.meaning in _ASIDE and start <= hit.start and hit.end <= end for hit in hits
    )


def place_of(text: str, one: Written) -> tuple[int, int]:
    """The stretch in which a figure stands."""
    start = max((cut.end() for cut in SEGMENT.finditer(text) if cut.end() <= one.start), default=0)
    return start, min((cut.start() for cut in SEGMENT.finditer(text) if cut.start() >= one.end), default=len(text))


def follows_verb(text: str, one: Written, hits: list[Hit]) -> bool:
    """'Confirmed 10, …', 'sent only 4.': a bare number between a verb and the end of its stretch."""
    if _STRETCH_ENDS.match(text, one.end) is None:
        return False
    return any(
        hit.meaning in _SAID
        and hit.end < one.start
        and not without(text, hits, _FIRST, (hit.end, one.start)).strip(" \u00a0:")
        for hit in hits
    )


def leads_answer(text: str, one: Written, hits: list[Hit]) -> bool:
    """'30 heute mit raus, ...', '24 ok': a bare number with which an answer below a quoted line begins, and a verb of leaving or an 'OK' in its stretch."""
    if one.counted or without(text, hits, _AGREED, (0, one.start)).strip(" \t-*\u2022>,"):
        return False
    end = place_of(text, one)[1]
    names = {hit.meaning for hit in hits if hit.meaning in _AGREED or one.end <= hit.start}
    names &= {hit.meaning for hit in hits if hit.end <= end}
    return bool(names & (_WENT | _AGREED)) and not names & _NOT_LEFT


def is_described(text: str, one: Written, descriptions: list[str]) -> bool:
    """Whether a bare number only repeats the name of the article: the 7 in 'kit type 7'."""
    word = re.search(r"([^\W\d_]{2,})[ \u00a0]?$", text[: one.start])
    if one.counted or word is None:
        return False
    if fold(word.group(1)) in _SIZE_WORDS:
        return True
    said = [fold(word.group(1)), fold(text[one.start : one.end])]
    return any(said in [[first, second] for first, second in pairwise(words_in(each))] for each in descriptions)


def is_numbered_paper(text: str, one: Written, hits: list[Hit]) -> bool:
    """'DDT 1187': a bare number just behind the name of a paper is that of the paper."""
    named = [hit.end for hit in hits if hit.meaning.startswith(_PAPERS)]
    gap = r"[\s:#.\u00b0\u00ba]*(?:n[or]?[.\u00b0\u00ba]?|num|nummer)?[\s:#.]*"
    return not one.counted and any(
        end <= one.start and re.fullmatch(gap, text[end : one.start], re.IGNORECASE) for end in named
    )


def names_other_goods(one: Written, hits: list[Hit]) -> bool:
    """'1 parcel', '3 days', 'pallets: 2': the word right beside the number says that it counts no goods."""
    return any(
        hit.meaning in _NO_GOODS
        and (one.start <= hit.start <= one.end + 1 or (not one.counted and 0 <= one.start - hit.end <= _BESIDE))
        for hit in hits
    )


def is_first_of(text: str, one: Written, found: list[Written]) -> bool:
    """The first number of 'six of ten' counts although it has no unit."""
    at = found.index(one)
    return at + 1 < len(found) and is_of(text[one.end : found[at + 1].start], worded=found[at + 1].worded)


def is_rest_that_left(text: str, one: Written, hits: list[Hit]) -> bool:
    """'The remaining 20 pcs were sent': the word for the rest just before the figure, and in the same stretch only a verb of leaving."""
    cuts = [cut for cut in SEGMENT.finditer(text) if not text[cut.start() : cut.end()].startswith(("(", ")"))]
    start = max((cut.end() for cut in cuts if cut.end() <= one.start), default=0)
    end = min((cut.start() for cut in cuts if cut.start() >= one.end), default=len(text))
    names = {hit.meaning for hit in hits if start <= hit.start and hit.end <= end}
    before = any(hit.meaning == "words.outstanding" and 0 < one.start - hit.end <= _CLOSE for hit in hits)
    return before and bool(names & _LEFT) and not names & _NOT_LEFT


def is_called_ordered(one: Written, hits: list[Hit]) -> bool:
    """'6 ordered' and '6 bestellt', with nothing between."""
    return any(
        hit.meaning == "columns.ordered"
        and 0 <= hit.start - one.end <= 1
        and hit.length == 1
        and hit.end - hit.start > _WORD_ORDER
        for hit in hits
    )
