"""Parts a row of a list where it goes on with what is still to come: 'A-100  bolt  12 pcs   back order  8 pcs'."""

import re

from .lexicon import Lexicon
from .words import words_in

_WIDE = re.compile(r"[ \u00a0]{2,}|\t")
_FIGURE = re.compile(r"\d")
_DAY = re.compile(r"\d{1,2}[./-]\s?\d{1,2}[./-]|\d{4}-\d\d")
_STRANGE = 1
_MOST_LABEL, _MOST_LINE = 32, 100
GAP = "   "


def leads_rest(text: str, words: Lexicon) -> bool:
    """Whether a text begins with words for what is still to come and a figure of it: 'back order  8 pcs'."""
    figure = _FIGURE.search(text, 0, _MOST_LINE)
    label = text[: figure.start()].strip(" \t\u00a0:") if figure else ""
    if figure is None or not 0 < len(label) <= _MOST_LABEL or ":" in label or _DAY.match(text, figure.start()):
        return False
    hits = words.hits(label)
    rests = [hit for hit in hits if hit.meaning in ("words.outstanding", "columns.outstanding")]
    left = any(hit.meaning in ("says.despatch", "says.delivery", "words.negation", "columns.now") for hit in hits)
    covered = {place for hit in rests for place in range(hit.first, hit.last + 1)}
    return 0 in covered and not left and len(words_in(label)) - len(covered) <= _STRANGE


def without_rest(text: str, words: Lexicon) -> tuple[str, str]:
    """A row without the rest that it goes on with behind a wide gap, and that rest; the row as it is where it names none."""
    for gap in _WIDE.finditer(text):
        if any(map(str.isdigit, text[: gap.start()])) and leads_rest(text[gap.end() :], words):
            return text[: gap.start()], text[gap.end() :]
    return text, ""
