"""The stretches of a sentence, between brackets, commas and dashes."""

import re

SEGMENT = re.compile(r"[()\[\];:]|,(?=\s)|\s[-\u2013\u2014]+\s|\.\s")


def segments(text: str) -> list[tuple[int, int]]:
    """The stretches between brackets, commas and dashes."""
    cuts = [(cut.start(), cut.end()) for cut in SEGMENT.finditer(text)]
    return list(zip([0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)], strict=True))
