"""The table of formats: which parts each reader takes, in the order in which they are asked."""

from collections.abc import Callable
from dataclasses import dataclass, field

from handlers.extraction.blocks import Block, Grid
from handlers.extraction.claims import Notice
from handlers.extraction.columns import table_of
from handlers.extraction.dates import Calendar
from handlers.extraction.lexicon import Lexicon
from handlers.extraction.mime import MOST_TEXT, Part
from handlers.extraction.numbers import decimal_mark
from handlers.extraction.tnef import SIGNATURE, Damaged, files_of

from . import cii, csv, cxml, edifact, fatturapa, html, opentrans, pdf, streams, text, ubl, x12, xlsx
from .markup import Markup, markup_of
from .xml import Refused, document_of, root_of

#: The readers of XML documents, each of which knows its own.
_XML = (ubl.notice_of, cii.notice_of, cxml.notice_of, opentrans.notice_of, fatturapa.notice_of)
_COMPOUND = b"\xd0\xcf\x11\xe0"


@dataclass(slots=True)
class Wanted:
    """What a reader of a format may use: words, locale, calendar; it leaves its doubts and the markup of a page there."""

    words: Lexicon
    locale: str
    calendar: Calendar
    doubts: list[str] = field(default_factory=list)
    markup: Markup | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, the parts it takes, and its reader, which yields blocks or a whole notice."""

    name: str
    takes: Callable[[Part], bool]
    blocks: Callable[[Part, Wanted], list[Block]] | None = None
    notice: Callable[[Part, Wanted], Notice | None] | None = None


def _is_xml(part: Part) -> bool:
    named = _ends(part, ".xml") or part.kind in ("application/xml", "text/xml") or part.kind.endswith("+xml")
    return named or (part.attached and part.content.lstrip(b"\xef\xbb\xbf \r\n\t")[:5] == b"<?xml")


def _xml(part: Part, _wanted: Wanted) -> Notice | None:
    return _document(part.content, part.number)


def _document(content: bytes, part: str) -> Notice | None:
    """The notice of an XML document of any kind that is known, out of its envelope."""
    root = root_of(content.lstrip(b"\r\n\t "))
    if root is None:
        return None
    root = document_of(root)
    return next((notice for reader in _XML if (notice := reader(root, part))), None)


def _is_workbook(part: Part) -> bool:
    if _ends(part, ".csv", ".tsv") and not part.content.startswith(b"PK"):
        return False
    return _ends(part, ".xlsx", ".xls", ".xlsm", ".ods") or part.kind in (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.spreadsheet",
    )


def _workbook(part: Part, wanted: Wanted) -> list[Block]:
    def tells(grid: Grid) -> bool:
        table = table_of(grid, wanted.words)[1]
        return table is not None and bool({"now", "confirmed"} & set(table.roles))

    sight = xlsx.Sight(decimal_mark(wanted.locale) or ".", wanted.doubts.append, tells)
    return xlsx.blocks_of(part.content, part.number, sight)


def _is_pdf(part: Part) -> bool:
    return part.content[:5] == b"%PDF-" or part.kind == "application/pdf" or _ends(part, ".pdf")


def _pdf(part: Part, wanted: Wanted) -> list[Block]:
    said = pdf.text_of(part.content, wanted.doubts.append)
    return text.blocks_of(said, part.number, wanted.words) if said.strip() else []


def _embedded(part: Part, _wanted: Wanted) -> Notice | None:
    """The one document that a PDF carries inside."""
    notices = [notice for content in streams.embedded(part.content) if (notice := _document(content, part.number))]
    return notices[0] if len(notices) == 1 else None


def _ends(part: Part, *endings: str) -> bool:
    return part.name.lower().endswith(endings)


def _is_csv(part: Part) -> bool:
    return _ends(part, ".csv", ".tsv") or part.kind in ("text/csv", "text/tab-separated-values", "application/csv")


def _is_html(part: Part) -> bool:
    return part.kind == "text/html" or _ends(part, ".html", ".htm")


def _is_text(part: Part) -> bool:
    return part.kind == "text/plain" and (not part.attached or _ends(part, ".txt", ".text", ".log"))


def _is_envelope(part: Part) -> bool:
    return part.kind in ("application/ms-tnef", "application/vnd.ms-tnef") or part.content.startswith(SIGNATURE)


def _envelope(part: Part, _wanted: Wanted) -> Notice | None:
    """Nothing of its own: its files are parts already; raises Refused for one that could not be opened."""
    try:
        files_of(part.content)
    except Damaged as fault:
        raise Refused(f"a winmail.dat that cannot be opened: {fault}") from fault
    return None


def _is_outlook(part: Part) -> bool:
    named = _ends(part, ".msg") or part.kind == "application/vnd.ms-outlook"
    return named and part.content.startswith(_COMPOUND)


def _outlook(_part: Part, _wanted: Wanted) -> Notice | None:
    raise Refused("a message saved by Outlook (.msg), which is not read")


def _listed(part: Part, wanted: Wanted) -> list[Block]:
    if len(part.content) > MOST_TEXT:
        raise Refused("a list that is too long")
    blocks = csv.blocks_of(part.text(wanted.locale), part.number)
    if any(_is_torn(block, wanted.words) for block in blocks if isinstance(block, Grid)):
        wanted.doubts.append("a row of a list holds more values than the list has columns")
    return blocks


def _is_torn(grid: Grid, words: Lexicon) -> bool:
    """Whether a row goes on behind the last head: a value with a separator in it moves all that follow it."""
    table = table_of(grid, words)[1]
    if table is None or not table.rows:
        return False
    heads = len(grid.rows[-len(table.rows) - 1])
    return any(cell.text for row in table.rows for cell in row[heads:])


def _html(part: Part, wanted: Wanted) -> list[Block]:
    source = part.text(wanted.locale)
    wanted.markup = markup_of(source, part.number)
    return html.blocks_of(source, part.number, wanted.words)


FORMATS: tuple[Format, ...] = (
    Format("envelope", _is_envelope, notice=_envelope),
    Format("outlook", _is_outlook, notice=_outlook),
    Format(
        "edifact",
        lambda part: edifact.takes(part.content),
        notice=lambda part, wanted: edifact.notice_of(edifact.text_of(part.content, wanted.locale), part.number),
    ),
    Format(
        "x12",
        lambda part: x12.takes(part.content),
        notice=lambda part, wanted: x12.notice_of(x12.text_of(part.content, part.charset, wanted.locale), part.number),
    ),
    Format("xml", _is_xml, notice=_xml),
    Format("workbook", _is_workbook, blocks=_workbook),
    Format("pdf", _is_pdf, blocks=_pdf, notice=_embedded),
    Format("csv", _is_csv, blocks=_listed),
    Format("html", _is_html, blocks=_html),
    Format(
        "text",
        _is_text,
        blocks=lambda part, wanted: text.blocks_of(
            part.text(wanted.locale), part.number, wanted.words, flowed=part.flowed
        ),
    ),
)
