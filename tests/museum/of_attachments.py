"""Specimens of attachments that are broken or hostile: sheets, workbooks, PDF files, XML and EDI."""

from tests.museum.making import (
    BOOK,
    CSV,
    EDIFACT,
    X12,
    XML,
    Specimen,
    archive,
    book,
    cells,
    drawn,
    number,
    old_workbook,
    open_document,
    packed,
    paper,
    pdf,
    record,
    workbook,
)  # fmt: skip

LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY a%d "&a%s;&a%s;">' % (n, str(n - 1).encode() if n else b"", str(n - 1).encode() if n else b"")
    for n in range(1, 30)
)
UNB = b"UNA:+.? 'UNB+UNOC:3+a+b'UNH+1+DESADV:D:96A:UN'"
ISA = b"ISA*" + b"0" * 101 + b"~"
UBL = b'<DespatchAdvice xmlns="urn:oasis:names:specification:ubl:schema:xsd:DespatchAdvice-2">'


def xml(content: bytes) -> bytes:
    return packed(XML, b"a.xml", content)


def csv(content: bytes) -> bytes:
    return packed(CSV, b"a.csv", content)


def edifact(content: bytes) -> bytes:
    return packed(EDIFACT, b"a.edi", content)


def x12(content: bytes) -> bytes:
    return packed(X12, b"a.x12", content)


def row_repeated(times: int, across: int = 1) -> bytes:
    cell = f'<table:table-cell table:number-columns-repeated="{across}" office:value-type="string"><text:p>NL-44120</text:p></table:table-cell>'
    return open_document(f'<table:table-row table:number-rows-repeated="{times}">{cell}</table:table-row>')


