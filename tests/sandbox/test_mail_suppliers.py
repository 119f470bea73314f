"""Pretend suppliers read the order and answer it, each in its awkward way."""

import csv
import io
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.policy import SMTP
from typing import cast

import pytest

from sandbox.sent_orders import SentOrder, read_order
from sandbox.suppliers import Reply, answers, compose

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=1)))
UBL = """<?xml version="1.0" encoding="UTF-8"?>
<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
 <cbc:ID>PO-2026-00042</cbc:ID><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
 <cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:Quantity unitCode="C62">10</cbc:Quantity>
  <cac:Price><cbc:PriceAmount currencyID="EUR">4.20</cbc:PriceAmount></cac:Price>
  <cac:Item><cbc:Name>Deep groove ball bearing &amp; cap</cbc:Name>
   <cac:BuyersItemIdentification><cbc:ID>6204-2RS</cbc:ID></cac:BuyersItemIdentification>
   <cac:SellersItemIdentification><cbc:ID>NL-99812</cbc:ID></cac:SellersItemIdentification></cac:Item>
 </cac:LineItem></cac:OrderLine>
 <cac:OrderLine><cac:LineItem><cbc:ID>2</cbc:ID><cbc:Quantity unitCode="MTR">2.5</cbc:Quantity>
  <cac:Item><cbc:Name>Hose</cbc:Name></cac:Item></cac:LineItem></cac:OrderLine>
</Order>"""


def sent(xml: str | None = UBL, text: str = "Please deliver PO-2026-00042.") -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Halden Works <purchasing@halden.example>"
    mail["To"] = "orders@hartmann.example"
    mail["Reply-To"] = "po+42.abcdef@halden.example"
    mail["Subject"] = "[PO-2026-00042] Purchase order"
    mail["Message-ID"] = "<po.42.r1.abc@halden.example>"
    mail["References"] = "<earlier@halden.example>"
    mail.set_content(text)
    if xml is not None:
        mail.add_attachment(xml.encode(), maintype="application", subtype="xml", filename="PO-2026-00042.xml")
    return mail.as_bytes()


@pytest.fixture
def order() -> SentOrder:
    return read_order(sent())


def opened(reply: Reply) -> EmailMessage:
    return cast("EmailMessage", message_from_bytes(reply.message, policy=policy.default))


def body(reply: Reply) -> str:
    part = opened(reply).get_body(("html", "plain"))
    assert part is not None
    return str(part.get_content())


def test_an_order_is_read_from_its_xml(order: SentOrder) -> None:
    first, second = order.lines

    assert (order.number, order.currency) == ("PO-2026-00042", "EUR")
    assert (first.line, first.quantity, first.unit, first.price) == ("1", Decimal(10), "C62", Decimal("4.20"))
    assert (first.buyers, first.sellers) == ("6204-2RS", "NL-99812")
    assert first.description == "Deep groove ball bearing & cap"
    assert (second.quantity, second.unit, second.price) == (Decimal("2.5"), "MTR", None)
    assert order.reply_to == "po+42.abcdef@halden.example"


BROKEN = [
    None,
    "<not closed",
    "<Other/>",
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
]


@pytest.mark.parametrize("xml", BROKEN)
def test_an_order_without_usable_xml_is_read_from_its_text(xml: str | None) -> None:
    text = "Order PO-2026-00042\n 1  6204-2RS  Ball bearing  10 pcs\n 2. A-42 Gear oil 2,5 l\nThank you for 3 years\n"

    order = read_order(sent(xml, text))

    assert order.number == "PO-2026-00042"
    assert [(line.line, line.buyers, line.quantity, line.unit) for line in order.lines] == [
        ("1", "6204-2RS", Decimal(10), "C62"),
        ("2", "A-42", Decimal("2.5"), "LTR"),
    ]


@pytest.mark.parametrize("kind", list(answers()))
def test_every_ready_answer_can_be_composed_and_names_the_order(kind: str, order: SentOrder) -> None:
    reply = compose(kind, order, now=NOW, text="my own words")

    mail = opened(reply)
    assert mail.defects == []
    assert mail["From"].addresses[0].addr_spec == reply.sender
    assert mail["Date"].datetime == NOW
    assert mail["Message-ID"].endswith("@" + reply.sender.rpartition("@")[2] + ">")
    assert "PO-2026-00042" in mail["Subject"] + body(reply)
    assert "{{" not in body(reply)
    assert reply.authentication in {"pass", "fail", "none"}


