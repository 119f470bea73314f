"""Hostile documents end in a question within limits: bombs, floods, deep nesting and any bytes whatever."""

import base64
import json
import struct
import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from handlers.extraction import Known, read
from handlers.extraction.formats import csv, edifact, pdf, streams, x12, xml
from handlers.extraction.formats.markup import markup_of
from handlers.extraction.formats.workbook import unseen_of
from handlers.extraction.tnef import MOST_FILES, SIGNATURE, Damaged, files_of

ISA = "ISA*00*          *00*          *ZZ*SUPPLIER       *ZZ*PLANT          *261119*0900*U*00401*000000001*0*P*>~"
NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:DespatchAdvice-2"


def attribute(level: int, name: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, name, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def envelope(*files: tuple[str, bytes]) -> bytes:
    out = SIGNATURE + b"\x01\x00" + attribute(1, 0x00069007, struct.pack("<II", 1252, 0))
    for name, content in files:
        out += attribute(2, 0x00069002, bytes(14)) + attribute(2, 0x0006800F, content)
        out += attribute(2, 0x00018010, name.encode() + b"\0")
    return out


def bombs() -> list[tuple[str, str, bytes]]:
    deep = b"<a>" * 50_000 + b"</a>" * 50_000
    entities = b'<!DOCTYPE x [<!ENTITY a "' + b"x" * 10_000 + b'">]><x>' + b"&a;" * 10_000 + b"</x>"
    lines = b"<DespatchLine><ID>1</ID></DespatchLine>" * 30_000
    flood = "UNB+UNOC:3+a+b'UNH+1+DESADV:D:96A:UN'" + "LIN+1'QTY+12:1:PCE'" * 50_000
    releases = "UNA:+.? 'UNB+UNOC:3+a+b'UNH+1+DESADV:D:96A:UN'FTX+" + "?" * 300_001 + "'"
    return [
        ("deep.xml", "application/xml", deep),
        ("entities.xml", "application/xml", entities),
        ("lines.xml", "application/xml", b'<DespatchAdvice xmlns="%s">' % NAMESPACE.encode() + lines + b"</DespatchAdvice>"),
        ("flood.edi", "application/octet-stream", flood.encode()),
        ("releases.edi", "application/octet-stream", releases.encode()),
        ("rings.edi", "application/octet-stream", ("UNB+UNOC:3+a+b'UNH+1+DESADV:D:96A:UN'" + "".join(f"CPS+{at}+{at % 40 + 1}'LIN+1++1:EN'QTY+12:1:PCE'" for at in range(1, 4_000)) + "UNT+1+1'").encode()),
        ("flood.x12", "application/octet-stream", (ISA + "ST*856*1~" + "HL*1**I~SN1**1*EA~" * 50_000).encode()),
        ("levels.x12", "application/octet-stream", (ISA + "ST*856*1~" + "".join(f"HL*{at}*{at - 1}*P~" for at in range(1, 9_000)) + "SE*1*1~").encode()),
        ("rows.csv", "text/csv", b"a;b\n1;2\n" * 60_000),
        ("wide.csv", "text/csv", b"a;" * 190_000),
        ("winmail.dat", "application/ms-tnef", envelope(*[("a.txt", b"x")] * 200)),
        ("winmail.dat", "application/ms-tnef", SIGNATURE + b"\xff" * 100_000),
        ("broken.eml", "application/octet-stream", b"From: a\n" + b"\n--x" * 5_000),
        ("message.msg", "application/vnd.ms-outlook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("empty.pdf", "application/pdf", b"%PDF-1.7\n" + b"EmbeddedFile " * 20_000),
    ]  # fmt: skip


@pytest.mark.parametrize("bomb", bombs(), ids=lambda one: one[0])
def test_a_hostile_attachment_is_asked_about_in_time(
    bomb: tuple[str, str, bytes], letter: Callable[..., bytes], known: Known
) -> None:
    raw = letter("Zu Bestellung PO-2026-00042.", attached=[bomb])
    begun = time.process_time()

    reading = read(raw, known).to_json()

    assert time.process_time() - begun < 2
    assert reading["decision"]["action"] in ("ask", "quarantine")
    assert reading["decision"]["rule"] != "fault"
    assert reading["lines"] == []


def test_markup_nested_without_end_says_nothing() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    page = (
        f'<script type="application/ld+json">{deep}</script>'
        + '<div itemscope itemtype="https://schema.org/Order">' * 3_000
    )

    assert markup_of("schema.org" + page, "1") is None


@pytest.mark.parametrize(
    "value", [None, 5, "x", [], [[]], {"@type": 7}, {"@type": ["ParcelDelivery"], "itemShipped": 4}]
)
def test_markup_of_another_form_says_nothing(value: Any) -> None:
    page = f'schema.org <script type="application/ld+json">{json.dumps(value)}</script>'

    assert markup_of(page, "1") is None


def test_an_envelope_gives_its_files_and_is_damaged_where_a_byte_is_another() -> None:
    whole = envelope(("a.csv", b"Artikel;Menge"), ("b.txt", b"x"))

    assert [(one.name, one.content) for one in files_of(whole)] == [("a.csv", b"Artikel;Menge"), ("b.txt", b"x")]
    for broken in (
        whole[:-1],
        whole.replace(b"Menge", b"Mengf"),
        b"x" + whole,
        envelope(*[("a", b"x")] * (MOST_FILES + 1)),
    ):
        with pytest.raises(Damaged):
            files_of(broken)


@settings(max_examples=200, deadline=None)
@given(content=some.binary(max_size=400))
@example(content=attribute(2, 0x00069002, b""))
def test_any_bytes_are_an_envelope_or_damaged(content: bytes) -> None:
    def opened() -> int:
        try:
            return len(files_of(SIGNATURE + b"\0\0" + content))
        except Damaged:
            return 0

    assert 0 <= opened() <= MOST_FILES


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=some.text(alphabet="UNBHTADESVLIQY+:'?1234.,- \n", max_size=300))
def test_any_text_is_an_interchange_or_nothing(text: str) -> None:
    notice = edifact.notice_of("UNB+UNOC:3+a+b'UNH+1+DESADV:D:96A:UN'" + text, "1")

    assert notice is not None
    assert notice.kind == "despatch"


@settings(max_examples=150, deadline=None)
@given(text=some.text(alphabet="HLINSPOTQREFACK10*~A1>\n", max_size=300))
def test_any_segments_are_a_ship_notice_of_some_kind(text: str) -> None:
    notice = x12.notice_of(ISA + "ST*856*1~" + text, "1")

    assert notice is not None
    assert all(claim.form == "structured" for claim in notice.claims)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04" + b"x" * 50, b"\xd0\xcf\x11\xe0"])
def test_nothing_is_hidden_in_what_is_no_workbook(content: bytes) -> None:
    assert unseen_of(content) == {}


def test_a_list_with_more_rows_than_are_read_is_refused_whole() -> None:
    with pytest.raises(xml.Refused):
        csv.blocks_of("a;b\n" * 1_500, "1")


def packed(head: bytes, data: bytes) -> bytes:
    return b"%PDF-1.4\n4 0 obj\n<< " + head + b" /Length %d >>\nstream\n" % len(data) + data + b"\nendstream\nendobj\n"


def flood(size: int) -> bytes:
    packing = zlib.compressobj(9)
    return b"".join(packing.compress(b" " * 1_000_000) for _ in range(size)) + packing.flush()


@pytest.mark.parametrize(
    "content",
    [
        packed(b"/Filter /FlateDecode", flood(40)),
        packed(b"/Filter [/FlateDecode]", flood(20)) + packed(b"", flood(20)),
        packed(b"/Filter [/ASCII85Decode /FlateDecode]", base64.a85encode(flood(40)) + b"~>"),
        packed(b"/Subtype /Image /Filter /FlateDecode", flood(110)),
        packed(b"/Filter [/FlateDecode /FlateDecode]", zlib.compress(flood(1))),
        packed(b"/Filter 9 0 R", b"x"),
        packed(b"/Filter /LZWDecode", b"x" * 30_000),
        b"stream\nx" * 21_000,
    ],
)
def test_a_pdf_that_unpacks_to_too_much_is_refused_unopened(content: bytes) -> None:
    with pytest.raises(xml.Refused):
        pdf.text_of(content, [].append)


def test_a_pdf_gives_the_xml_that_it_carries_and_nothing_else() -> None:
    file = b"<?xml version='1.0'?><CrossIndustryInvoice/>"
    content = packed(b"/Type /EmbeddedFile /Filter /FlateDecode", zlib.compress(file)) + packed(
        b"/Type /EmbeddedFile", file
    )
    content += packed(b"/Type /EmbeddedFile /Filter /FlateDecode", zlib.compress(b"no xml")) + packed(
        b"", zlib.compress(file)
    )
    content += packed(b"/Type /EmbeddedFile /Filter /FlateDecode", flood(6))

    assert [one.strip() for one in streams.embedded(content)] == [file, file]
    assert streams.embedded(b"%PDF-1.4") == []
