"""Paper: orders and return notes as PDF (PDF/A-3b, the same bytes each time), orders as UBL for the supplier's machine."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from threading import Lock
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from templates import fonts, order_taxes
from templates.count_sheet import count_sheet
from templates.locales import country_code, read_day, read_decimal, read_moment
from templates.looks import Look, paragraphs
from templates.order_sheet import DOCUMENTS, Document, language_of, line_of, order_sheet, order_words, whole
from templates.return_sheet import return_sheet
from templates.said import worded

Paper = Literal["a4", "us-letter"]
# XML 1.0 allows none of these, however escaped.
_NOT_XML = re.compile("[\ufffe\uffff]")
_compiling = Lock()


def purchase_order_pdf(
    document: Document, *, paper: Paper = "a4", extra_fonts: tuple[str, ...] = (), look: Look | None = None
) -> bytes:
    """The order as PDF/A-3b with its UBL order attached; NotInDocument or NoFontForCharacters say why not.

    The timestamp is `issued_at`, so one document in one look always gives the same bytes.
    """
    look = look or Look()
    sheet = {**order_sheet(document), "annex": _annex(document, look)}
    fonts.require_characters(_strings(sheet), extra_fonts)
    sheet["look"] = {"colour": look.colour, "logo": look.logo}
    inputs = {
        "sheet": json.dumps({**sheet, "paper": paper}, ensure_ascii=False),
        "order": purchase_order_ubl(document).decode(),
    }
    issued = int(read_moment(document["issued_at"]).timestamp())
    return compiled("purchase_order.typ", inputs, standard="a-3b", issued=issued, extra_fonts=extra_fonts)


def compiled(
    name: str, inputs: dict[str, str], *, standard: str, issued: int, extra_fonts: tuple[str, ...] = ()
) -> bytes:
    """The PDF of templates/documents/NAME by a standard such as a-3b or ua-1, dated ``issued`` seconds after 1970."""
    # One compiler keeps its fonts and caches, and serves one caller at a time.
    with _compiling:
        made = _compiler(extra_fonts, name).compile(
            format="pdf", sys_inputs=inputs, pdf_standards=[standard], timestamp=issued
        )
    return bytes(made)


def return_note_pdf(document: Document, note: dict[str, Any], *, paper: str = "a4", look: Look | None = None) -> bytes:
    """The note that goes back with rejected goods, as PDF/A-3b; the same note always gives the same bytes."""
    sheet = return_sheet(document, note) | {"paper": _PAPERS.get(paper, "a4")}
    fonts.require_characters(_strings(sheet))
    sheet["look"] = {"colour": (look or Look()).colour}
    inputs = {"sheet": json.dumps(sheet, ensure_ascii=False)}
    issued = int(read_moment(note["issued_at"]).timestamp())
    return compiled("return_note.typ", inputs, standard="a-3b", issued=issued)


def stock_count_pdf(count: dict[str, Any], *, paper: str = "a4") -> bytes:
    """The list of a stock count, to be written on at the shelves, as PDF/A-3b; the same count always gives the same bytes."""
    sheet = count_sheet(count) | {"paper": _PAPERS.get(paper, "a4")}
    inputs = {"sheet": json.dumps(sheet, ensure_ascii=False)}
    issued = int(read_moment(count["issued_at"]).timestamp())
    with _compiling:
        made = _compiler((), "count_sheet.typ").compile(
            format="pdf", sys_inputs=inputs, pdf_standards=["a-3b"], timestamp=issued
        )
    return bytes(made)


_PAPERS = {"a4": "a4", "letter": "us-letter", "us-letter": "us-letter"}


def _annex(document: Document, look: Look) -> dict[str, Any]:
    """The terms of purchase as pages at the end, with their heading."""
    words = order_words()[language_of(document)]
    edition = line_of(document.get("terms_edition"))
    title = words["annex"].format(edition=edition) if edition else words["annex_plain"]
    return {"title": title, "paragraphs": paragraphs(look.annex)}


def unprintable(document: Document, *, extra_fonts: tuple[str, ...] = ()) -> list[str]:
    """The characters of an order that no font has, for asking before an order is approved."""
    return fonts.missing_characters(_strings(order_sheet(document)), extra_fonts)


def purchase_order_ubl(document: Document) -> bytes:
    """The order as UBL 2.1 Order by Peppol BIS Order 3; NotInDocument names what is missing."""
    order = whole(document)
    return _xml().get_template("order.xml.j2").render(order=order, **_ubl_values(order)).encode()


def _ubl_values(document: Document) -> dict[str, Any]:
    net = read_decimal(document["net"], "net")
    sums = {True: Decimal(0), False: Decimal(0)}
    for charge in document["charges"]:
        sums[bool(charge["allowance"])] += read_decimal(charge["amount"], charge["kind"])
    return {
        "changed": order_taxes.changed_said(document),
        "allowances": sums[True],
        "charged": sums[False],
        "tax": read_decimal(document["tax"] or "0", "tax"),
        "without_tax": net + sums[False] - sums[True],
    }


@cache
def _compiler(extra_fonts: tuple[str, ...], name: str) -> Any:
    # Loaded only when a PDF is made: the library takes longer to load than the rest of the product together.
    import typst

    return typst.Compiler(
        input=str(DOCUMENTS / name),
        root=str(DOCUMENTS),
        font_paths=list(fonts.font_folders(extra_fonts)),
        ignore_system_fonts=True,
    )


@cache
def _xml() -> Environment:
    made = Environment(
        loader=FileSystemLoader(DOCUMENTS),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_xml_value,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {"day": lambda value: read_day(value).isoformat(), "country": country_code, "plain": _plain}
    return made


def _xml_value(value: object) -> str:
    return value if isinstance(value, Markup) else _NOT_XML.sub("", worded(value))


def _plain(value: Any) -> str:
    """A number as XML writes it, never in powers of ten."""
    return f"{Decimal(str(value)):f}"


def _strings(held: Any) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict):
        for value in held.values():
            yield from _strings(value)
    elif isinstance(held, list):
        for value in held:
            yield from _strings(value)
