"""Puts the lines of one paragraph together again where a margin broke a sentence."""

import re
from collections.abc import Iterable

from .sentences import SHORT

_WIDE = re.compile(r"\t|\s{3}")
_LABELLED = re.compile(r"[^:.;]{2,32}:\s")


def paragraphs(texts: Iterable[str]) -> list[str]:
    """The texts, with those that go on in the next line joined to it; lists, labels and rows stand for themselves."""
    found: list[str] = []
    for text in texts:
        last = found[-1].rsplit("\n", 1)[-1] if found else ""
        broken = len(last) >= SHORT and not last.rstrip().endswith((".", "!", "?", ":", ";"))
        apart = _WIDE.search(last) or _WIDE.search(text) or _LABELLED.match(text)
        if broken and text[:1].isalnum() and not apart:
            found[-1] += " " + text
        else:
            found.append(text)
    return found
