"""Reads HTML mail bodies into lines and grids: nested layout tables, merged cells, hidden and struck-out text."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from handlers.extraction.blocks import MOST_COLUMNS, MOST_LINE, MOST_ROWS, Block, Cell, Grid, Line
from handlers.extraction.lexicon import Lexicon
from handlers.extraction.words import visible

from .text import blocks_of as drawn
from .text import led
from .xml import Refused

_SILENT = frozenset(
    {"head", "style", "script", "title", "s", "strike", "del", "template", "noscript", "select", "textarea", "svg"}
)
_BREAKS = frozenset(
    {"p", "div", "tr", "td", "th", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "tbody", "thead", "section", "article", "header", "footer", "center", "dl", "dt", "dd", "hr", "address", "form", "body", "caption"}
)  # fmt: skip
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0(?!\.?\d)|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])"
)
_AT_RULE = re.compile(r"@[^{};]{0,200}(?:;|\{(?:[^{}]{0,4000}\{[^{}]{0,4000}\})*[^{}]{0,4000}\})")
_RULE = re.compile(r"([^{}]{1,400})\{([^{}]{0,2000})\}")
_CLASS = re.compile(r"\s*[a-z0-9]{0,12}\.([\w-]{1,60})\s*")
_MOST_STYLE = 100_000
_STRUCK = re.compile(r"line-through")
_QUOTING = re.compile(r"gmail_quote|yahoo_quoted|moz-cite-prefix|protonmail_quote|zmail_extra")
_ENTER, _LEAVE = 0, 1
_MOST_NODES = 200_000
_MOST_CLIMB = 40
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,20})")
_UNCLOSED = frozenset(
    {"area", "base", "br", "col", "dd", "dt", "hr", "img", "input", "li", "link", "meta", "option", "p", "tbody", "td", "th", "tr", "wbr"}
)  # fmt: skip
_MANY_TAGS, _MOST_DEPTH = 8_000, 2_000


class _Page:
    """Collects the blocks of one page while its nodes are visited."""

    def __init__(self, part: str, words: Lexicon | None = None) -> None:
        self.part = part
        self.lexicon = words
        self.blocks: list[Block] = []
        self.words: list[str] = []
        self.quotes = 0
        self.frames: set[int] = set()
        self.unseen: frozenset[str] = frozenset()

    def say(self, text: str) -> None:
        self.words.append(text)

    def end_line(self) -> None:
        text = "".join(self.words)
        self.words.clear()
        for line in text.removesuffix("\n").split("\n"):
            clean = " ".join(line.replace("\u00a0", "\u00a0").split(" ")).strip(" \t\u00a0")
            clean = led(clean)
            if clean:
                self.blocks.append(Line(re.sub(r" {2,}", " ", clean)[:MOST_LINE], self.part, quoted=self.quotes > 0))
            elif self._shows_gap(text):
                self.blocks.append(Line("", self.part, quoted=self.quotes > 0))

    def _shows_gap(self, text: str) -> bool:
        """Whether an empty line parts paragraphs: an empty block or two breaks, and only one of them."""
        last = self.blocks[-1] if self.blocks else None
        return bool(text.strip(" ") or "\u00a0" in text) and isinstance(last, Line) and bool(last.text)

    def keep_space(self, text: str) -> None:
        """Text whose blanks are kept: its lines, and the tables that are drawn with them."""
        self.end_line()
        if self.lexicon is None:
            self.blocks += [Line(line[:MOST_LINE], self.part, quoted=self.quotes > 0) for line in text.split("\n")]
            return
        for block in drawn(text, self.part, self.lexicon):
            block.quoted = self.quotes > 0
            self.blocks.append(block)


def blocks_of(source: str, part: str, words: Lexicon | None = None) -> list[Block]:
    """The lines and grids of a page in the order in which they are read; raises Refused for a page nested too deep."""
    page = _Page(part, words)
    if source.count("<") > _MANY_TAGS and _depth(source) > _MOST_DEPTH:
        raise Refused("a page nested deeper than is read")
    root = LexborHTMLParser(source).root
    if root is None:
        return []
    page.frames = _frames_of(root)
    page.unseen = _unseen_classes(root)
    stack: list[tuple[int, LexborNode]] = [(_ENTER, root)]
    visited = 0
    while stack and visited < _MOST_NODES:
        step, node = stack.pop()
        visited += 1
        if step == _LEAVE:
            _leave(node, page)
        elif _enter(node, page):
            stack.append((_LEAVE, node))
            stack += [(_ENTER, child) for child in reversed(list(node.iter(include_text=True)))]
    page.end_line()
    return page.blocks


def _depth(source: str) -> int:
    """How deep the tags of a page lie in each other at most: what the parser needs grows with its square."""
    deepest = depth = 0
    open_tags: dict[str, int] = {}
    for mark in _TAG.finditer(source):
        name = mark[2].lower()
        if name in _UNCLOSED:
            continue
        if not mark[1]:
            open_tags[name] = open_tags.get(name, 0) + 1
            depth += 1
            deepest = max(deepest, depth)
        elif open_tags.get(name):
            open_tags[name] -= 1
            depth -= 1
    return deepest


def _enter(node: LexborNode, page: _Page) -> bool:
    """Takes what the node says by itself; whether its children are to be visited."""
    tag = node.tag or ""
    if tag == "-text":
        page.say(_flat(node.text_content or ""))
        return False
    if tag in _SILENT or _is_hidden(node, page.unseen):
        return False
    if tag == "br":
        page.say("\n")
        return False
    if tag == "pre":
        page.keep_space(visible(node.text(deep=True)))
        return False
    if tag in _BREAKS:
        page.end_line()
    if _begins_quote(node, tag):
        page.quotes += 1
    return not (tag == "table" and node.mem_id not in page.frames and _grid(node, page))


def _frames_of(root: LexborNode) -> set[int]:
    """The tables that hold other tables, and so are only frames."""
    frames = set()
    for table in root.css("table"):
        above = table.parent
        for _ in range(_MOST_CLIMB):
            if above is None or above.tag == "table":
                break
            above = above.parent
        if above is not None:
            frames.add(above.mem_id)
    return frames


def _leave(node: LexborNode, page: _Page) -> None:
    tag = node.tag or ""
    if tag in _BREAKS:
        page.end_line()
    if _begins_quote(node, tag):
        page.quotes -= 1


def _flat(text: str) -> str:
    return visible(re.sub(r"[ \t\r\n\f]+", " ", text))


def _unseen_classes(root: LexborNode) -> frozenset[str]:
    """The classes that the page's own style sheet hides everywhere; rules for some screens only do not count."""
    found: set[str] = set()
    for style in root.css("style"):
        rules = _AT_RULE.sub(
            " ", re.sub(r"/\*.*?\*/", " ", style.text(deep=True)[:_MOST_STYLE].lower(), flags=re.DOTALL)
        )
        for match in _RULE.finditer(rules):
            if _HIDDEN.search(match.group(2)):
                found |= {one.group(1) for part in match.group(1).split(",") if (one := _CLASS.fullmatch(part))}
    return frozenset(found)


