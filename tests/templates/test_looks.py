"""A plant's own paper: its logo and colour, figures carried from page to page, and its terms as an annex."""

import io
import struct
import zlib
from typing import Any

import pytest
from pypdf import PdfReader

import templates
from templates.looks import LARGEST_LOGO, Look, LookRefused, logo_svg, paragraphs, readable_colour

DRAWN = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><rect width="20" height="10" fill="#7a1f0b"/></svg>'
)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int = 3, height: int = 2) -> bytes:
    rows = b"".join(b"\x00" + b"\x7a\x1f\x0b" * width for _ in range(height))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text().replace("\u200b", "") for page in PdfReader(io.BytesIO(pdf)).pages]


def long(order: Any, count: int) -> Any:
    lines = [{**order["lines"][0], "line": str(at), "amount": "10.01"} for at in range(1, count + 1)]
    return {**order, "lines": lines}


@pytest.mark.parametrize("file", [DRAWN, png()])
def test_a_logo_stands_where_the_name_was_and_the_name_stays_readable(order: Any, file: bytes) -> None:
    plain = templates.purchase_order_pdf(order)

    made = templates.purchase_order_pdf(order, look=Look(logo=logo_svg(file), colour="#7a1f0b"))

    assert made != plain
    assert order["plant"]["name"] in pages(made)[0]
    assert len(pages(made)) == len(pages(plain))


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"GIF89a", "neither SVG nor PNG"),
        (b"", "neither SVG nor PNG"),
        (b"<html/>", "neither SVG nor PNG"),
        (b"\x89PNG\r\n\x1a\n", "damaged PNG"),
        (b"x" * (LARGEST_LOGO + 1), "512 kB are the most"),
    ],
)
def test_what_is_no_logo_is_refused_with_its_reason(file: bytes, reason: str) -> None:
    with pytest.raises(LookRefused, match=reason):
        logo_svg(file)


def test_a_logo_cannot_fetch_or_include_anything() -> None:
    hostile = (
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>'
    )

    assert "root:" not in logo_svg(hostile)


@pytest.mark.parametrize(
    ("colour", "reason"), [("#ffee00", "cannot be read on white"), ("red", "six hexadecimal"), ("#12345", "six")]
)
def test_a_colour_nobody_can_read_is_refused(colour: str, reason: str) -> None:
    with pytest.raises(LookRefused, match=reason):
        readable_colour(colour)


def test_every_page_but_the_last_carries_its_sum_over_to_the_next(order: Any) -> None:
    sheets = pages(templates.purchase_order_pdf(long(order, 40)))

    shown = [sheet.count("10.01") for sheet in sheets]
    assert [("Carried forward" in sheet, "Brought forward" in sheet) for sheet in sheets] == [
        (True, False),
        (True, True),
        (False, True),
    ]
    first, second = f"{shown[0] * 10.01:.2f}", f"{(shown[0] + shown[1]) * 10.01:.2f}"
    assert first in sheets[0]
    assert first in sheets[1]
    assert second in sheets[1]
    assert second in sheets[2]


def test_an_order_of_one_page_carries_nothing(order: Any) -> None:
    (sheet,) = pages(templates.purchase_order_pdf(order))

    assert "forward" not in sheet


def test_two_thousand_lines_become_one_paper(order: Any) -> None:
    sheets = pages(templates.purchase_order_pdf(long(order, 2000)))

    assert sum(sheet.count("10.01") for sheet in sheets) >= 2000
    assert f"Page {len(sheets)} of {len(sheets)}" in sheets[-1]


def test_the_terms_are_the_last_pages_and_the_order_says_so(order: Any) -> None:
    document = {**order, "look": {"annex": "digest"}}
    terms = "# 1. Scope\n\nThese terms apply.\nAlso *here* #panic().\n\n# 2. Delivery\n\n" + "Dates bind. " * 900

    sheets = pages(templates.purchase_order_pdf(document, look=Look(annex=terms)))

    assert "edition 3, March 2026; they are the annex" in " ".join(sheets[0].split())
    assert sheets[1].startswith("Annex: terms of purchase, edition 3, March 2026")
    assert "Also *here* #panic()." in sheets[1]
    assert len(sheets) >= 3
    assert " ".join(sheets[1:]).count("bind.") == 900


def test_terms_with_letters_no_font_has_are_refused_before_anything_is_printed(order: Any) -> None:
    with pytest.raises(templates.NoFontForCharacters, match="CJK"):
        templates.purchase_order_pdf(order, look=Look(annex="条"))


def test_paragraphs_end_at_empty_lines_and_headings_begin_with_a_hash() -> None:
    assert paragraphs("# One\r\n\r\ntwo\nthree\n \n\n#four") == [
        {"heading": True, "text": "One"},
        {"heading": False, "text": "two\nthree"},
        {"heading": True, "text": "four"},
    ]
