"""Turns the parts of a mail into sources: own words, quoted words, tables, and the claims that they make."""

import re
from dataclasses import dataclass, field, replace

from . import own_order, quotes
from .articles import table_by_articles
from .blocks import MOST_LINE, MOST_ROWS, Block, Cell, Grid, Line, weight
from .claims import Claim, Notice
from .clauses import Prose
from .columns import Table, parted, table_of
from .contents import Content, defined_in
from .cross_references import settle_references
from .date_columns import settle_dates
from .dates import Calendar
from .figures import Reader
from .formats.markup import Markup
from .formats.table import FORMATS, Format, Wanted
from .formats.xml import Refused
from .headless import counted_above, table_of_rows, with_headless
from .identity import Numbers, Scope
from .known import Known
from .lexicon import Lexicon
from .mime import Mail, Part
from .packed_rows import settle_sums
from .records import records_of
from .sections import section_of, without_orders
from .sender import aligned, readable
from .sentences import announces_open, announces_past
from .spotting import Articles
from .tables import claims_of
from .words import fold, unspaced

_MOST_HEADING = 120
#: From how many signs on the values of a column called 'no.' are numbers of a document.
_LEAST_NUMBER = 5
#: The number of a document or a date has no more words than that beside it.
_MOST_WORDS = 2
_MOST_WEIGHT = 6_000
_MOST_CLAIMS = 10_000
#: Labels with their values, as the head of a document has several in one line.
_LABELS = re.compile(r"[^\W\d_]{3,}\.?\s?:\s+\S")
#: What turns figures into others when it is said beside a structured document.
_TAKING_BACK = frozenset(
    {"words.negation", "words.substitute", "words.doubtful", "words.rejected", "words.except", "says.conditional"}
    | {"says.cancellation", "says.delay", "says.future", "says.question"}
)
_PUTTING_OFF = frozenset({"says.future", "says.delay"})


@dataclass(slots=True)
class Page:
    """One part as blocks, with its tables understood, the lines between them, and all its own lines."""

    part: Part
    format: Format
    blocks: list[Block] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    above: list[list[str]] = field(default_factory=list)
    notice: Notice | None = None
    quoted: list[str] = field(default_factory=list)
    refused: str = ""
    doubts: list[str] = field(default_factory=list)
    markup: Markup | None = None
    contents: list[Content] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tools:
    """What reads with: words, locale, calendar, order numbers."""

    words: Lexicon
    locale: str
    calendar: Calendar
    numbers: Numbers

    @property
    def reader(self) -> Reader:
        """The reader of quantities."""
        return Reader(self.words, self.locale)


def format_of(part: Part) -> Format | None:
    """The first format of the table that takes the part."""
    return next((one for one in FORMATS if one.takes(part)), None)


def pages_of(mail: Mail, tools: Tools, is_ours: "Ownership", *, forwarding: bool) -> list[Page]:
    """All readable parts; of a text and its HTML twin, both are given and the caller chooses."""
    pages, spent = [], 0
    for part in mail.parts:
        if part.enclosed_in and any(one.number == part.enclosed_in and is_ours(one.sender) for one in mail.enclosed):
            continue
        form = format_of(part)
        if form is None:
            continue
        page = Page(part, form)
        wanted = Wanted(tools.words, tools.locale, tools.calendar)
        try:
            page.notice = _bounded(form.notice(part, wanted)) if form.notice else None
            page.blocks = form.blocks(part, wanted) if form.blocks else []
        except Refused as reason:
            page.refused = f"part {part.number}: {reason}"
        page.doubts = [f"part {part.number}: {doubt}" for doubt in wanted.doubts]
        page.markup = wanted.markup
        _take_remarks(page, tools.words)
        for line in page.blocks:
            if isinstance(line, Line):
                line.text = unspaced(line.text)
        if page.blocks:
            quotes.mark(page.blocks, tools.words, is_ours, forwarding=forwarding)
            spent = _afford(page, spent)
            _tell_cuts(page)
            own_order.mark([one for one in page.blocks if isinstance(one, Line)], is_ours.known, tools.words)
            _understand(page, tools, is_ours.known.articles)
        pages.append(page)
    return pages


def _bounded(notice: Notice | None) -> Notice | None:
    """The notice, if an order could have as many lines as it tells of."""
    if notice is not None and len(notice.claims) > _MOST_CLAIMS:
        raise Refused("a document of more lines than are read")
    return notice