@pytest.mark.parametrize("kind", [kind for kind, answer in answers().items() if answer.reply])
def test_a_reply_stands_in_the_thread_and_goes_to_the_reply_address(kind: str, order: SentOrder) -> None:
    mail = opened(compose(kind, order, now=NOW, text="x"))

    assert mail["To"] == "po+42.abcdef@halden.example"
    assert mail["In-Reply-To"] == "<po.42.r1.abc@halden.example>"
    assert mail["References"] == "<earlier@halden.example> <po.42.r1.abc@halden.example>"


@pytest.mark.parametrize("kind", [kind for kind, answer in answers().items() if not answer.reply])
def test_a_machines_mail_stands_alone(kind: str, order: SentOrder) -> None:
    mail = opened(compose(kind, order, now=NOW))

    assert mail["To"] == "purchasing@halden.example"
    assert mail["In-Reply-To"] is None


WORDS = [
    ("free", "my own words"),
    ("confirm", "We confirm it as ordered"),
    ("later", "new delivery date 7 December 2026"),
    ("fewer", "confirmed 4 of 10 pcs"),
    ("dearer", "EUR 4.56 each (your order: EUR 4.20)"),
    ("despatch", '<td class="n">10</td><td class="n">10</td><td class="n">0</td>'),
    ("despatch_part", '<td class="n">10</td><td class="n">6</td><td class="n">4</td>'),
    ("despatch_rest", '<td class="n">10</td><td class="n">4</td><td class="n">0</td>'),
    ("despatch", "bearing &amp; cap"),
    ("plain", "10 pcs 6204-2RS"),
    ("plain", "> Please deliver PO-2026-00042."),
    ("plain_de", "geliefert 6 Stk, Rückstand 4 Stk"),
    ("plain_de", "Rückstand 1,5 m"),
    ("ambiguous", "1.200 St."),
    ("delivered", "signed for"),
    ("two_languages", "2,5"),
    ("lookalike", "IBAN"),
    ("refuse", "cancelled the order completely"),
]


@pytest.mark.parametrize(("kind", "expected"), WORDS)
def test_an_answer_says_what_it_is_for(kind: str, expected: str, order: SentOrder) -> None:
    assert expected in body(compose(kind, order, now=NOW, text="my own words"))


def test_a_csv_list_has_one_row_for_each_line(order: SentOrder) -> None:
    [paper] = opened(compose("csv", order, now=NOW)).iter_attachments()

    rows = list(csv.DictReader(io.StringIO(paper.get_content()), delimiter=";"))

    assert [(row["order_line"], row["buyer_part"], row["shipped"]) for row in rows] == [
        ("1", "6204-2RS", "10"),
        ("2", "", "2.5"),
    ]


def test_forgeries_come_from_where_they_say(order: SentOrder) -> None:
    forged = compose("forged", order, now=NOW)
    lookalike = compose("lookalike", order, now=NOW)

    assert (forged.sender, forged.authentication) == ("despatch@hartmann.example", "fail")
    assert (lookalike.sender, lookalike.authentication) == ("orders@hartrnann.example", "pass")
    assert opened(lookalike)["Reply-To"] == "accounts@hartrnann.example"


def test_an_out_of_office_note_is_marked_as_one(order: SentOrder) -> None:
    assert opened(compose("auto_reply", order, now=NOW))["Auto-Submitted"] == "auto-replied"


def test_each_delivery_note_has_its_own_number_and_a_copy_has_the_same(order: SentOrder) -> None:
    def number(kind: str, *before: str) -> str:
        return opened(compose(kind, order, now=NOW, before=before))["Subject"].split()[2]

    first, second = number("despatch"), number("despatch", "despatch")

    assert first != second
    assert number("despatch_part") != first
    assert number("repeat", "despatch") == first
    assert number("repeat", "despatch", "despatch") == second


def test_the_suppliers_name_is_used_where_it_is_known(order: SentOrder) -> None:
    named = opened(compose("free", order, now=NOW, text="x", name='Hartmann & "Sons", Ltd.'))
    unnamed = opened(compose("free", order, now=NOW, text="x"))

    assert named["From"].addresses[0].display_name == 'Hartmann & "Sons", Ltd.'
    assert unnamed["From"].addresses[0].display_name == "Hartmann"


def test_words_of_a_person_cannot_become_headers(order: SentOrder) -> None:
    reply = compose("free", order, now=NOW, text="Subject: no\r\n\r\nBcc: x@evil.example")

    assert opened(reply)["Bcc"] is None