def _is_hidden(node: LexborNode, unseen: frozenset[str] = frozenset()) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    if unseen and not unseen.isdisjoint((attributes.get("class") or "").lower().split()):
        return True
    style = (attributes.get("style") or "").lower()
    return "hidden" in attributes or bool(style and (_HIDDEN.search(style) or _STRUCK.search(style)))


def _begins_quote(node: LexborNode, tag: str) -> bool:
    if tag == "blockquote":
        return (node.attributes.get("type") or "").lower() == "cite" or bool(
            _QUOTING.search(node.attributes.get("class") or "")
        )
    return tag == "div" and bool(_QUOTING.search(node.attributes.get("class") or ""))


def _grid(table: LexborNode, page: _Page) -> bool:
    """Adds the table as a grid; False where it is only a frame around text."""
    hanging: dict[int, tuple[int, str]] = {}
    rows = [_row(row, hanging, page.unseen) for row in table.css("tr")[:MOST_ROWS] if not _is_hidden(row, page.unseen)]
    if not rows or max(len(row) for row in rows) < 2:  # noqa: PLR2004 - one column is no table
        return False
    page.end_line()
    page.blocks.append(Grid(rows, page.part, quoted=page.quotes > 0))
    return True


def _row(row: LexborNode, hanging: dict[int, tuple[int, str]], unseen: frozenset[str]) -> list[Cell]:
    cells: list[Cell] = []
    for node in row.iter():
        if node.tag in ("td", "th"):
            _hang(cells, hanging)
            _place(node, cells, hanging, unseen)
    _hang(cells, hanging)
    return cells


def _hang(cells: list[Cell], hanging: dict[int, tuple[int, str]]) -> None:
    """Continues cells that reach down from the rows above."""
    while len(cells) in hanging and len(cells) < MOST_COLUMNS:
        left, text = hanging.pop(len(cells))
        if left > 1:
            hanging[len(cells)] = (left - 1, text)
        cells.append(Cell(text, down=True))


def _place(node: LexborNode, cells: list[Cell], hanging: dict[int, tuple[int, str]], unseen: frozenset[str]) -> None:
    text = "" if _is_hidden(node, unseen) else cell_text(node, unseen)
    across = _span(node, "colspan")
    down = _span(node, "rowspan")
    for column in range(min(across, MOST_COLUMNS - len(cells))):
        if down > 1:
            hanging[len(cells)] = (down - 1, text)
        cells.append(Cell(text, across=column > 0))


def _span(node: LexborNode, name: str) -> int:
    value = (node.attributes.get(name) or "1").strip()
    return min(int(value[:6]), MOST_COLUMNS) if value.isdecimal() and value.isascii() and int(value[:6]) > 0 else 1


def cell_text(node: LexborNode, unseen: frozenset[str] = frozenset()) -> str:
    """What a cell shows, with line breaks where the page has them."""
    words: list[str] = []
    stack = [node]
    while stack:
        one = stack.pop()
        tag = one.tag or ""
        if tag == "-text":
            words.append(_flat(one.text_content or ""))
        elif tag == "br":
            words.append("\n")
        elif tag not in _SILENT and (one is node or not _is_hidden(one, unseen)):
            if tag in _BREAKS and one is not node:
                words.append("\n")
            stack += reversed(list(one.iter(include_text=True)))
    lines = [re.sub(r" {2,}", " ", line).strip(" \u00a0\t") for line in "".join(words).split("\n")]
    return "\n".join(line for line in lines if line)[:MOST_LINE]