def _take_remarks(page: Page, words: Lexicon) -> None:
    """What a structured document says in words is read as lines; where it takes something back, a person reads it."""
    for text in page.notice.remarks if page.notice else []:
        page.lines.append(Line(text, page.part.number))
        said = {hit.meaning for hit in words.hits(text)}
        of_the_rest = _PUTTING_OFF if "words.outstanding" in said else set()
        if said & _TAKING_BACK - of_the_rest:
            page.doubts.append(f"part {page.part.number}: a remark that may take something back: {text[:80]}")


def _afford(page: Page, spent: int) -> int:
    """Leaves out what goes over what is read of one mail, and says so; returns what was spent with this page."""
    for at, block in enumerate(page.blocks):
        spent += weight(block)
        if spent > _MOST_WEIGHT:
            page.blocks = page.blocks[:at]
            page.doubts.append(f"part {page.part.number}: more text than is read")
            break
    return spent


def _tell_cuts(page: Page) -> None:
    """Says where a limit of the formats left something out."""
    if any(isinstance(block, Grid) and len(block.rows) >= MOST_ROWS for block in page.blocks):
        page.doubts.append(f"part {page.part.number}: more rows than are read")
    if any(len(text) >= MOST_LINE for block in page.blocks if not block.quoted for text in _texts(block)):
        page.doubts.append(f"part {page.part.number}: a line longer than is read")


def _texts(block: Block) -> list[str]:
    return [block.text] if isinstance(block, Line) else [cell.text for row in block.rows for cell in row]


def _understand(page: Page, tools: Tools, parts: Articles) -> None:
    """Separates tables with heads, and rows that need none, from lines; frames and label tables become lines."""
    words, heading, since = tools.words, "", 0
    for block in with_headless(page.blocks, tools.reader, parts):
        if isinstance(block, Table):
            since = _add_table(page, block, since)
        elif block.quoted:
            page.quoted += (
                [block.text] if isinstance(block, Line) else [" ".join(cell.text for row in block.rows for cell in row)]
            )
        elif isinstance(block, Line):
            page.lines.append(block)
            heading = block.text if block.text.strip(" \t-=_*+") else heading
        else:
            block.heading = heading
            before, table = _understood(block, tools, parts)
            _frame(before, page, words, with_head=table is None)
            if table is not None:
                since = _add_table(page, table, since, _column_lines(block, table, words))
            heading = ""
    page.lines, pairs = counted_above(page.lines, parts)
    page.tables += pairs
    page.above += [[table.heading] for table in pairs]
    page.lines, records = records_of(page.lines, words)
    page.tables += records


def _understood(grid: Grid, tools: Tools, parts: Articles) -> tuple[list[list[Cell]], Table | None]:
    """The table of a grid by its heads, by the part numbers in it, or row by row, and the rows that are not in it."""
    before, table, _ = table_of(grid, tools.words)
    if table is not None:
        settle_references(table, parts)
        settle_dates(table, tools.words, tools.calendar)
        settle_sums(table)
    if table is None:
        before, table = table_by_articles(grid, tools.words, parts)
    return (before, table) if table is not None else table_of_rows(grid, tools.reader, parts)


def _add_table(page: Page, table: Table, since: int, told: list[Line] | None = None) -> int:
    """Adds a table with what stands above it (of one without a head only the next line), and what it says in words; returns where the lines below it begin."""
    page.tables.append(table)
    page.lines.append(Line("", table.part))
    page.above.append([line.text for line in page.lines[since:]] if any(table.heads) else [table.heading])
    page.lines += told or []
    page.lines += [
        Line(cell.text.replace("\n", " "), table.part)
        for row in table.rows
        for cell in row[:1]
        if any(one.across for one in row)
    ]
    return len(page.lines)


def _frame(rows: list[list[Cell]], page: Page, words: Lexicon, *, with_head: bool) -> None:
    """Rows of a frame as lines; a head of labels above one row of values is said as 'label: value'."""
    if with_head and len(rows) == 2 and _all_labels(rows[0], words):  # noqa: PLR2004
        pairs = zip(rows[0], rows[1], strict=False)
        page.lines += [Line(f"{head.text}: {value.text}", page.part.number) for head, value in pairs if value.text]
        return
    for row in rows:
        own = [cell.text for cell in row if not cell.across and cell.text]
        if any("\n" in text for text in own):
            page.lines += [Line(line, page.part.number) for text in own for line in text.split("\n")]
        elif own:
            page.lines.append(Line("\t".join(own), page.part.number))
    if rows:
        page.lines.append(Line("", page.part.number))


