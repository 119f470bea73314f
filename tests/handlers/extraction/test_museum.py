"""The museum of broken mails: whatever the bytes are, a reading comes back within five seconds and takes nothing wrong."""

import base64
import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from handlers.extraction import Known, read

HEAD = (
    b"Authentication-Results: mx.brackwater.example; dmarc=pass header.from=nordlager.example\n"
    b"From: Nordlager <versand@nordlager.example>\nTo: purchasing@brackwater.example\nSubject: Lieferung PO-2026-00042\n"
    b"Date: Thu, 19 Nov 2026 10:12:00 +0100\nMIME-Version: 1.0\n"
)
MOST_SECONDS = 5.0


def part(kind: bytes, content: bytes, *, name: bytes = b"", encoding: bytes = b"") -> bytes:
    """A mail with one part of this kind."""
    head = HEAD + b"Content-Type: " + kind + b"\n"
    head += b'Content-Disposition: attachment; filename="' + name + b'"\n' if name else b""
    head += b"Content-Transfer-Encoding: " + encoding + b"\n" if encoding else b""
    return head + b"\n" + content


def packed(kind: bytes, name: bytes, content: bytes) -> bytes:
    """A mail with one attachment in base64."""
    return part(kind, base64.encodebytes(content), name=name, encoding=b"base64")


def many_parts(count: int) -> bytes:
    """A multipart mail with very many empty parts."""
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * count + b"--b--\n"


def deep(levels: int) -> bytes:
    """Multiparts inside multiparts."""
    out = HEAD + b"Content-Type: multipart/mixed; boundary=b0\n\n"
    for level in range(levels):
        out += b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (level, level + 1)
    return out + b"--b%d\n\nx\n" % levels


def letters_in_letters(levels: int) -> bytes:
    """Mails enclosed in mails."""
    return HEAD + b"Content-Type: message/rfc822\n\n" + b"Subject: x\nContent-Type: message/rfc822\n\n" * levels


