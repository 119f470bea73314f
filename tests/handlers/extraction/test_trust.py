"""Attacks by mail and by attachment, as far as reading answers them; each name begins with the attack's number."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from handlers.extraction import Known, read
from handlers.extraction.formats import xlsx, xml
from handlers.extraction.mime import take_apart
from handlers.extraction.sender import imitates, readable, sender_of, slips

PASS = "mx.brackwater.example; dmarc=pass header.from=nordlager.example"
FAIL = "mx.brackwater.example; dmarc=fail header.from=nordlager.example"
SHIPPED = "Wir haben heute zu PO-2026-00042 versandt: 6 Stk NL-44120\n"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def raw(*heads: str, body: str = SHIPPED) -> bytes:
    return ("\n".join(heads) + "\nSubject: Versandanzeige\nDate: Thu, 19 Nov 2026 10:12:00 +0100\n\n" + body).encode()


FROM = "From: Nordlager <versand@nordlager.example>"


def test_36_a_supplier_s_name_without_a_check_is_known_and_never_certain(reading: Callable[..., Any]) -> None:
    said = reading(raw(FROM))

    assert said["sender"]["trust"] == "known"
    assert said["decision"]["action"] == "ask"


@pytest.mark.parametrize(
    "heads",
    [
        (f"Authentication-Results: {FAIL}", f"Authentication-Results: {PASS}", FROM),
        (f"Authentication-Results: {PASS}", f"Authentication-Results: {FAIL}", FROM),
        (
            f"Authentication-Results: {FAIL}",
            "Received: from evil.example by relay.evil.example; now",
            f"Authentication-Results: {PASS}",
            FROM,
        ),
        (
            "Received: from relay.evil.example by store.hosting.example; now",
            "Received: from a by relay.evil.example; now",
            f"Authentication-Results: {PASS}",
            FROM,
        ),
    ],
)
def test_37_a_pass_that_was_smuggled_in_never_verifies(heads: tuple[str, ...], reading: Callable[..., Any]) -> None:
    said = reading(raw(*heads))

    assert said["sender"]["trust"] in ("forged", "known")
    assert said["decision"]["action"] in ("quarantine", "ask")


def test_the_last_hop_is_our_mailbox_whatever_it_is_called(reading: Callable[..., Any]) -> None:
    hop = "Received: from mx.brackwater.example by store-07.hosting.example with LMTP; now"

    said = reading(raw(hop, f"Authentication-Results: {PASS}", FROM))

    assert said["sender"]["trust"] == "verified"


@pytest.mark.parametrize(
    "result",
    [
        "mx.brackwater.example; dmarc=fail (dmarc=pass header.from=nordlager.example) header.from=nordlager.example",
        'mx.brackwater.example; spf=pass smtp.mailfrom="dmarc=pass"@evil.example',
        "mx.brackwater.example; dmarc=pass header.from=evil.example",
        "mx.brackwater.example; dkim=pass header.d=evil.example",
        "mx.brackwater.example.evil.example; dmarc=pass header.from=nordlager.example",
        "(mx.brackwater.example) evil.example; dmarc=pass header.from=nordlager.example",
        "; dmarc=pass",
        "mx.brackwater.example",
    ],
)
def test_38_a_pass_of_another_domain_or_in_a_comment_does_not_count(result: str, reading: Callable[..., Any]) -> None:
    said = reading(raw(f"Authentication-Results: {result}", FROM))

    assert said["sender"]["trust"] != "verified"


@pytest.mark.parametrize(
    "domain",
    [
        "nordIager.example",
        "nord1ager.example",
        "nordlagr.example",
        "nordlager.example.evil.example",
        "n\u043erdlager.example",
        "xn--nrdlager-nbh.example",
        "nordlager-gmbh.example.nordlager.example.evil.example",
    ],
)
def test_39_a_domain_that_looks_like_a_supplier_s_is_forged_even_when_it_passes(
    domain: str, reading: Callable[..., Any]
) -> None:
    said = reading(
        raw(f"Authentication-Results: mx.brackwater.example; dmarc=pass header.from={domain}", f"From: N <v@{domain}>")
    )

    assert said["sender"]["trust"] == "forged"
    assert said["decision"]["action"] == "quarantine"
    assert said["lines"] == []


@pytest.mark.parametrize(
    ("domain", "base", "like"),
    [
        ("kugellager.example", "nordlager.example", False),
        ("nordlager.example", "nordlager.example", False),
        ("mail.nordlager.example", "nordlager.example", False),
        ("nord-lager.example", "nordlager.example", True),
        ("abc.example", "abd.example", False),
        ("harrowbearlngs.example", "harrowbearings.example", True),
        ("harowbearigns.example", "harrowbearings.example", True),
        ("x.example", "", False),
        ("cornpressor.example", "compressor.example", True),
    ],
)
def test_39_likeness_is_one_slip_or_a_letter_that_looks_alike(domain: str, base: str, like: bool) -> None:
    assert imitates(domain, base) is like


def test_39_slips_are_counted_up_to_three_and_broken_labels_stay_as_they_are() -> None:
    assert [slips("abcdef", other) for other in ("abcdef", "abcdf", "abdcef", "xyzabcdefgh", "uvwxyz")] == [
        0,
        1,
        1,
        3,
        3,
    ]
    assert readable("XN--\u00fc.example") == "xn--\u00fc.example"


@pytest.mark.parametrize(
    "text",
    [
        "Please note our new bank details: IBAN DE02 1203 0000 0000 2020 51\n",
        "Bitte beachten Sie unsere neue Bankverbindung.\n",
    ],
)
def test_42_new_bank_details_are_always_asked_about_and_nothing_else_is_taken(
    text: str, reading: Callable[..., Any]
) -> None:
    said = reading(raw(f"Authentication-Results: {PASS}", FROM, body=SHIPPED + text))

    assert said["decision"]["rule"] == "new bank details"
    assert said["lines"] == []


def test_42_new_bank_details_are_found_in_a_pdf_too(
    letter: Callable[..., bytes], pdf: Callable[..., bytes], reading: Callable[..., Any]
) -> None:
    page = pdf(
        [(50, 780, "Please note: our bank details have changed."), (50, 760, "IBAN GB94 BARC 1020 1530 0934 59")]
    )

    said = reading(letter(SHIPPED, attached=[("letter.pdf", "application/pdf", page)]))

    assert said["decision"]["rule"] == "new bank details"


@pytest.mark.parametrize(
    "heads",
    [
        (FROM, "Reply-To: x@evil.example"),
        (FROM, "Reply-To: sales@harrowbearings.example"),
        ("From: Nordlager <versand@nordlager.example>, Evil <e@evil.example>",),
        ("From: a@evil.example", FROM),
        (FROM, "From: a@evil.example"),
        ('From: "sales@harrowbearings.example" <versand@nordlager.example>',),
    ],
)
def test_43_a_changed_answer_address_or_a_second_sender_is_shown(
    heads: tuple[str, ...], reading: Callable[..., Any]
) -> None:
    said = reading(raw(f"Authentication-Results: {PASS}", *heads))

    assert said["decision"]["action"] in ("ask", "quarantine")
    assert said["problems"]


def test_43_a_supplier_s_name_on_a_foreign_address_is_said(reading: Callable[..., Any]) -> None:
    said = reading(raw("From: Nordlager Versand <n@freemail.example>"))

    assert "supplier's name on a foreign address" in said["problems"]
    assert said["lines"] == []


def test_44_an_approval_by_mail_approves_nothing(reading: Callable[..., Any]) -> None:
    said = reading(
        raw(f"Authentication-Results: {PASS}", FROM, body="Approved. Please approve PO-2026-00042 for me.\n")
    )

    assert said["lines"] == []
    assert said["decision"]["action"] == "ask"


def test_08_15_45_our_quoted_order_below_the_answer_counts_nothing(reading: Callable[..., Any]) -> None:
    body = "2 of 6 NL-44120 shipped today.\n\nOn 3 Nov 2026 Purchasing <purchasing@brackwater.example> wrote:\n> PO-2026-00042\n> NL-44120 6 pcs\n> NL-99812 20 pcs\n"

    said = reading(raw(f"Authentication-Results: {PASS}", FROM, body=body))

    assert [(line["line"], line["quantity"]) for line in said["lines"]] == [(2, "2")]


def test_46_47_the_same_bytes_are_read_the_same_way_whatever_the_message_id(known: Known) -> None:
    first, second = (
        read(raw(f"Authentication-Results: {PASS}", FROM, f"Message-ID: <{name}@x>"), known) for name in "ab"
    )

    assert first == second


@pytest.mark.parametrize(
    ("heads", "kind"),
    [
        ((FROM, "Auto-Submitted: auto-replied"), "auto_reply"),
        ((FROM, "X-Autoreply: yes"), "auto_reply"),
        ((FROM, "Precedence: auto_reply"), "auto_reply"),
        ((FROM, "Content-Type: multipart/report; report-type=disposition-notification; boundary=b"), "auto_reply"),
        (("From: MAILER-DAEMON@nordlager.example",), "bounce"),
        ((FROM, "Return-Path: <>", "Subject: Undelivered mail"), "bounce"),
        ((FROM, "Content-Type: multipart/report; report-type=delivery-status; boundary=b"), "bounce"),
    ],
)
def test_48_machines_are_named_and_nothing_is_taken_from_them(
    heads: tuple[str, ...], kind: str, reading: Callable[..., Any]
) -> None:
    said = reading(raw(f"Authentication-Results: {PASS}", *heads))

    assert said["kind"] == kind
    assert said["lines"] == []
    assert said["decision"]["action"] != "propose"


@pytest.mark.parametrize("written", ["-6", "0", "1000000000000", "NaN", "6e9", "6,5", "0x6", "sechs"])
def test_49_absurd_quantities_are_never_proposed(
    written: str, letter: Callable[..., bytes], reading: Callable[..., Any]
) -> None:
    text = (
        f"Lieferschein 1\nPO-2026-00042\n\nArtikel     Bezeichnung   Liefermenge\nNL-44120    Riemen        {written}\n"
    )

    said = reading(letter(text))

    assert said["decision"]["action"] == "ask"


def test_49_a_thousand_that_could_be_one_is_asked(letter: Callable[..., bytes], reading: Callable[..., Any]) -> None:
    text = "Shipped for PO-2026-00090 today.\n\nItem        Shipped   Balance\nG80-2       1.100     \nV50-16      8         0\n"
    head = {
        "from": "sales@globalvalve.example",
        "authentication_results": "mx.brackwater.example; dmarc=pass header.from=globalvalve.example",
    }

    said = reading(letter(text, **head))

    assert {line["quantity"] for line in said["lines"]} <= {"8", "1100"}


@pytest.mark.parametrize("order", ["PO-2026-00051", "PO-2026-00044", "PO-2026-00777"])
def test_50_foreign_closed_and_unknown_orders_are_asked(
    order: str, letter: Callable[..., bytes], reading: Callable[..., Any]
) -> None:
    said = reading(
        letter(f"Lieferschein 1 zu Bestellung {order}\n\nArtikel     Liefermenge\nHB-H318     4\nNL-60010    3\n")
    )

    assert said["decision"]["action"] == "ask"


def test_50_an_order_that_is_not_open_any_more_is_asked(plant: dict[str, Any], letter: Callable[..., bytes]) -> None:
    closed = [one | {"status": "closed"} if one["number"] == "PO-2026-00042" else one for one in plant["orders"]]
    known = Known.from_json(plant | {"orders": closed})

    said = read(letter(SHIPPED), known).to_json()

    assert said["decision"]["rule"] == "closed order"


def test_51_a_mail_over_the_limits_is_quarantined(reading: Callable[..., Any]) -> None:
    many = raw(FROM, "Content-Type: multipart/mixed; boundary=b", body="--b\n\nx\n" * 3000)
    large = raw(FROM, body="x" * (26 * 1024 * 1024))

    assert [reading(one)["decision"]["action"] for one in (many, large)] == ["quarantine", "quarantine"]


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]><x/>',
        b'<!DOCTYPE cXML SYSTEM "http://127.0.0.1:9/c.dtd" [<!ELEMENT x ANY>]><cXML/>',
        b"<x>" + b"y" * 5_000_001 + b"</x>",
    ],
)
def test_53_xml_with_declarations_of_its_own_is_refused(document: bytes) -> None:
    with pytest.raises(xml.Refused):
        xml.root_of(document)


def test_53_a_cxml_document_type_is_passed_over_and_a_damaged_document_is_none() -> None:
    root = xml.root_of(
        b'<?xml version="1.0"?><!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.0/cXML.dtd"><cXML/>'
    )

    assert root is not None
    assert xml.name_of(root) == "cXML"
    assert xml.root_of(b"<a><b></a>") is None


def bomb(entries: int, size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for at in range(entries):
            archive.writestr(f"../../etc/{at}", b"0" * size)
    return out.getvalue()


@pytest.mark.parametrize(("entries", "size"), [(1, 30_000_000), (1000, 1)])
def test_54_55_a_workbook_that_unpacks_to_too_much_is_refused_unopened(entries: int, size: int) -> None:
    with pytest.raises(xlsx.Refused):
        xlsx.blocks_of(bomb(entries, size), "1", xlsx.Sight(".", [].append, bool))


def test_54_a_refused_workbook_is_said_and_asked_about(
    letter: Callable[..., bytes], reading: Callable[..., Any]
) -> None:
    said = reading(letter("PO-2026-00042, siehe Anhang", attached=[("a.xlsx", SHEET, bomb(1000, 1))]))

    assert said["decision"]["action"] == "ask"
    assert any("unpacks to too much" in problem for problem in said["problems"])


def test_56_a_pdf_of_too_many_pages_or_none_is_refused(pdf: Callable[..., bytes]) -> None:
    from handlers.extraction.formats.pdf import text_of

    one = pdf([(50, 700, "x")])
    many = one.replace(b"/Kids [3 0 R] /Count 1", b"/Kids [" + b"3 0 R " * 40 + b"] /Count 40")

    for content in (b"%PDF-1.4 nothing", many):
        with pytest.raises(xml.Refused):
            text_of(content, [].append)


def test_56_a_pdf_with_actions_yields_its_text_only(pdf: Callable[..., bytes]) -> None:
    from handlers.extraction.formats.pdf import text_of

    page = pdf([(50, 700, "NL-44120")]).replace(
        b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"
    )

    assert text_of(page, [].append).strip() == "NL-44120"


def test_a_sub_domain_is_the_supplier_and_the_plant_s_own_people_are_known(known: Known) -> None:
    sub = sender_of(
        take_apart(
            raw(
                "Authentication-Results: mx.brackwater.example; spf=pass smtp.mailfrom=x@nordlager.example",
                "From: a@mail.nordlager.example",
            )
        ),
        known,
    )
    ours = sender_of(take_apart(raw("From: luis@brackwater.example")), known)
    failed = sender_of(
        take_apart(raw("Authentication-Results: mx.brackwater.example; dkim=fail header.d=nordlager.example", FROM)),
        known,
    )

    assert (sub.trust, ours.trust, failed.trust) == ("verified", "known", "forged")
