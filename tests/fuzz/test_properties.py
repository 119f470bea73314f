"""Whatever the bytes are, a reading is sound: arbitrary bytes, mails of ours with pieces changed, and mails built from parts."""

import base64
import os
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.soundness import FINDS, PLANTS, faults_of, golden, place, said_of, without_results

EXAMPLES = int(os.environ.get("EXAMPLES", "40"))
thorough = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES <= 40, suppress_health_check=list(HealthCheck)
)

MILL = place("mill")
ROOT = Path(__file__).parents[2]
PASS = "mx.brackwater.example; dmarc=pass header.from=nordlager.example"
FROM = "Nordlager <versand@nordlager.example>"
SPLICES = [
    b"\n", b"\r\n", b"\0", b"\xff", b"=?", b"?=", b"<table>", b"</table>", b"<tr><td>", b"<td colspan=99999>", b"--", b"0", b"1", b",", b".", b"-",
    b"PO-2026-00042", b"NL-44120", b" 6 ", b"> ", b"Content-Type: text/html\n", b"Content-Type: multipart/mixed; boundary=x\n",
    b"Content-Transfer-Encoding: base64\n", b"\xe2\x80\x8b", b"\xef\xbc\x95", b"Authentication-Results: mx.brackwater.example; dmarc=pass\n",
    b"not ", b"cancelled ", b"backorder ", b"ordered ", b"if you agree ", b"19.11.2026", b"&nbsp;", b"<!--", b"-->", b"\t", b"  ", b";",
]  # fmt: skip
"""What is put into a mail: marks that mean something to some reader of it."""


@thorough
@given(content=st.binary(max_size=3000), plant=st.sampled_from(PLANTS))
def test_any_bytes_end_in_a_sound_reading(content: bytes, plant: str) -> None:
    assert faults_of(content, place(plant)) == []


@st.composite
def changed_mails(draw: Any) -> tuple[bytes, str]:
    """A mail of ours with some pieces cut out, repeated, swapped or put in."""
    _, raw, plant = draw(st.sampled_from(golden()))
    for _ in range(draw(st.integers(1, 6))):
        at, to = sorted((draw(st.integers(0, len(raw))), draw(st.integers(0, len(raw)))))
        change = draw(st.sampled_from(("cut", "splice", "repeat", "flip", "lines")))
        if change == "cut":
            raw = raw[:at] + raw[min(to, at + 80) :]
        elif change == "splice":
            raw = raw[:at] + draw(st.sampled_from(SPLICES)) + raw[at:]
        elif change == "repeat":
            raw = raw[:at] + raw[at : at + 60] * draw(st.integers(2, 5)) + raw[at + 60 :]
        elif change == "flip" and at < len(raw):
            raw = raw[:at] + bytes([draw(st.integers(0, 255))]) + raw[at + 1 :]
        else:
            lines = raw.split(b"\n")
            first, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
            lines[first], lines[other] = lines[other], lines[first]
            raw = b"\n".join(lines)
    return raw, plant


@thorough
@given(case=changed_mails())
def test_a_changed_mail_ends_in_a_sound_reading(case: tuple[bytes, str]) -> None:
    raw, plant = case

    assert faults_of(raw, place(plant)) == []


ARTICLES = st.sampled_from(
    [name for order in MILL.known.orders for line in order.lines for name in (line.sku, line.supplier_sku) if name]
)
ORDERS = st.sampled_from([order.number for order in MILL.known.orders])
FIGURES = st.one_of(
    st.integers(-2, 2000).map(str),
    st.decimals(0, 5000, places=3).map(str),
    st.sampled_from(
        [
            "1.000",
            "1,000",
            "½",
            "\uff16",
            "6\u200b0",
            "\u202e06",
            "six",
            "6 Stk",
            "2 x 10",
            "6/8",
            "6-8",
            "",
            "1e9",
            "٦",
            "0x6",
        ]
    ),
)
WORDS = st.sampled_from(
    [
        "shipped",
        "versandt",
        "confirmed",
        "bestätigt",
        "cancelled",
        "delayed",
        "invoice",
        "rest",
        "ordered",
        "backorder",
        "if",
        "not",
        "all",
        "tomorrow",
        "today",
    ]
)
HEADS = st.sampled_from(
    [
        "Artikel",
        "Menge",
        "Pos",
        "Ordered",
        "Shipped",
        "Backordered",
        "Bestellt",
        "Geliefert",
        "Rückstand",
        "Total",
        "Preis",
        "Einheit",
        "Packs",
        "Date",
    ]
)


@st.composite
def sentences(draw: Any) -> str:
    """A sentence of the trade, sensible or not."""
    parts = draw(st.lists(st.one_of(ARTICLES, ORDERS, FIGURES, WORDS, st.text(max_size=8)), min_size=1, max_size=8))
    return " ".join(parts) + draw(st.sampled_from([".", "?", "", ":", "\n"]))


@st.composite
def grids(draw: Any) -> list[list[str]]:
    """A table with a head and rows of articles and figures."""
    heads = draw(st.lists(HEADS, min_size=2, max_size=5))
    row = st.tuples(ARTICLES, *[FIGURES for _ in heads[1:]]).map(list)
    return [heads, *draw(st.lists(row, max_size=6))]


