"""Takes out what was written before: our own quoted order first, then what mail programs quote."""

import re
from collections.abc import Callable, Iterator

from .blocks import ANSWER, Block, Grid, Line
from .lexicon import Lexicon
from .mime import addresses
from .words import fold

_ON_WROTE_SPAN = 3
_HEADER_SPAN = 8
_MOST_ANNOUNCED = 300
_MOST_ABOVE = 4
_LEAST_ANSWERS = 2
_MARK = re.compile(r"^\s{0,3}(?:>|\|\s?>)")
_RULED = re.compile(r"^[\s>]*+[-_=*]{2,}+\s*+(.{3,60}?)\s*[-_=*]{2,}\s*$")
_HEAD = re.compile(r"^[\s>*]*([^\W\d_][^\W\d_ ]{0,14}(?: [^\W\d_]{1,10})?)\s?\*?:\s?\*?\s*(.*)$")
#: 'We confirm as you wrote:' announces no quote.
_NEWS = frozenset({"says.order_response", "says.despatch", "says.delivery"})
_ROLES = ("from", "sent", "to", "subject")


def mark(blocks: list[Block], words: Lexicon, is_ours: Callable[[str], bool], *, forwarding: bool) -> None:
    """Marks the blocks that repeat earlier mails; a forwarded mail of somebody else is news and stays."""
    _by_signs(blocks)
    lines = [block for block in blocks if isinstance(block, Line)]
    _by_headers(blocks, lines, words, is_ours, forwarding=forwarding)
    _say_what_stands_above(blocks)


def _by_signs(blocks: list[Block]) -> None:
    for block in blocks:
        if isinstance(block, Line) and _MARK.match(block.text):
            block.quoted = True


def _by_headers(
    blocks: list[Block], lines: list[Line], words: Lexicon, is_ours: Callable[[str], bool], *, forwarding: bool
) -> None:
    """Everything below a header block of an earlier mail is quoted, unless that mail is what is being forwarded."""
    for at, line in enumerate(lines):
        if line.quoted and not _MARK.match(line.text):
            continue
        said = _announced(lines, at, words)
        if said is None:
            continue
        sender, marked = said
        news = not is_ours(sender) if sender else False
        if news and (forwarding or marked):
            continue
        if _MARK.match(line.text) or (
            at + 1 < len(lines) and any(_MARK.match(one.text) for one in lines[at + 1 : at + 4])
        ):
            line.quoted = True
            continue
        _quote_below(blocks, line)
        return


def _quote_below(blocks: list[Block], line: Line) -> None:
    """Marks all below a line, those lines apart whose own mark tells that they answer: at least two of them with one mark."""
    below = blocks[next(at for at, block in enumerate(blocks) if block is line) :]
    for block in below:
        block.quoted = True
    told = [(one, match["mark"]) for one in below if isinstance(one, Line) and (match := ANSWER.match(one.text))]
    marks = {mark for _, mark in told}
    signed = any(isinstance(one, Line) and _MARK.match(one.text) and not ANSWER.match(one.text) for one in below)
    if len(told) >= _LEAST_ANSWERS and len(marks) == 1 and not (signed and ">" in marks.pop()):
        for one, _ in told:
            one.quoted = False


def _announced(lines: list[Line], at: int, words: Lexicon) -> tuple[str, bool] | None:
    """Who wrote the earlier mail that begins at this line, and whether the line says that it is forwarded."""
    text = lines[at].text
    if not text.strip():
        return None
    ruled = _RULED.match(text)
    title = ruled.group(1) if ruled else text.strip(" :*")
    meanings = words.meanings_of(title, "mail")
    if "forwarded" in meanings:
        return _sender_below(lines, at + 1, words), True
    if ruled and "quoted" in meanings:
        return _sender_below(lines, at + 1, words), False
    if _is_header_block(lines, at, words):
        return _sender_below(lines, at, words), False
    return _wrote(lines, at, words)


def _heads(lines: list[Line], at: int, words: Lexicon) -> Iterator[tuple[str, str]]:
    for line in lines[at : at + _HEADER_SPAN]:
        match = _HEAD.match(line.text)
        for role in words.meanings_of(match.group(1), "mail") if match else ():
            if role in _ROLES and match:
                yield role, match.group(2)


def _is_header_block(lines: list[Line], at: int, words: Lexicon) -> bool:
    match = _HEAD.match(lines[at].text)
    if match is None or "from" not in words.meanings_of(match.group(1), "mail"):
        return False
    roles = {role for role, _ in _heads(lines, at, words)}
    return len(roles & {"sent", "to", "subject"}) >= 2  # noqa: PLR2004 - one of them could be a label of the letter


def _sender_below(lines: list[Line], at: int, words: Lexicon) -> str:
    for role, value in _heads(lines, at, words):
        if role == "from":
            return next(iter(addresses(value)), "") or value.strip()
    return ""


def _wrote(lines: list[Line], at: int, words: Lexicon) -> tuple[str, bool] | None:
    """'On 2 November 2026 Sue wrote:' over one to three lines, with a day in it; it begins as late as it can."""
    said = [_announcement(lines, start, words) for start in range(at, min(at + _ON_WROTE_SPAN, len(lines)))]
    if not said or not said[0] or any(said[1:]):
        return None
    return next(iter(addresses(said[0])), ""), False


def _announcement(lines: list[Line], at: int, words: Lexicon) -> str:
    joined = ""
    for line in lines[at : at + _ON_WROTE_SPAN]:
        if not line.text.strip() or _MARK.match(line.text):
            break
        joined = f"{joined} {line.text.strip()}".strip()
        if joined.endswith(":"):
            break
    dated = joined.endswith(":") and len(joined) <= _MOST_ANNOUNCED and any(map(str.isdigit, joined))
    said = {hit.meaning for hit in words.hits(joined)} if dated else set()
    news = bool(said & _NEWS) and "@" not in joined
    return joined if "mail.wrote" in said and not news else ""


def _say_what_stands_above(blocks: list[Block]) -> None:
    """An answer written into the quoted order speaks of the lines just above it; one below the whole quote does not."""
    above: list[str] = []
    last = max((at for at, block in enumerate(blocks) if block.quoted), default=-1)
    gone = False
    for at, block in enumerate(blocks):
        if isinstance(block, Grid):
            above = [" ".join(cell.text for cell in block.rows[-1])] if block.quoted and block.rows else []
        elif block.quoted:
            filled = bool(fold(block.text).strip(" >"))
            above = above if not filled else [block.text] if gone else [*above, block.text]
            gone = not filled
        elif block.text.strip():
            inside = at < last or (at > 0 and blocks[at - 1].quoted)
            block.above = "\n".join(above[-_MOST_ABOVE:]) if inside else ""
            above = above if block.text.lstrip()[:1] in "-*" else []
