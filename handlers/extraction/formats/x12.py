"""Reads ANSI X12 856 (ship notice), 855 (acknowledgment) and 810 (invoice), versions 3010 to 5010."""

import re

from handlers.extraction.claims import Notice
from handlers.extraction.mime import MOST_EDI, decode

from .notices import CUT_OFF, TEST, joined
from .x12_set import KINDS, TransactionSet
from .xml import Refused

_MOST_SEGMENTS = 20_000
_ISA_ELEMENTS = 16
_USAGE = 15


def takes(content: bytes) -> bool:
    """Whether the bytes begin as an interchange."""
    return (
        re.match(rb"ISA([^\w \r\n])\d\d\1.{10}\1", content[:200].lstrip(b"\xef\xbb\xbf \r\n\t"), re.DOTALL) is not None
    )


def text_of(content: bytes, charset: str, locale: str) -> str:
    """The interchange as text; raises Refused for what is too large."""
    if len(content) > MOST_EDI:
        raise Refused("an interchange that is too large")
    return decode(content, charset, locale).lstrip("\ufeff \r\n\t")


def notice_of(text: str, part: str) -> Notice | None:
    """One notice of all transaction sets that are known; sets of several kinds or of one order make a doubt."""
    text = text.lstrip().replace("\r\n", "\n").replace("\r", "\n")
    mark = text[3:4]
    head = text[:400].split(mark, _ISA_ELEMENTS) if mark else []
    if len(head) <= _ISA_ELEMENTS or len(head[-1]) < 2:  # noqa: PLR2004 - the component mark and the segment mark
        return None
    end = head[-1][1]
    if text.count(end) > _MOST_SEGMENTS:
        raise Refused("an interchange with too many segments")
    sets, whole = _sets(text.split(end), mark, part)
    notice = joined([one.notice for one in sets])
    if notice is not None:
        notice.doubts += [TEST] if head[_USAGE].strip() == "T" else []
        notice.doubts += [] if whole else [CUT_OFF]
    return notice


def _sets(segments: list[str], mark: str, part: str) -> tuple[list[TransactionSet], bool]:
    """The sets that are known, and whether the last of them came to its end."""
    sets: list[TransactionSet] = []
    reading = False
    for raw in segments:
        fields = [field.strip() for field in raw.strip("\n ").split(mark)]
        if fields[0] == "ST":
            kind = KINDS.get(fields[1] if len(fields) > 1 else "", "")
            reading = bool(kind)
            if kind:
                sets.append(TransactionSet(Notice(kind), part))
        elif fields[0] == "SE":
            if reading:
                sets[-1].end()
            reading = False
        elif reading:
            sets[-1].take(fields)
    if reading:
        sets[-1].end()
    return sets, not reading