def as_page(grid: list[list[str]]) -> str:
    return (
        "<table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in grid) + "</table>"
    )


@st.composite
def built_mails(draw: Any) -> bytes:
    """A mail of the supplier built from sentences and tables, in one of the usual shapes."""
    mail = EmailMessage()
    mail["Authentication-Results"] = draw(
        st.sampled_from([PASS, PASS, PASS.replace("pass", "none"), "evil.example; dmarc=pass"])
    )
    mail["From"] = draw(st.sampled_from([FROM, FROM, "x@freemail.example", "v@nordIager.example"]))
    subject = draw(sentences()) if draw(st.booleans()) else "Lieferung"
    mail["Subject"] = "".join(character for character in subject if character.isprintable())
    mail["Date"] = "Thu, 19 Nov 2026 10:12:00 +0100"
    grid = draw(grids())
    text = draw(ORDERS) + "\n" + "\n".join(draw(st.lists(sentences(), max_size=5)))
    plain = "\n".join("    ".join(row) for row in grid)
    shape = draw(st.sampled_from(("text", "page", "both", "csv")))
    mail.set_content(text + ("\n" + plain if shape in ("text", "both") else ""), charset="utf-8")
    if shape in ("page", "both"):
        mail.add_alternative(f"<p>{text}</p>{as_page(grid)}", subtype="html")
    if shape == "csv":
        mail.add_attachment(
            "\n".join(";".join(row) for row in grid).encode(), maintype="text", subtype="csv", filename="a.csv"
        )
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(f"b{number}")
    return mail.as_bytes()


@thorough
@given(raw=built_mails())
def test_a_mail_built_from_sentences_and_tables_ends_in_a_sound_reading(raw: bytes) -> None:
    assert faults_of(raw, MILL) == []


@thorough
@given(
    kind=st.sampled_from(["text/csv", "application/pdf", "application/xml", "application/edifact", "application/edi-x12", "text/html", "message/rfc822", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]),
    start=st.sampled_from([b"", b"%PDF-1.4\n", b"PK\x03\x04", b"<cXML>", b"UNA:+.? 'UNB+", b"ISA*" + b"0" * 101 + b"~", b"<DespatchAdvice xmlns='x'>", b"Artikel;Menge\n"]),
    content=st.one_of(st.binary(max_size=800), st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace"))),
)  # fmt: skip
def test_an_attachment_of_any_bytes_ends_in_a_sound_reading(kind: str, start: bytes, content: bytes) -> None:
    head = (
        f"Authentication-Results: {PASS}\nFrom: {FROM}\nContent-Type: {kind}; name=a\nContent-Disposition: attachment\n"
    )
    raw = head.encode() + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(start + content)

    assert faults_of(raw, MILL) == []


@pytest.mark.parametrize("case", golden(), ids=lambda case: case[0])
def test_every_mail_of_ours_is_read_soundly(case: tuple[str, bytes, str]) -> None:
    _, raw, plant = case

    assert faults_of(raw, place(plant)) == []


def test_what_was_found_once_is_read_soundly_at_every_plant() -> None:
    found = {path.stem: path.read_bytes() for path in sorted(FINDS.glob("*.eml"))}

    unsound = {
        name: [fault for plant in PLANTS for fault in faults_of(raw, place(plant))] for name, raw in found.items()
    }

    assert {name: faults for name, faults in unsound.items() if faults} == {}


def test_results_are_taken_out_of_the_head_only() -> None:
    raw = b"Authentication-Results: a;\n dmarc=pass\nFrom: a@b.example\n\nAuthentication-Results: stays\n"

    assert without_results(raw) == b"From: a@b.example\n\nAuthentication-Results: stays\n"


def test_a_reading_without_any_proof_is_never_verified() -> None:
    verified = [
        (raw, plant) for _, raw, plant in golden() if said_of(raw, place(plant))["sender"]["trust"] == "verified"
    ]

    assert verified
    assert all(said_of(without_results(raw), place(plant))["sender"]["trust"] == "known" for raw, plant in verified)


@pytest.mark.parametrize("hidden", [b"\r", b"\r\r", b"\x0b", b"\x0c", b"\x1c", b"\x85", b"\0", b"\xe2\x80\xa8"])
def test_a_pass_hidden_behind_what_ends_no_line_is_no_header(hidden: bytes) -> None:
    smuggled = b"Subject: x" + hidden + b"Authentication-Results: " + PASS.encode() + b"\n"
    raw = (
        b"Received: from a by mx.brackwater.example; now\n"
        + smuggled
        + b"From: "
        + FROM.encode()
        + b"\n\nPO-2026-00042\n"
    )

    assert said_of(raw, MILL)["sender"]["trust"] in ("known", "unknown")


READ_ALL = """
import hashlib, json
from tests.fuzz.soundness import golden, place, said_of
for name, raw, plant in golden():
    print(name, hashlib.sha256(json.dumps(said_of(raw, place(plant))).encode()).hexdigest())
"""


def test_a_mail_is_read_the_same_in_every_process() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", READ_ALL],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.splitlines()
        for seed in ("1", "5")
    ]

    assert [pair for pair in zip(*told, strict=True) if pair[0] != pair[1]] == []
