"""Reads the text of PDF files as lines whose words stand where they stand on the page."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import TypeAlias

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from handlers.extraction.words import visible

from .streams import refuse_floods
from .xml import Refused

_MOST_PAGES = 30
_MOST_CHARACTERS = 60_000
_SPACE = 0.28
_NARROW = 3.0
_QUARTER = math.pi / 2

Letter: TypeAlias = tuple[float, float, float, float, str]


def text_of(content: bytes, doubt: Callable[[str], None]) -> str:
    """The pages below each other as aligned text; a page that is only a picture among others makes a doubt.

    Raises Refused for what cannot be opened.
    """
    refuse_floods(content)
    document = _opened(content)
    try:
        if len(document) > _MOST_PAGES:
            raise Refused("a PDF with too many pages")
        pages = [document[at] for at in range(len(document))]
        texts = _texts(pages, doubt)
        if any(texts) and any(not text and _is_picture(page) for text, page in zip(texts, pages, strict=False)):
            doubt("a page that is only a picture")
        return visible("\n\n".join(texts))
    except pypdfium2.PdfiumError as fault:
        raise Refused(f"a PDF that cannot be read: {fault}") from fault
    finally:
        document.close()


def _texts(pages: list[pypdfium2.PdfPage], doubt: Callable[[str], None]) -> list[str]:
    """The texts of the pages, as long as there are not more letters than are read."""
    left, texts = _MOST_CHARACTERS, []
    for page in pages:
        texts.append(_page(page, left))
        left -= len(texts[-1])
        if left <= 0:
            doubt("a PDF with more text than is read")
            break
    return texts


def _opened(content: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(content)
    except (pypdfium2.PdfiumError, ValueError) as fault:
        raise Refused(f"a PDF that cannot be opened: {fault}") from fault


def _is_picture(page: pypdfium2.PdfPage) -> bool:
    return next(iter(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=2)), None) is not None


def _page(page: pypdfium2.PdfPage, most: int) -> str:
    """Characters sorted into lines by their height, and along each line by their place; turned ones by themselves."""
    turned: dict[int, list[Letter]] = {}
    text = page.get_textpage()
    for at in range(min(text.count_chars(), most)):
        code = pdfium.FPDFText_GetUnicode(text, at)
        letter = chr(code) if 0 < code < 0x110000 else ""  # noqa: PLR2004 - the last character there is
        if letter.strip() and not 0xD800 <= code < 0xE000:  # noqa: PLR2004 - half a character
            quarter = round(pdfium.FPDFText_GetCharAngle(text, at) / _QUARTER) % 4
            left, bottom, right, top = _upright(text.get_charbox(at, loose=True), quarter)
            turned.setdefault(quarter, []).append((bottom, left, right, top, letter))
    groups = sorted(turned.values(), key=len, reverse=True)
    return "\n\n".join(_lined(letters) for letters in groups)


def _upright(box: tuple[float, float, float, float], quarter: int) -> tuple[float, float, float, float]:
    """The place of a letter that stands turned by quarters with the clock, on a page turned back."""
    left, bottom, right, top = box
    if quarter == 1:
        return -top, left, -bottom, right
    if quarter == 2:  # noqa: PLR2004 - upside down
        return -right, -top, -left, -bottom
    return (bottom, -right, top, -left) if quarter else box


def _lined(letters: list[Letter]) -> str:
    width = _letter_width(letters)
    leftmost = min(0.0, *(letter[1] for letter in letters))
    placed = [(bottom, left - leftmost, right - leftmost, top, text) for bottom, left, right, top, text in letters]
    return "\n".join(_line(line, width) for line in _lines(placed))


def _letter_width(letters: list[Letter]) -> float:
    widths = sorted(right - left for _, left, right, _, _ in letters if right > left)
    return max(widths[len(widths) // 2] if widths else _NARROW, _NARROW)


def _lines(letters: list[Letter]) -> list[list[tuple[float, float, str]]]:
    rows: list[list[Letter]] = []
    for letter in sorted(letters, key=lambda one: (-one[0], one[1])):
        height = letter[3] - letter[0]
        if rows and abs(rows[-1][0][0] - letter[0]) <= max(height * 0.4, 1.0):
            rows[-1].append(letter)
        else:
            rows.append([letter])
    return [sorted((left, right, text) for _, left, right, _, text in row) for row in rows]


def _line(letters: list[tuple[float, float, str]], width: float) -> str:
    """One line: words keep one blank, columns keep their distance."""
    out = ""
    before: tuple[float, float, str] | None = None
    for before, letter in pairwise([(0.0, 0.0, ""), *letters]):
        gap = letter[0] - before[1]
        column = int(letter[0] / width)
        if not out or gap > width * 2:
            out += " " * max(column - len(out), 2 if out else 0)
        elif gap > width * _SPACE:
            out += " "
        out += letter[2]
    return out
