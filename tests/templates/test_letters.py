"""Mails: one-line subjects, texts that hold the whole order, HTML in which no value is markup."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

import templates
from templates import letters
from templates.order_sheet import order_words


def test_every_mail_has_a_sample(tables: Any) -> None:
    assert letters.mail_names() == sorted(tables["MAILS"])


def test_every_mail_is_whole(mail_sample: Any) -> None:
    name, values = mail_sample

    mail = templates.mail(name, **values)

    assert mail.subject.endswith("[PO-2026-00118]")
    assert "PO-2026-00118" in mail.text
    assert "\n\n\n" not in mail.text
    assert html.fromstring(mail.html).text_content().count("PO-2026-00118") >= 1
    assert "{" not in mail.text


def test_the_order_mail_names_every_line_and_how_to_answer(order: Any) -> None:
    mail = templates.mail("purchase_order", document=order)

    assert mail.subject == "Purchase order PO-2026-00118 from Halden Works GmbH [PO-2026-00118]"
    for said in (
        "No 2: Bearing 6206-2RS C3",
        "4 pieces at 11.40 = 45.60",
        "Order total: EUR 527.60",
        "keep [PO-2026-00118] in the subject",
    ):
        assert said in mail.text
    shown = " ".join(html.fromstring(mail.html).text_content().split())
    for said in ("Bearing 6206-2RS C3", "11.40", "EUR 527.60", "24 months from delivery", "reverse charge"):
        assert said in shown


def test_a_german_supplier_reads_german(order: Any) -> None:
    mail = templates.mail("purchase_order", document={**order, "language": "de"})

    assert mail.subject.startswith("Bestellung PO-2026-00118 von")
    assert "Bestellsumme: 527,60 EUR" in mail.text
    assert "27.11.2026" in mail.text


def test_a_language_we_do_not_have_is_english(order: Any) -> None:
    assert templates.mail("purchase_order", document={**order, "language": "fi"}).subject.startswith("Purchase order")


def test_an_american_supplier_reads_american_days(order: Any) -> None:
    assert "Nov 27, 2026" in templates.mail("purchase_order", document={**order, "language": "en-US"}).text


def test_a_revised_order_says_so(tables: Any) -> None:
    mail = templates.mail("purchase_order", **tables["MAILS"]["purchase_order"][1])

    assert "Fassung 2" in mail.subject
    assert "Bisher: Menge 1 · Einzelpreis 190,00" in mail.text
    assert "Position storniert" in mail.text


@settings(deadline=None, max_examples=40)
@given(hostile=st.text(min_size=1, max_size=300).filter(str.strip))
def test_no_value_breaks_a_subject_or_becomes_markup(hostile: str) -> None:
    document = example("purchase_order") | {
        "number": f"PO-1\r\nBcc: x{hostile}",
        "notes": f"<script>{hostile}</script>",
    }
    document |= {"plant": {**document["plant"], "name": f"Halden\r\n{hostile}" * 3}}

    mail = templates.mail("purchase_order", document=document)

    assert not set(mail.subject) & set("\r\n\0\u2028\u2029\x0b\x0c\x85")
    assert mail.subject.endswith("]")
    assert "<script" not in mail.html


def example(name: str) -> dict[str, Any]:
    folder = Path(__file__).parent
    names: dict[str, Any] = {"__name__": "samples"}
    exec((folder / "samples_mails.py").read_text(), names)
    return names["MAILS"][name][0]["document"]


def test_a_long_subject_keeps_its_token(order: Any) -> None:
    plant = {**order["plant"], "name": "Halden Works of the North " * 20}

    subject = templates.mail("purchase_order", document={**order, "plant": plant}).subject

    assert len(subject) <= letters.SUBJECT_MOST
    assert subject.endswith("… [PO-2026-00118]")


def test_long_addresses_can_be_copied_from_a_mail(order: Any) -> None:
    address = "purchasing.department.north@very-long-name-of-halden-works.example"
    document = {**order, "plant": {**order["plant"], "email": address}}

    mail = templates.mail("purchase_order", document=document)

    assert address in mail.text
    assert address in mail.html


def test_an_order_without_a_total_is_refused(order: Any) -> None:
    with pytest.raises(templates.NotInDocument, match="PO-2026-00118 lacks total"):
        templates.mail("purchase_order", document={**order, "total": None})


def test_every_language_has_the_same_words() -> None:
    mails = tomllib.loads((letters.FOLDER / "words.toml").read_text())
    orders = order_words()

    assert {name: set(words) for name, words in mails["en"].items()} == {
        name: set(words) for name, words in mails["de"].items()
    }
    assert set(orders["en"]) == set(orders["de"])


def test_a_name_the_package_does_not_say_is_an_error() -> None:
    with pytest.raises(AttributeError, match="no telegram"):
        templates.telegram  # noqa: B018
