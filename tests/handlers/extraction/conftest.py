"""What the reader's tests share: the plant of tests/mails, mails made on the spot, workbooks and PDF files."""

import io
import json
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from handlers.extraction import Known, read

MAILS = Path(__file__).parents[2] / "mails"
PASS = "mx.brackwater.example; dmarc=pass header.from=nordlager.example"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Make = Callable[..., bytes]
Told = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def plant() -> dict[str, Any]:
    """The knowledge of the mill as JSON."""
    found: dict[str, Any] = json.loads((MAILS / "plants" / "mill.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="session")
def known(plant: dict[str, Any]) -> Known:
    """The knowledge of the mill."""
    return Known.from_json(plant)


@pytest.fixture
def letter() -> Make:
    """Makes a supplier's mail: headers by name, the text, the page, and attachments as (name, type, bytes)."""

    def make(
        text: str = "", *, html: str = "", attached: list[tuple[str, str, bytes]] | None = None, **head: str
    ) -> bytes:
        mail = EmailMessage()
        usual = {
            "authentication_results": PASS,
            "from": "Nordlager <versand@nordlager.example>",
            "subject": "Lieferung",
        }
        usual |= {"to": "purchasing@brackwater.example", "date": "Thu, 19 Nov 2026 10:12:00 +0100"}
        for name, value in (usual | head).items():
            if value:
                mail[name.replace("_", "-").title()] = value
        mail.set_content(text)
        if html:
            mail.add_alternative(html, subtype="html")
        for name, kind, content in attached or []:
            main, sub = kind.split("/")
            mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
        return mail.as_bytes()

    return make


@pytest.fixture
def reading(known: Known) -> Told:
    """Reads a mail for the mill."""
    return lambda raw: read(raw, known, source="mail.eml").to_json()


def workbook(rows: list[list[Any]], *, hidden: list[list[Any]] | None = None) -> bytes:
    """An XLSX file as small as the standard (ECMA-376) allows, with one hidden sheet when wanted."""
    sheets = [rows, *([hidden] if hidden else [])]
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{kind}.worksheet+xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    listed = "".join(
        f'<sheet name="S{at}" sheetId="{at}" r:id="r{at}"{" state=" + chr(34) + "hidden" + chr(34) if at > 1 else ""}/>'
        for at in range(1, len(sheets) + 1)
    )
    links = "".join(
        f'<Relationship Id="r{at}" Type="{office}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    packages = "http://schemas.openxmlformats.org/package/2006"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>{parts}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{packages}/relationships"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{space}" xmlns:r="{office}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}/relationships">{links}</Relationships>',
    }
    for at, sheet in enumerate(sheets, 1):
        files[f"xl/worksheets/sheet{at}.xml"] = (
            f'<worksheet xmlns="{space}"><sheetData>{_rows(sheet)}</sheetData></worksheet>'
        )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def _rows(rows: list[list[Any]]) -> str:
    def cell(value: Any) -> str:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return f"<c><v>{value}</v></c>"
        if isinstance(value, bool):
            return f'<c t="b"><v>{int(value)}</v></c>'
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'

    return "".join(f"<row>{''.join(cell(value) for value in row)}</row>" for row in rows)


def paper(lines: list[tuple[int, int, str]]) -> bytes:
    """A PDF page in a typewriter's letters: each text at its place (x, y in points)."""
    drawn = "".join(f"BT /F1 9 Tf {x} {y} Td ({text}) Tj ET\n" for x, y, text in lines).encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


@pytest.fixture
def sheet() -> Callable[..., bytes]:
    """Makes an XLSX file."""
    return workbook


@pytest.fixture
def pdf() -> Callable[..., bytes]:
    """Makes a PDF file."""
    return paper
