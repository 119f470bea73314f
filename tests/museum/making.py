"""How specimens of the museum are made: mails from parts, archives, workbooks and PDF files with faults put in on purpose."""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

Specimen = Callable[[], bytes]
HEAD = (
    b"Authentication-Results: mx.brackwater.example; dmarc=pass header.from=nordlager.example\n"
    b"From: Nordlager <versand@nordlager.example>\nTo: purchasing@brackwater.example\nSubject: Lieferung PO-2026-00042\n"
    b"Date: Thu, 19 Nov 2026 10:12:00 +0100\nMIME-Version: 1.0\n"
)
XML, PDF, CSV, BOOK = b"application/xml", b"application/pdf", b"text/csv", b"application/vnd.ms-excel"
HTML, TEXT = b"text/html; charset=utf-8", b"text/plain; charset=utf-8"
EDIFACT, X12 = b"application/edifact", b"application/edi-x12"
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def part(kind: bytes, content: bytes, *, name: bytes = b"", encoding: bytes = b"") -> bytes:
    """A mail with one part of this kind."""
    head = HEAD + b"Content-Type: " + kind + b"\n"
    head += b'Content-Disposition: attachment; filename="' + name + b'"\n' if name else b""
    head += b"Content-Transfer-Encoding: " + encoding + b"\n" if encoding else b""
    return head + b"\n" + content


def packed(kind: bytes, name: bytes, content: bytes) -> bytes:
    """A mail with one attachment in base64."""
    return part(kind, base64.encodebytes(content), name=name, encoding=b"base64")


def mixed(*parts: bytes, kind: bytes = b"mixed", end: bytes = b"--b--\n") -> bytes:
    """A multipart mail of whole parts, headers and all."""
    return (
        HEAD
        + b"Content-Type: multipart/"
        + kind
        + b"; boundary=b\n\n"
        + b"".join(b"--b\n" + one + b"\n" for one in parts)
        + end
    )


def page(body: bytes) -> bytes:
    """A mail of one HTML page."""
    return part(HTML, b"<html><body>" + body + b"</body></html>")


def rows(count: int, row: bytes = b"<tr><td>NL-99812<td>1 Stk") -> bytes:
    """A mail with one HTML table of so many rows below a head."""
    return page(b"<table><tr><th>Artikel<th>Liefermenge" + row * count + b"</table>")


def head_with(name: bytes, value: bytes) -> bytes:
    """A short mail with one more header on top."""
    return name + b": " + value + b"\n" + HEAD + b"\nPO-2026-00042\n"


def many_parts(count: int) -> bytes:
    """A multipart mail with very many parts of one letter."""
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


def archive(entries: Mapping[str, bytes]) -> bytes:
    """A ZIP file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packing:
        for name, content in entries.items():
            packing.writestr(name, content)
    return out.getvalue()


def workbook(sheet: str, *, strings: str = "", prolog: str = "") -> bytes:
    """An XLSX file (ECMA-376) around the XML of one sheet's data."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006"
    relation = f'<Relationship Id="%s" Type="{office}/%s" Target="%s"/>'
    files = {
        "[Content_Types].xml": f'<Types xmlns="{packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{packages}/relationships">{relation % ("r1", "officeDocument", "xl/workbook.xml")}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{SHEETS}" xmlns:r="{office}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}/relationships">{relation % ("r1", "worksheet", "worksheets/sheet1.xml")}{relation % ("r2", "sharedStrings", "sharedStrings.xml") if strings else ""}</Relationships>',
        "xl/worksheets/sheet1.xml": f'{prolog}<worksheet xmlns="{SHEETS}">{sheet}</worksheet>',
    } | ({"xl/sharedStrings.xml": strings} if strings else {})
    return archive({name: text.encode() for name, text in files.items()})


def cells(*placed: tuple[str, str]) -> str:
    """Sheet data with a text at each place ('A1')."""
    told = "".join(f'<row><c r="{where}" t="inlineStr"><is><t>{text}</t></is></c></row>' for where, text in placed)
    return f"<sheetData>{told}</sheetData>"


def open_document(table: str) -> bytes:
    """An ODS file around the XML of one table's rows."""
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="S">{table}</table:table></office:spreadsheet></office:body></office:document-content>'
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return archive({"mimetype": kind, "content.xml": content.encode(), "META-INF/manifest.xml": manifest})


def book(content: bytes, name: bytes = b"a.xlsx") -> bytes:
    """A mail with a workbook."""
    return packed(BOOK, name, content)


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF file of these objects, numbered from 1, the first one the catalogue."""
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % at for at in places)
    return out + b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)


def drawn(
    stream: bytes, *, pages: int = 1, packed_stream: bool = False, resources: bytes = b"", more: tuple[bytes, ...] = ()
) -> bytes:
    """A PDF whose pages all show one stream; further objects are numbered from 6."""
    body = zlib.compress(stream) if packed_stream else stream
    flags = b" /Filter /FlateDecode" if packed_stream else b""
    kids = b"3 0 R " * pages
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> %s >> >>"
        % resources,
        b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(body), flags, body),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
        *more,
    )


def paper(content: bytes) -> bytes:
    """A mail with a PDF file."""
    return packed(PDF, b"a.pdf", content)


def record(kind: int, form: str, *values: float) -> bytes:
    """A record of an XLS workbook (MS-XLS) with these values in a form of ``struct``."""
    body = struct.pack(f"<{form}", *values)
    return struct.pack("<HH", kind, len(body)) + body


def old_workbook(*records: bytes) -> bytes:
    """A workbook of the old kind (XLS) with these records in its one sheet, in a compound file (MS-CFB)."""
    end = record(0x0A, "")
    head = record(0x809, "HHHHII", 0x600, 5, 0, 0, 0, 0)
    place = len(head) + 4 + 9 + len(end)
    sheet = record(0x85, "IBBBBB", place, 0, 0, 1, 0, ord("S"))
    stream = head + sheet + end + record(0x809, "HHHHII", 0x600, 16, 0, 0, 0, 0) + b"".join(records) + end
    stream = stream.ljust(4096, b"\0")
    count, free, last = len(stream) // 512, 0xFFFFFFFF, 0xFFFFFFFE
    table = [0xFFFFFFFD, last, *range(3, count + 2), last]
    table += [free] * (128 - len(table))
    entries = [
        ("Root Entry", 5, last, 0, 1),
        ("Workbook", 2, 2, len(stream), free),
        ("", 0, 0, 0, free),
        ("", 0, 0, 0, free),
    ]
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header = magic + struct.pack("<5H6x9I", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, last, 0, last, 0)
    header += struct.pack("<I", 0) + b"\xff" * 4 * 108
    return header + struct.pack("<128I", *table) + b"".join(_folder_entry(*one) for one in entries) + stream


def _folder_entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
    said = name.encode("utf-16-le")
    ends = 0xFFFFFFFF
    head = said.ljust(64, b"\0") + struct.pack("<HBBIII", len(said) + 2 if name else 0, kind, 1, ends, ends, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def number(row: int, column: int, value: float = 1.0) -> bytes:
    """A figure in a cell of an XLS workbook."""
    return record(0x203, "HHHd", row, column, 0, value)