def _all_labels(row: list[Cell], words: Lexicon) -> bool:
    texts = [cell.own for cell in row if cell.own.strip()]
    return len(texts) > 1 and all(_is_label(text, words) and not any(map(str.isdigit, text)) for text in texts)


def _is_label(text: str, words: Lexicon) -> bool:
    return any(hit.meaning.startswith(("labels.", "titles.", "columns.")) for hit in words.hits(text))


def _column_lines(grid: Grid, table: Table, words: Lexicon) -> list[Line]:
    """Columns that hold the number of the document, a date or the tracking number, said as 'label: value'."""
    head = grid.rows[len(grid.rows) - len(table.rows) - 1]
    found = []
    for column, role in enumerate(table.roles):
        if role not in ("", "document", "tracking", "date", "order", "line") or column >= len(head):
            continue
        values = list(
            dict.fromkeys(
                row[column].own.strip() for row in table.rows if column < len(row) and row[column].own.strip()
            )
        )
        named = parted(head[column].text)
        said = {hit.meaning for hit in words.hits(named)} - {"titles.cancellation", "titles.delay"}
        titled = any(meaning.startswith(("titles.", "labels.")) for meaning in said)
        numbering = role == "line" and any(len(value) < _LEAST_NUMBER for value in values)
        worded = any(len(re.findall(r"[^\W\d_]{3,}", value)) > _MOST_WORDS for value in values)
        wanted = role == "date" and any(hit.meaning == "words.wanted" for hit in words.hits(named))
        if titled and not (numbering or worded or wanted) and 0 < len(values) <= 3:  # noqa: PLR2004
            found += [Line(f"{named}: {value}", table.part) for value in values]
    return found


def table_claims(page: Page, tools: Tools) -> list[Claim]:
    """The claims of all tables of a page; a table under 'still to come' tells what is outstanding."""
    found = []
    for at, table in enumerate(page.tables):
        above = page.above[at] if at < len(page.above) else []
        section = section_of(above, tools.numbers, tools.words)
        unheaded = replace(table, heading=without_orders(table.heading, tools.numbers, tools.words))
        claims = claims_of(unheaded if section.torn else table, tools.reader, tools.calendar, tools.numbers)
        for claim in claims if section.order else ():
            claim.order = claim.order or ("" if "stranger" in claim.flags else section.order)
        if _still_open(table.heading, tools.words) and "now" not in table.roles:
            for claim in claims:
                claim.figures = {"outstanding": claim.figures.get("outstanding") or claim.figures.get("quantity", [])}
                claim.columns = frozenset({"outstanding"})
                claim.flags.add("open")
        elif "now" not in table.roles and announces_past(table.heading, tools.words):
            for claim in claims:
                claim.flags.add("past")
        found += claims
    return found


def _still_open(heading: str, words: Lexicon) -> bool:
    """Whether the line above a table puts it off; the order's number with a day of arrival beside it announces nothing."""
    hits = words.hits(heading) if ":" in heading.rstrip()[:-1] else []
    labelled = any(
        hit.meaning == "labels.order" or (hit.meaning == "labels.expected_on" and not hit.first) for hit in hits
    )
    labelled = labelled or len(_LABELS.findall(heading)) > 1
    return len(heading) < _MOST_HEADING and not labelled and announces_open(heading, words)


def prose_claims(page: Page, tools: Tools, scope: Scope) -> list[Claim]:
    """The claims of the lines of a page."""
    for line in page.lines:
        defined, line.text = defined_in(line.text, tools.reader)
        page.contents += defined
    prose = Prose(scope, tools.reader, tools.calendar, tools.numbers)
    prose.read(page.lines)
    page.doubts += [f"part {page.part.number}: {doubt}" for doubt in dict.fromkeys(prose.doubts)]
    return prose.claims


@dataclass(frozen=True, slots=True)
class Ownership:
    """Tells the plant's own addresses and names from others."""

    known: Known

    def __call__(self, sender: str) -> bool:
        """Whether an earlier mail was ours; when nothing is known of its sender, it was."""
        if "@" in sender:
            domain = readable(sender.rpartition("@")[2])
            return any(aligned(domain, own) for own in self.known.plant.domains)
        words = set(re.findall(r"[^\W_]{4,}", fold(sender)))
        if words & set(re.findall(r"[^\W_]{4,}", fold(self.known.plant.name))):
            return True
        return not any(
            words & set(re.findall(r"[^\W_]{5,}", fold(name))) for name in (one.name for one in self.known.suppliers)
        )
