"""The table of formats: which parts each reader takes, in the order in which they are asked."""

from collections.abc import Callable
from dataclasses import dataclass

from handlers.extraction.blocks import Block
from handlers.extraction.claims import Notice
from handlers.extraction.dates import Calendar
from handlers.extraction.lexicon import Lexicon
from handlers.extraction.mime import Part
from handlers.extraction.numbers import decimal_mark

from . import csv, cxml, edifact, html, pdf, text, ubl, x12, xlsx
from .xml import root_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader of a format may use: the words and the locale of the mail, and its calendar."""

    words: Lexicon
    locale: str
    calendar: Calendar


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
    root = root_of(part.content.lstrip(b"\r\n\t "))
    if root is None:
        return None
    return ubl.notice_of(root, part.number) or cxml.notice_of(root, part.number)


def _is_workbook(part: Part) -> bool:
    return _ends(part, ".xlsx", ".xls", ".xlsm", ".ods") or part.kind in (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.spreadsheet",
    )


def _is_pdf(part: Part) -> bool:
    return part.content[:5] == b"%PDF-" or part.kind == "application/pdf" or _ends(part, ".pdf")


def _pdf(part: Part, wanted: Wanted) -> list[Block]:
    return text.blocks_of(pdf.text_of(part.content), part.number, wanted.words)


def _ends(part: Part, *endings: str) -> bool:
    return part.name.lower().endswith(endings)


def _is_csv(part: Part) -> bool:
    return _ends(part, ".csv", ".tsv") or part.kind in ("text/csv", "text/tab-separated-values", "application/csv")


def _is_html(part: Part) -> bool:
    return part.kind == "text/html" or _ends(part, ".html", ".htm")


def _is_text(part: Part) -> bool:
    return part.kind == "text/plain" and (not part.attached or _ends(part, ".txt", ".text", ".log"))


FORMATS: tuple[Format, ...] = (
    Format(
        "edifact",
        lambda part: edifact.takes(part.content),
        notice=lambda part, wanted: edifact.notice_of(part.text(wanted.locale), part.number),
    ),
    Format(
        "x12",
        lambda part: x12.takes(part.content),
        notice=lambda part, wanted: x12.notice_of(part.text(wanted.locale), part.number),
    ),
    Format("xml", _is_xml, notice=_xml),
    Format(
        "workbook",
        _is_workbook,
        blocks=lambda part, wanted: xlsx.blocks_of(part.content, part.number, decimal_mark(wanted.locale) or "."),
    ),
    Format("pdf", _is_pdf, blocks=_pdf),
    Format("csv", _is_csv, blocks=lambda part, wanted: csv.blocks_of(part.text(wanted.locale), part.number)),
    Format("html", _is_html, blocks=lambda part, wanted: html.blocks_of(part.text(wanted.locale), part.number)),
    Format(
        "text",
        _is_text,
        blocks=lambda part, wanted: text.blocks_of(
            part.text(wanted.locale), part.number, wanted.words, flowed=part.flowed
        ),
    ),
)