SHEETS: dict[str, Specimen] = {
    "csv of nothing but quotes": lambda: csv(b'"' * 100_001),
    "csv with a field of millions": lambda: csv(b"a;b\n" + b"x" * 2_000_000 + b";1\n"),
    "csv of one column": lambda: csv(b"artikel\n" * 1000),
    "csv with nuls": lambda: csv(b"Artikel;Menge\nNL-99812;\x002\n"),
    "csv with a separator line only": lambda: csv(b"sep=;\n"),
    "csv with a separator that is a quote": lambda: csv(b'sep="\n"a"b"\n'),
    "csv with a separator that is a line end": lambda: csv(b"sep=\r\na;b\n"),
    "csv with a separator of two bytes": lambda: csv("sep=\u00a7\na\u00a7b\n".encode()),
    "csv of a hundred thousand columns": lambda: csv(b";" * 100_000 + b"\n1;2\n"),
    "csv of a hundred thousand rows": lambda: csv(b"Artikel;Menge\n" + b"NL-44120;1\n" * 100_000),
    "csv with a quote left open": lambda: csv(b'Artikel;Menge\n"NL-44120;1\n' + b"NL-99812;2\n" * 10_000),
    "csv in utf-16": lambda: csv("Artikel;Menge\nNL-44120;1\n".encode("utf-16")),
    "csv of carriage returns": lambda: csv(b"Artikel;Menge\rNL-44120;1\r"),
    "csv of formulas": lambda: csv(b"Artikel;Menge\n=1+1;=A1\n@SUM(A1);-6+6\n"),
    "workbook that is none": lambda: book(b"PK\x03\x04 broken"),
    "workbook of the old kind cut off": lambda: book(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"a.xls"),
    "workbook of the old kind that loops": lambda: book(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 22 + b"\xfe\xff\x09\x00\x06\x00" + b"\0" * 40000, b"a.xls"),
    "workbook of the old kind with two far corners": lambda: book(old_workbook(number(0, 0), number(65_535, 65_535)), b"a.xls"),
    "workbook of the old kind with corners half as far": lambda: book(old_workbook(number(0, 0), number(65_535, 255)), b"a.xls"),
    "workbook of the old kind that says it is endless": lambda: book(old_workbook(record(0x200, "IIHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0), number(0, 0)), b"a.xls"),
    "workbook of the old kind that counts its texts wrongly": lambda: book(old_workbook(record(0xFC, "II", 0xFFFFFFF, 0x7FFFFFFF), number(0, 0)), b"a.xls"),
    "workbook of the old kind with a record cut off": lambda: book(old_workbook(b"\x03\x02\xff"), b"a.xls"),
    "workbook without sheets": lambda: book(archive({"a": b""})),
    "workbook that unpacks to 60 million": lambda: book(archive({"xl/a.xml": b"0" * 60_000_000})),
    "workbook with 600 entries": lambda: book(archive({f"e{n}": b"" for n in range(600)})),
    "workbook with a lying directory": lambda: book(archive({"a": b"0" * 9999}).replace(b"\x0f\x27", b"\x01\x00")),
    "workbook in a workbook": lambda: book(archive({"xl/workbook.xml": archive({"a": b"0" * 1_000_000})})),
    "workbook with an entity bomb": lambda: book(workbook(cells(("A1", "&a29;")), prolog=(LAUGHS + b"]>").decode())),
    "workbook of two far corners": lambda: book(workbook(cells(("A1", "Artikel"), ("XFD1048576", "Menge")))),
    "workbook of a far row": lambda: book(workbook(cells(("A1", "Artikel"), ("B1048576", "Menge")))),
    "workbook of places beyond the last": lambda: book(workbook(cells(("A1", "x"), ("ZZZZ99999999", "y"), ("A0", "z")))),
    "workbook without places": lambda: book(workbook("<sheetData>" + "<row><c><v>1</v></c></row>" * 50_000 + "</sheetData>")),
    "workbook of huge dimensions": lambda: book(workbook('<dimension ref="A1:XFD1048576"/>' + cells(("A1", "x")))),
    "workbook of merged cells everywhere": lambda: book(workbook(cells(("A1", "x")) + "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 5_000 + "</mergeCells>")),
    "workbook with one text of millions": lambda: book(workbook(cells(("A1", "x" * 5_000_000)))),
    "workbook with shared texts that are missing": lambda: book(workbook('<sheetData><row><c r="A1" t="s"><v>99999999999</v></c></row></sheetData>', strings="<sst/>")),
    "workbook that counts a thousand millions of texts": lambda: book(workbook(cells(("A1", "x")), strings='<sst count="4294967295" uniqueCount="4294967295"><si><t>a</t></si></sst>')),
    "workbook of figures that are none": lambda: book(workbook('<sheetData><row><c r="A1"><v>1e999</v></c><c r="B1"><v>NaN</v></c><c r="C1" t="d"><v>9999999</v></c><c r="D1" t="e"><v>#REF!</v></c></row></sheetData>')),
    "workbook cut off within a sheet": lambda: book(workbook("<sheetData><row><c r='A1'><v>1")),
    "workbook ten thousand deep": lambda: book(workbook("<a>" * 10_000)),
    "open document of a million equal rows": lambda: book(row_repeated(1_048_576), b"a.ods"),
    "open document of a million equal cells": lambda: book(row_repeated(1_048_576, 1_024), b"a.ods"),
    "open document of endless repeats": lambda: book(row_repeated(4_294_967_295, 4_294_967_295), b"a.ods"),
    "open document with an entity bomb": lambda: book(archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": LAUGHS + b"]><x>&a29;</x>", "META-INF/manifest.xml": b"<x/>"}), b"a.ods"),
    "workbook of random bytes": lambda: book(bytes((n * 7919) % 251 for n in range(50_000))),
    "workbook named as a page": lambda: packed(BOOK, b"a.xls", b"<html><table><tr><td>NL-44120<td>6</table>"),
}  # fmt: skip

PAPERS: dict[str, Specimen] = {
    "pdf that is none": lambda: paper(b"%PDF-1.7 and nothing"),
    "pdf that is empty": lambda: paper(b"%PDF-1.7\n%%EOF"),
    "pdf of zeros": lambda: paper(b"%PDF-1.4\n" + b"\0" * 2_000_000),
    "pdf whose pages hold themselves": lambda: paper(pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 30 >>")),
    "pdf whose catalogue is its page": lambda: paper(pdf(b"<< /Type /Catalog /Pages 1 0 R /Kids [1 0 R] /Count 9 >>")),
    "pdf whose tables of places go in circles": lambda: paper(pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>", trailer=b"/Prev 9")),
    "pdf that counts a thousand millions of pages": lambda: paper(pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>", b"<< /Type /Page /Parent 2 0 R >>")),
    "pdf that counts pages below nothing": lambda: paper(pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count -5 >>", b"<< /Type /Page /Parent 2 0 R >>")),
    "pdf of a hundred thousand letters a page": lambda: paper(drawn(b"BT /F1 1 Tf " + b"1 0 0 1 40 700 Tm (NL-44120 6 Stk 0123456789) Tj " * 5_000 + b"ET")),
    "pdf of thirty full pages": lambda: paper(drawn(b"BT /F1 6 Tf 1 0 0 1 40 700 Tm " + b"0 -7 Td (NL-44120 6 Stk versandt PO-2026-00042 0123456789) Tj " * 400 + b"ET", pages=30)),
    "pdf that unpacks to a hundred millions": lambda: paper(drawn(b"BT /F1 9 Tf (x) Tj ET " + b" " * 100_000_000, packed_stream=True)),
    "pdf of graphics states in each other": lambda: paper(drawn(b"q " * 500_000)),
    "pdf of arrays in arrays": lambda: paper(drawn(b"[" * 500_000)),
    "pdf whose form draws itself": lambda: paper(drawn(b"/F Do BT /F1 9 Tf (x) Tj ET", resources=b"/XObject << /F 6 0 R >>", more=(b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 6 0 R >> >> /Length 5 >>\nstream\n/F Do\nendstream",))),
    "pdf whose stream length lies": lambda: paper(drawn(b"BT (x) Tj ET").replace(b"/Length 12", b"/Length 4294967295")),
    "pdf of a page as large as a country": lambda: paper(drawn(b"BT /F1 9 Tf 40 700 Td (NL-44120) Tj ET").replace(b"595 842", b"1e30 1e30")),
    "pdf of letters far apart": lambda: paper(drawn(b"BT /F1 0.01 Tf " + b"1 0 0 1 99999999 1 Tm (a) Tj 1 0 0 1 -99999999 1 Tm (b) Tj " * 500 + b"ET")),
    "pdf of letters without size": lambda: paper(drawn(b"BT /F1 0 Tf (NL-44120 6) Tj ET")),
    "pdf of letters that are no numbers": lambda: paper(drawn(b"BT /F1 nan Tf 1 0 0 1 inf -inf Tm (a) Tj ET")),
    "pdf with a password": lambda: paper(pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>", trailer=b"/Encrypt << /Filter /Standard /V 1 /R 2 /O (xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx) /U (xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx) /P -1 >> /ID [(a)(b)]")),
    "pdf of names without end": lambda: paper(pdf(b"<< /Type /Catalog /Pages 2 0 R /" + b"A" * 1_000_000 + b" 1 >>", b"<< /Type /Pages /Kids [] /Count 0 >>")),
    "pdf behind a megabyte of rubbish": lambda: paper(b"%PDF-" + b"x" * 1_000_000 + drawn(b"BT (x) Tj ET")),
}  # fmt: skip

DOCUMENTS: dict[str, Specimen] = {
    "xml cut off": lambda: xml(b"<Order><Line>"),
    "xml with laughs": lambda: xml(LAUGHS + b"]><x>&a29;</x>"),
    "xml with laughs in utf-16": lambda: xml((LAUGHS + b"]><x>&a29;</x>").decode().encode("utf-16")),
    "xml with laughs behind a long head": lambda: xml(b"<?xml version='1.0'?><!--" + b"x" * 9_000 + b"-->" + LAUGHS[21:] + b"]><x>&a29;</x>"),
    "xml that blows up by squares": lambda: xml(b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 100_000 + b'">]><x>' + b"&a;" * 100_000 + b"</x>"),
    "xml that reads a file": lambda: xml(b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'),
    "xml that reads a file by parameter": lambda: xml(b'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><x/>'),
    "xml that includes": lambda: xml(b'<x xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/></x>'),
    "xml with an outer document type": lambda: xml(b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>'),
    "xml with an unknown entity": lambda: xml(b'<!DOCTYPE cXML SYSTEM "http://127.0.0.1:9/cXML.dtd"><cXML>&nbsp;<Request>&nbsp;</Request></cXML>'),
    "xml ten thousand deep": lambda: xml(b"<a>" * 10_000 + b"</a>" * 10_000),
    "xml two hundred deep": lambda: xml(UBL + b"<DespatchLine>" * 200 + b"</DespatchLine>" * 200 + b"</DespatchAdvice>"),
    "xml of a hundred thousand attributes": lambda: xml(b"<a " + b"".join(b'a%d="" ' % n for n in range(100_000)) + b"/>"),
    "xml of one name": lambda: xml(b"<" + b"a" * 4_000_000 + b"/>"),
    "xml of namespaces": lambda: xml(b"<a " + b"".join(b'xmlns:n%d="u%d" ' % (n, n) for n in range(20_000)) + b"/>"),
    "xml of six million letters": lambda: xml(b"<a>" + b"x" * 6_000_000 + b"</a>"),
    "xml of instructions": lambda: xml(b"<a>" + b"<?x y?>" * 400_000 + b"</a>"),
    "xml in a charset that is none": lambda: xml(b"<?xml version='1.0' encoding='martian'?><a/>"),
    "xml in utf-7": lambda: xml(b"<?xml version='1.0' encoding='utf-7'?>+ADw-a/+AD4-"),
    "ubl of thirty thousand lines": lambda: xml(UBL + b"<DespatchLine><ID>1</ID><DeliveredQuantity unitCode='C62'>1</DeliveredQuantity></DespatchLine>" * 30_000 + b"</DespatchAdvice>"),
    "ubl with quantities that are none": lambda: xml(UBL + b"".join(b"<DespatchLine><DeliveredQuantity>%s</DeliveredQuantity></DespatchLine>" % q for q in (b"1e9", b"NaN", b"-1", b"", b"9" * 500, b"1,5")) + b"</DespatchAdvice>"),
    "cxml of thirty thousand items": lambda: xml(b"<cXML><Request><ShipNoticeRequest><ShipNoticePortion>" + b"<ShipNoticeItem quantity='1' lineNumber='1'/>" * 30_000 + b"</ShipNoticePortion></ShipNoticeRequest></Request></cXML>"),
    "cxml with line numbers that are none": lambda: xml("<cXML><Request><ShipNoticeRequest><ShipNoticePortion><ShipNoticeItem quantity='\u00b2' lineNumber='\u0663'/></ShipNoticePortion></ShipNoticeRequest></Request></cXML>".encode()),
    "edifact cut off": lambda: edifact(UNB + b"BGM+351+5'LIN+1'QTY+12:x'QTY'RFF'DTM+137:20269999:102'DTM'PIA+1'GIN'TDT'"),
    "edifact without an end": lambda: edifact(b"UNB+" + b"LIN+1" * 100_000),
    "edifact of release characters": lambda: edifact(b"UNB+" + b"?" * 100_000 + b"'UNH"),
    "edifact of a hundred thousand lines": lambda: edifact(UNB + b"LIN+1++NL-44120:SA'QTY+12:1'" * 100_000),
    "edifact whose marks are one mark": lambda: edifact(b"UNA''''''UNB''''UNH''''"),
    "edifact whose marks are patterns": lambda: edifact(b"UNA.*[\\ (UNB*UNOC.3*a*b(UNH*1*DESADV.D.96A.UN(QTY*12.6("),
    "edifact with figures that are none": lambda: edifact(UNB + b"LIN+\xd9\xa3'QTY+12:\xc2\xb2:PCE'RFF+ON:PO-2026-00042:\xc2\xb2'DTM+11:\xd9\xa3\xd9\xa3:102'"),
    "edifact of one message after the other": lambda: edifact(b"UNB+a'" + b"UNH+1+DESADV:D:96A:UN'LIN+1'UNT'" * 5_000),
    "x12 cut off": lambda: x12(b"ISA*00*"),
    "x12 with odd marks": lambda: x12(ISA + b"ST*856~BSN~HL~LIN~SN1*1*x*EA~PO4~REF~DTM*011*20269999~"),
    "x12 of a hundred thousand items": lambda: x12(ISA + b"ST*856~" + b"HL*1**I~LIN**VP*NL-44120~SN1**1*EA~" * 50_000),
    "x12 of one field": lambda: x12(ISA + b"ST*856~LIN" + b"*VP" * 200_000),
    "x12 with packs of nothing": lambda: x12(ISA + b"ST*856~HL*1**I~LIN**VP*NL-44120~SN1**1*CT~PO4*0*0*EA~PO4*99999999999999*1~"),
    "x12 with figures that are none": lambda: x12(ISA + "ST*856~HL*1**I~SN1*\u00b2*\u0663*EA~DTM*011*\u0663\u0663\u0663\u0663\u0663\u0663~".encode()),
}  # fmt: skip
