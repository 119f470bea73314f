"""Mails that no supplier should write: too large, torn, endless, full of zeros, of lies, or of words that want to be more."""

from base64 import b64encode
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

VOUCHED = b"Authentication-Results: mx.halden.example; dmarc=pass header.from=hartmann.example\r\n"
HEAD = VOUCHED + b"From: Versand <versand@hartmann.example>\r\nTo: purchasing@halden.example\r\n"
HEAD += b"Message-ID: <broken-%d@hartmann.example>\r\nMIME-Version: 1.0\r\n"


def _nested(levels: int) -> bytes:
    """Return multiparts in multiparts, none of which ends."""
    inner = b""
    for level in range(levels):
        inner += b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
    return inner + b"Content-Type: text/plain\r\n\r\nHS-45-SSE 2 Stk\r\n"


def _parts(count: int) -> bytes:
    return b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * count + b"--b--\r\n"


def _zip_of_zeros() -> bytes:
    """Return a workbook that says of itself that it is small and is 64 MiB of zeros."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 2**26)
        archive.writestr("[Content_Types].xml", b"<Types/>")
    return packed.getvalue()


def _laughs() -> bytes:
    """Return an order notice whose entities unfold to a billion words."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    xml = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "lol">{entities}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    return f"{xml}<DespatchAdvice>&l9;&f;</DespatchAdvice>".encode()


def attached(content: bytes, name: str, kind: str = "application/octet-stream") -> bytes:
    """Return what stands behind the head of a mail with one attachment."""
    letter = EmailMessage(policy=SMTP)
    letter.set_content("Siehe Anlage.")
    main, _, sub = kind.partition("/")
    letter.add_attachment(content, maintype=main, subtype=sub, filename=name)
    del letter["MIME-Version"]
    return letter.as_bytes()


BROKEN: dict[str, Callable[[], bytes]] = {
    "nothing but a head": lambda: b"Subject: Lieferung\r\n\r\n",
    "zeros everywhere": lambda: b"Subject: PO\0 \0\r\nContent-Type: text/plain\0\r\n\r\nHS-45-SSE\0 2 Stk\0\0",
    "no text at all": lambda: b"Subject: \xff\xfe\x80\r\nX: \xc3\x28\r\n\r\n" + bytes(range(256)) * 40,
    "an unknown alphabet": lambda: b"Content-Type: text/plain; charset=klingon-1\r\n\r\nHS-45-SSE: 2 Stk\r\n",
    "an alphabet that is a codec": lambda: b"Content-Type: text/plain; charset=zlib\r\n\r\nHS-45-SSE: 2 Stk\r\n",
    "half of base64": lambda: (
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPHRhYmxlP=====!!\r\n"
    ),
    "a boundary that never comes": lambda: b"Content-Type: multipart/mixed\r\n\r\n--\r\n--x--\r\n",
    "brackets in the address": lambda: b"Cc: " + b"(" * 5000 + b"\r\nSubject: x\r\n\r\nHS-45-SSE 2\r\n",
    "twenty thousand words in the subject": lambda: (
        b"Subject: " + b"=?utf-8?q?=C3=A4?=\r\n " * 20_000 + b"x\r\n\r\nx\r\n"
    ),
    "four hundred levels": lambda: _nested(400),
    "a hundred thousand parts": lambda: _parts(100_000),
    "a hundred thousand tags": lambda: b"Content-Type: text/html\r\n\r\n" + b"<div><table><tr><td>" * 25_000,
    "a workbook of zeros": lambda: attached(_zip_of_zeros(), "Lieferschein.xlsx"),
    "a billion laughs": lambda: attached(_laughs(), "despatch.xml", "application/xml"),
    "a document that is none": lambda: attached(
        b"%PDF-1.7\n" + b"\x00obj<<" * 2000, "Lieferschein.pdf", "application/pdf"
    ),
    "a mail in a mail in a mail": lambda: b"Content-Type: message/rfc822\r\n\r\n" * 300 + b"Subject: x\r\n\r\nx",
}
"""Mails behind HEAD, by what is wrong with them."""


def broken(name: str) -> bytes:
    """Return one of the broken mails."""
    return HEAD % list(BROKEN).index(name) + BROKEN[name]()


def worded(words: str, order: str, number: int) -> bytes:
    """Return a genuine supplier's mail about an order in which every place holds the same words."""
    one_line = " ".join(words.replace("\x00", "").split())[:900]
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = f"{one_line} {order}"
    letter["Reply-To"] = "somebody@elsewhere.example"
    letter.set_content(f"{words}\n\nLieferschein-Nr.: {one_line[:80]}\nBestellung {order}\n2 Stk {one_line[:200]}\n")
    rows = f"<tr><td>1</td><td>HS-45-SSE</td><td>{words}</td><td>{words}</td></tr>"
    letter.add_alternative(
        f"<table><tr><th>Pos</th><th>Art.-Nr.</th><th>Text</th><th>Geliefert</th></tr>{rows}</table>", "html"
    )
    letter.add_attachment(
        words.encode("utf-8", "replace"), maintype="text", subtype="csv", filename=f"../../{one_line[:150]}.csv"
    )
    del letter["MIME-Version"]
    named = f"=?utf-8?b?{b64encode(one_line[:200].encode()).decode()}?="
    return (HEAD % (1000 + number)).replace(b"Versand", named.encode()) + letter.as_bytes()


def quantified(quantity: str, order: str, number: int) -> bytes:
    """Return a genuine delivery notice of an absurd quantity."""
    body = (
        f"Subject: Lieferavis zu {order}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        f"<p>Wir haben heute versendet. Lieferschein-Nr.: LS-9{number}<br>Ihre Bestellung: {order}</p>"
        "<table><tr><th>Pos</th><th>Art.-Nr.</th><th>Bezeichnung</th><th>Geliefert</th></tr>"
        f"<tr><td>1</td><td>HS-45-SSE</td><td>Gleitringdichtung</td><td>{quantity}</td></tr></table>"
    )
    return HEAD % (2000 + number) + body.encode()
