"""Cuts a sentence that speaks of several articles into one stretch for each."""

import re
from collections.abc import Sequence
from itertools import pairwise

from .figures import Reader
from .sentences import LineRef
from .spotting import Spot

#: 'Two coils of 20 m, that is 40 m' goes on about the same article.
_SAME = re.compile(
    r"\s*(?:soit|that is|i\.e\.|=|also|d\.\s?h\.|das sind|ossia|cio\u00e8|es decir|o sea|oftewel|ofwel|dus|czyli|tj\.|dvs\.?|alts\u00e5|eli|ou seja|azaz|yani)\s",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"\s*[)\]]")
_JOINT = re.compile(r"[^\W_]{1,10}\s*$")
_COUNT_NEXT = re.compile(r"\s*(?:[^\W\d_]{1,7}\s){0,2}\d")
#: How far a figure may stand from the article that it counts.
NEAR = 28


def cut(sentence: str, spots: list[Spot], refs: Sequence[LineRef], reader: Reader) -> list[tuple[int, int]]:
    """The stretches of a sentence, one article each."""
    marks = [(spot.start, spot.end, spot.key) for spot in spots]
    starts: list[tuple[int, int, str]] = []
    for mark in marks:
        if not starts or not _is_same(sentence, starts[-1], mark, refs):
            starts.append(mark)
    if len(starts) <= 1 and len(refs) <= 1:
        return [(0, len(sentence))]
    if len(starts) <= 1:
        behind = _behind(sentence, refs, reader)
        return behind or _cut_at(sentence, [ref.start for ref in refs])
    if len(refs) == len(starts) and all(ref.start < mark[0] for ref, mark in zip(refs, starts, strict=True)):
        return _cut_at(sentence, [ref.start for ref in refs])
    taken = [(start, end) for start, end, _ in marks]
    ahead = any(one.end <= starts[0][0] for one in reader.written(sentence, taken) if starts[0][0] - one.end < NEAR)
    cuts = [_gap(sentence, first[1], second[0], ahead=ahead) for first, second in pairwise(starts)]
    cuts = [_before_joint(sentence, at, reader) for at in cuts]
    return list(zip([0, *cuts], [*cuts, len(sentence)], strict=True))


def _before_joint(sentence: str, at: int, reader: Reader) -> int:
    """'Both wheels and all 10 seals': where a count follows, the 'and' belongs to it, and 'both' counts the wheels alone."""
    joint = _JOINT.search(sentence, 0, at)
    counted = _COUNT_NEXT.match(sentence, at)
    both = any(hit.meaning == "numbers.both" for hit in reader.words.hits(sentence[:at]))
    return joint.start() if joint and counted and both else at


def _behind(sentence: str, refs: Sequence[LineRef], reader: Reader) -> list[tuple[int, int]]:
    """'60 gaskets (line 1) and 30 rolls (line 2)': the number of the line in brackets ends what is said of it; empty where none does."""
    ends = [_CLOSED.match(sentence, ref.end) for ref in refs]
    if not all(ends) or any(sentence[: ref.start].rstrip()[-1:] not in ("(", "[") for ref in refs):
        return []
    stops = [0, *(end.end() for end in ends if end)]
    taken = [(ref.start, ref.end) for ref in refs]
    counts = [one.start for one in reader.written(sentence, taken)]
    each = all(any(first <= at < last for at in counts) for first, last in pairwise(stops))
    if not each or any(at >= stops[-1] for at in counts):
        return []
    return [*pairwise(stops[:-1]), (stops[-2], len(sentence))]


def _is_same(sentence: str, first: tuple[int, int, str], second: tuple[int, int, str], refs: Sequence[LineRef]) -> bool:
    """Two names of one article side by side: ours and the supplier's."""
    between = sentence[first[1] : second[0]]
    near = (len(between) <= 4 and not re.search(r"\d", between)) or re.fullmatch(r"[^\d,;]{0,20}", between) is not None  # noqa: PLR2004
    words = re.search(r"[^\W_]{2,}", between)
    return near and (words is None or "(" in between) and not any(first[1] <= ref.start < second[0] for ref in refs)


def _gap(sentence: str, start: int, end: int, *, ahead: bool) -> int:
    """Where one article's words end and the next one's begin."""
    gaps = [
        start + match.end()
        for match in re.finditer(
            r"[,;](?=\s)|\s(?:and|und|et|y|e|en|i|och|og|ja|a|ve|és|ed|oraz|sekä|valamint|illetve|ile|bem como|samt|as well as|sowie|plus)\s|\)",
            sentence[start:end],
        )
    ]
    gaps = [gap for gap in gaps if not _SAME.match(sentence, gap)] or gaps
    if not gaps:
        return start if ahead else end
    return gaps[0] if ahead else gaps[-1]


def _cut_at(sentence: str, starts: list[int]) -> list[tuple[int, int]]:
    return list(zip([0, *starts[1:]], [*starts[1:], len(sentence)], strict=True))