def archive(entries: dict[str, bytes]) -> bytes:
    """A ZIP file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packing:
        for name, content in entries.items():
            packing.writestr(name, content)
    return out.getvalue()


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY a%d "&a%s;&a%s;">' % (n, str(n - 1).encode() if n else b"", str(n - 1).encode() if n else b"")
    for n in range(1, 30)
)
XML, PDF, CSV, BOOK = b"application/xml", b"application/pdf", b"text/csv", b"application/vnd.ms-excel"
HTML, TEXT = b"text/html; charset=utf-8", b"text/plain; charset=utf-8"

MUSEUM: dict[str, Callable[[], bytes]] = {
    "nothing at all": lambda: b"",
    "one nul": lambda: b"\0",
    "no headers": lambda: b"just some words\nand no head\n",
    "headers without a body": lambda: HEAD,
    "nuls in head and body": lambda: HEAD.replace(b"Lieferung", b"Lief\0erung") + b"\nNL-99812\0 20 Stk\0\n",
    "two hundred thousand parts": lambda: many_parts(200_000),
    "sixty parts": lambda: many_parts(60),
    "four hundred levels": lambda: deep(400),
    "mails in mails": lambda: letters_in_letters(300),
    "brackets without end in To": lambda: HEAD.replace(b"purchasing@", b"(" * 40_000),
    "brackets without end in From": lambda: b"From: " + b"(" * 40_000 + b"\n\nx\n",
    "twenty thousand encoded words": lambda: b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nx\n",
    "encoded word of an unknown charset": lambda: b"Subject: =?klingon?q?=E4?= =?utf-8?b?####?=\n\nx\n",
    "twenty thousand headers": lambda: b"X-A: b\n" * 20_000 + HEAD + b"\nx\n",
    "one line of ten million letters": lambda: part(TEXT, b"a" * 10_000_000),
    "one word of ten million digits": lambda: part(TEXT, b"7" * 10_000_000),
    "thirty million bytes": lambda: part(TEXT, b"x\n" * 15_000_000),
    "unknown charset": lambda: part(b"text/plain; charset=martian-9", "St\u00fcck".encode("latin-1")),
    "wrong charset": lambda: part(b"text/plain; charset=utf-8", "Menge 20 St\u00fcck".encode("cp1252")),
    "charset that is no text": lambda: part(b"text/plain; charset=zlib", b"x\x9c"),
    "utf-16 without a mark": lambda: part(b"text/plain; charset=utf-16", "PO-2026-00042".encode("utf-16-le")[:-1]),
    "utf-7": lambda: part(b"text/plain; charset=utf-7", b"+AG8-+///"),
    "charset given twice": lambda: part(b"text/plain; charset*0=utf; charset*1=-8; charset*=utf-8''%FF", b"x"),
    "unknown transfer encoding": lambda: part(TEXT, b"NL-99812 20", encoding=b"x-uuencode-maybe"),
    "uuencoded rubbish": lambda: part(TEXT, b"begin 644 x\n\xff\xff\xff\nend\n", encoding=b"x-uuencode"),
    "base64 cut off": lambda: part(PDF, b"JVBERi0xLjQKJ", name=b"a.pdf", encoding=b"base64"),
    "base64 that is none": lambda: part(PDF, b"*** not base64 \xff ***", name=b"a.pdf", encoding=b"base64"),
    "quoted-printable cut off": lambda: part(TEXT, b"=E4=F=\n=", encoding=b"quoted-printable"),
    "boundary that never comes": lambda: HEAD + b"Content-Type: multipart/mixed; boundary=zz\n\nno part\n",
    "boundary that is empty": lambda: HEAD + b'Content-Type: multipart/mixed; boundary=""\n\n--\n\nx\n',
    "multipart without a boundary": lambda: HEAD + b"Content-Type: multipart/alternative\n\n--x\n\ny\n",
    "content type that is nonsense": lambda: part(b"///;;;=;", b"x"),
    "date that is nonsense": lambda: (
        HEAD.replace(b"Thu, 19 Nov 2026 10:12:00 +0100", b"Thu, 99 Foo 99999 99:99") + b"\nx\n"
    ),
    "date far away": lambda: HEAD.replace(b"2026 10", b"99999999999999 10") + b"\nx\n",
    "csv of nothing but quotes": lambda: packed(CSV, b"a.csv", b'"' * 100_001),
    "csv with a field of millions": lambda: packed(CSV, b"a.csv", b"a;b\n" + b"x" * 2_000_000 + b";1\n"),
    "csv of one column": lambda: packed(CSV, b"a.csv", b"artikel\n" * 1000),
    "csv with nuls": lambda: packed(CSV, b"a.csv", b"Artikel;Menge\nNL-99812;\x002\n"),
    "csv with a separator line only": lambda: packed(CSV, b"a.csv", b"sep=;\n"),
    "csv of a hundred thousand columns": lambda: packed(CSV, b"a.csv", b";" * 100_000 + b"\n1;2\n"),
    "workbook that is none": lambda: packed(BOOK, b"a.xlsx", b"PK\x03\x04 broken"),
    "workbook of the old kind cut off": lambda: packed(
        BOOK, b"a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    ),
    "workbook without sheets": lambda: packed(BOOK, b"a.xlsx", archive({"a": b""})),
    "workbook that unpacks to 60 million": lambda: packed(BOOK, b"a.xlsx", archive({"xl/a.xml": b"0" * 60_000_000})),
    "workbook with 600 entries": lambda: packed(BOOK, b"a.xlsx", archive({f"e{n}": b"" for n in range(600)})),
    "workbook with a lying directory": lambda: packed(
        BOOK, b"a.xlsx", archive({"a": b"0" * 9999}).replace(b"\x0f\x27", b"\x01\x00")
    ),
    "pdf that is none": lambda: packed(PDF, b"a.pdf", b"%PDF-1.7 and nothing"),
    "pdf that is empty": lambda: packed(PDF, b"a.pdf", b"%PDF-1.7\n%%EOF"),
    "xml cut off": lambda: packed(XML, b"a.xml", b"<Order><Line>"),
    "xml with laughs": lambda: packed(XML, b"a.xml", LAUGHS + b"]><x>&a29;</x>"),
    "xml that reads a file": lambda: packed(
        XML, b"a.xml", b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
    ),
    "xml with an outer document type": lambda: packed(
        XML, b"a.xml", b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>'
    ),
    "xml with an unknown entity": lambda: packed(
        XML,
        b"a.xml",
        b'<!DOCTYPE cXML SYSTEM "http://127.0.0.1:9/cXML.dtd"><cXML>&nbsp;<Request>&nbsp;</Request></cXML>',
    ),
    "xml ten thousand deep": lambda: packed(XML, b"a.xml", b"<a>" * 10_000 + b"</a>" * 10_000),
    "xml of six million letters": lambda: packed(XML, b"a.xml", b"<a>" + b"x" * 6_000_000 + b"</a>"),
    "edifact cut off": lambda: packed(
        b"application/edifact",
        b"a.edi",
        b"UNA:+.? 'UNB+UNOC:3+a+b'UNH+1+DESADV:D:96A:UN'BGM+351+5'LIN+1'QTY+12:x'QTY'RFF'DTM+137:20269999:102'DTM'PIA+1'GIN'TDT'",
    ),
    "edifact without an end": lambda: packed(b"application/edifact", b"a.edi", b"UNB+" + b"LIN+1" * 100_000),
    "edifact of release characters": lambda: packed(
        b"application/edifact", b"a.edi", b"UNB+" + b"?" * 100_000 + b"'UNH"
    ),
    "x12 cut off": lambda: packed(b"application/edi-x12", b"a.x12", b"ISA*00*"),
    "x12 with odd marks": lambda: packed(
        b"application/edi-x12",
        b"a.x12",
        b"ISA*" + b"0" * 101 + b"~ST*856~BSN~HL~LIN~SN1*1*x*EA~PO4~REF~DTM*011*20269999~",
    ),
    "page of a hundred thousand open tags": lambda: part(HTML, b"<table><tr><td>" * 33_000),
    "page of bold in bold": lambda: part(HTML, b"<b>" * 100_000 + b"x"),
    "page with a cell over everything": lambda: part(
        HTML, b"<table><tr><td colspan=99999999 rowspan=99999999>Artikel<td>Menge<tr><td>NL-99812<td>1</table>"
    ),
    "page of ten thousand rows": lambda: part(HTML, b"<table>" + b"<tr><td>NL-99812<td>1 Stk" * 10_000),
    "page that is empty": lambda: part(HTML, b"<html></html>"),
    "page that is no page": lambda: part(HTML, b"\xff\xfe\xfd" * 1000),
    "text of quotes only": lambda: part(TEXT, b"> > > > >\n" * 20_000),
    "text of a hundred thousand tabs": lambda: part(TEXT, b"Artikel\tMenge\n" + b"\t" * 100_000),
    "text of blanks": lambda: part(TEXT, b"Artikel      Menge\n" + b" " * 300_000 + b"1\n"),
    "text of one article a hundred thousand times": lambda: part(TEXT, b"NL-99812 " * 40_000),
    "text of commas": lambda: part(TEXT, b"1,000," * 60_000),
    "text of dates": lambda: part(TEXT, b"19.11.2026 " * 30_000),
    "text of order numbers": lambda: part(TEXT, b"PO-2026-00042 " * 28_000),
    "letters from right to left": lambda: part(TEXT, "\u202eNL-99812\u202c 02 \u0627\u0644".encode()),
    "half a character": lambda: part(TEXT, b"\xed\xa0\x80 \xf4\x90\x80\x80"),
    "file name of four thousand letters": lambda: packed(CSV, b"x" * 4000 + b".csv", b"a;b\n1;2\n"),
    "file name that climbs": lambda: packed(CSV, b"..\\..\\x.csv\\r\\nBcc: all", b"a;b\n1;2\n"),
    "delivery status without a mail": lambda: (
        HEAD
        + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\n--b--\n"
    ),
    "partial message": lambda: part(b"message/partial; id=x; number=1", b"x"),
    "outlook rubbish": lambda: packed(b"application/ms-tnef", b"winmail.dat", b"\x78\x9f\x3e\x22" * 1000),
}


@pytest.mark.parametrize("name", MUSEUM)
def test_a_broken_mail_ends_in_a_reading_within_five_seconds(known: Known, name: str) -> None:
    raw = MUSEUM[name]()

    begun = time.perf_counter()
    reading: dict[str, Any] = read(raw, known, source=name).to_json()
    took = time.perf_counter() - begun

    assert took < MOST_SECONDS
    assert reading["decision"]["rule"] != "fault", reading["problems"]
    assert reading["decision"]["action"] in ("ask", "ignore", "quarantine")


def test_a_broken_mail_does_not_harm_the_next_one(known: Known) -> None:
    read(MUSEUM["two hundred thousand parts"](), known)

    reading = read(HEAD + b"\nWir haben heute 20 St\xc3\xbcck NL-99812 versandt.\n", known).to_json()

    assert [line["quantity"] for line in reading["lines"]] == ["20"]


def test_a_fault_of_the_reader_itself_becomes_a_question(known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("handlers.extraction.reader.opened", broken)

    reading = read(b"From: a@b.example\n\nx\n", known).to_json()

    assert (reading["decision"]["action"], reading["decision"]["rule"]) == ("ask", "fault")
