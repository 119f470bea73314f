"""Puts the lines of one paragraph together again where a margin broke a sentence."""

import re
from collections.abc import Callable, Iterable

from .sentences import SHORT

_WIDE = re.compile(r"\t|\s{3}")
_LABELLED = re.compile(r"[^:.;]{2,32}:\s")
_MOST_SIGNATURE = 10


def without_signatures(texts: Iterable[str], is_business: Callable[[str], bool]) -> list[str]:
    """The texts without what stands below a line of two dashes: company, register, bank and holidays; kept where it is about goods."""
    lines = list(texts)
    for at, text in enumerate(lines):
        below = lines[at + 1 :]
        if text.strip() == "--" and len([line for line in below if line.strip()]) <= _MOST_SIGNATURE:
            return lines if any(is_business(line) for line in below) else lines[:at]
    return lines


def paragraphs(texts: Iterable[str]) -> list[str]:
    """The texts, with those that go on in the next line joined to it; lists, labels and rows stand for themselves."""
    found: list[str] = []
    for text in texts:
        last = found[-1].rsplit("\n", 1)[-1] if found else ""
        broken = len(last) >= SHORT and not last.rstrip().endswith((".", "!", "?", ":", ";"))
        joins = broken and text[:1].isalnum()
        if joins and not (_WIDE.search(last) or _WIDE.search(text) or _LABELLED.match(text)):
            found[-1] += " " + text
        else:
            found.append(text)
    return found
