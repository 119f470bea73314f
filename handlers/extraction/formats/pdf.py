"""Reads the text of PDF files as lines whose words stand where they stand on the page."""

from itertools import pairwise

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from handlers.extraction.words import visible

from .xml import Refused

_MOST_PAGES = 30
_MOST_CHARACTERS = 60_000
_SPACE = 0.28
_NARROW = 3.0


def text_of(content: bytes) -> str:
    """The pages below each other as aligned text; raises Refused for what cannot be opened."""
    try:
        document = pypdfium2.PdfDocument(content)
    except (pypdfium2.PdfiumError, ValueError) as fault:
        raise Refused(f"a PDF that cannot be opened: {fault}") from fault
    try:
        if len(document) > _MOST_PAGES:
            raise Refused("a PDF with too many pages")
        return visible("\n\n".join(_page(document[at]) for at in range(len(document))))
    except pypdfium2.PdfiumError as fault:
        raise Refused(f"a PDF that cannot be read: {fault}") from fault
    finally:
        document.close()


def _page(page: pypdfium2.PdfPage) -> str:
    """Characters sorted into lines by their height, and along each line by their place."""
    text = page.get_textpage()
    letters: list[tuple[float, float, float, float, str]] = []
    for at in range(min(text.count_chars(), _MOST_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(text, at)
        letter = chr(code) if 0 < code < 0x110000 else ""  # noqa: PLR2004 - the last character there is
        if letter.strip() and not 0xD800 <= code < 0xE000:  # noqa: PLR2004 - half a character
            left, bottom, right, top = text.get_charbox(at, loose=True)
            letters.append((bottom, left, right, top, letter))
    if not letters:
        return ""
    width = _letter_width(letters)
    return "\n".join(_line(line, width) for line in _lines(letters))


def _letter_width(letters: list[tuple[float, float, float, float, str]]) -> float:
    widths = sorted(right - left for _, left, right, _, _ in letters if right > left)
    return max(widths[len(widths) // 2] if widths else _NARROW, _NARROW)


def _lines(letters: list[tuple[float, float, float, float, str]]) -> list[list[tuple[float, float, str]]]:
    rows: list[list[tuple[float, float, float, float, str]]] = []
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
