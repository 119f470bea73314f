"""Reads XML safely: nothing is expanded, nothing is fetched, and a document with entities of its own is refused."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from handlers.extraction.numbers import Number
from handlers.extraction.units import Figure

from .codes import unece_unit

_MOST = 5_000_000
_MOST_MARKS = 100_000


class Refused(ValueError):  # noqa: N818 - errors are named by what is wrong
    """A document that is not read because of its form; the message is the reason."""


def root_of(content: bytes) -> etree._Element | None:
    """The root element, or None for a damaged document; raises Refused for declarations that could do harm."""
    head = content[:4096]
    if b"<!ENTITY" in content or (
        b"<!DOCTYPE" in content and not re.search(rb"<!DOCTYPE\s+cXML\b[^\[>]{0,400}>", head)
    ):
        raise Refused("an XML document with a document type or entities of its own")
    if len(content) > _MOST or content.count(b"<") > _MOST_MARKS:
        raise Refused("an XML document that is too large")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def document_of(root: etree._Element) -> etree._Element:
    """The business document inside a StandardBusinessDocument (GS1 and Peppol envelopes), or the root itself."""
    if name_of(root) != "StandardBusinessDocument":
        return root
    inner = [child for child in root if name_of(child) not in ("", "StandardBusinessDocumentHeader")]
    return inner[0] if len(inner) == 1 else root


def name_of(element: etree._Element) -> str:
    """The local name of an element."""
    tag: Any = element.tag
    return etree.QName(tag).localname if isinstance(tag, str) else ""


def walk(element: etree._Element, path: str) -> list[etree._Element]:
    """The elements at a path of local names, whatever their prefixes."""
    found = [element]
    for step in path.split("/"):
        found = [child for parent in found for child in parent if name_of(child) == step]
    return found


def text_at(element: etree._Element, *paths: str) -> str:
    """The text of the first element that stands at one of the paths."""
    for path in paths:
        for found in walk(element, path):
            text = " ".join((found.text or "").split())
            if text:
                return text
    return ""


def day_of(text: str) -> date | None:
    """An ISO date, also with a time behind it."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def compact_day_of(text: str) -> date | None:
    """An ISO date, also without its dashes."""
    head = text[:8]
    return day_of(f"{head[:4]}-{head[4:6]}-{head[6:]}" if head.isdecimal() and len(head) == 8 else text)  # noqa: PLR2004


def amount_of(text: str) -> Decimal | None:
    """A decimal as XML and EDI write it: a point, no groups, no exponent."""
    try:
        return Decimal(text.strip()) if re.fullmatch(r"\d{1,12}(?:\.\d{0,6})?|\.\d{1,6}", text.strip()) else None
    except InvalidOperation:
        return None


def figure_of(text: str, unit: str) -> Figure | None:
    """A quantity with its UN/ECE unit; None where it is no number."""
    value = amount_of(text)
    return None if value is None else Figure(Number(value), unece_unit(unit), text=f"{text.strip()} {unit}".strip())
