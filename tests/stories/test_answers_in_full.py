"""Stories of what goes to a supplier and what comes back: mails, substitutes, small changes, parts, repeats, and whom each matter concerns."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import pytest_asyncio

from storage.tables import (
    Approval,
    DeliveryNotice,
    InboundMail,
    LinePromise,
    OrderChase,
    OrderRevision,
    Outgoing,
    PurchaseOrderLine,
    Receipt,
    SupplierContact,
)
from tests.stories.clocks import monday, set_clock
from tests.stories.figures import damage, rows
from tests.stories.hartmann import DESPATCH, answer
from tests.stories.loop import STORES
from tests.stories.plants import RealMail, Wishes, plant_among_people
from tests.stories.purchases import Shop, text_of, ubl_of
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]

SUPPLIERS = 'supplier,email_copies,email_domains\nHARTMANN,sales@hartmann.example,"hartmann.example,hartmann-logistik.example"\n'
CONTACTS = (
    "supplier,role,name,email,phone,language\n"
    "HARTMANN,Buchhaltung,Kai Lang,kai.lang@hartmann.example,+49 711 555032,\n"
    "HARTMANN,reminders,Jo Dean,jo.dean@hartmann.example,,en\n"
    "HARTMANN,quality,Ute Brandt,,+49 711 555031,\n"
)


def _lenient(text: str) -> str:
    allowed = "[approvals]\nchange_tolerance_percent = 5\n"
    return text.replace("[approvals]\n", allowed) + "\n[suppliers]\nprice_percent = 5\nlater_days = 60\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> AsyncIterator[Shop]:
    """A running plant that takes over small changes, and a supplier with people by role."""
    folder = tmp_path_factory.mktemp("shop")
    wishes = Wishes(rewrite=_lenient)
    async with plant_among_people(folder, f"sqlite:///{folder}/plant.db", dovecot, wishes) as (made, world):
        (folder / "more").mkdir()
        (folder / "more" / "suppliers.csv").write_text(SUPPLIERS, "utf-8")
        (folder / "more" / "contacts.csv").write_text(CONTACTS, "utf-8")
        status, said = await made.command("import", str(folder / "more"))
        assert status == 0, said
        set_clock(made.ahead, datetime.now(UTC))
        await made.start(hurrying=True)
        yield Shop(made, world)
        assert damage(made.url) == []


async def until(shop: Shop, what: str, look: Any) -> Any:
    async def seen() -> Any:
        return look()

    return await shop.world.slack.until(what, seen)


def reached(shop: Shop, *words: str) -> list[tuple[tuple[str, ...], EmailMessage]]:
    """Return who got the mails that hold all the words, and the mails."""
    assert isinstance(shop.world.mail, RealMail)
    mails = [(one.recipients, one.message) for one in shop.world.mail.sink.kept]
    return [(to, mail) for to, mail in mails if all(word in f"{mail['Subject']}\n{text_of(mail)}" for word in words)]


async def brings(shop: Shop, mail: bytes) -> InboundMail:
    """Put a mail into the plant's mailbox; returns it as it stands once it was read."""
    before = max((row.id for row in rows(shop.plant.url, InboundMail)), default=0)
    await shop.world.mail.deliver(mail)

    def look() -> Any:
        return next(
            (
                row
                for row in rows(shop.plant.url, InboundMail)
                if row.id > before and row.state != "stored" and row.kind != "own copy"
            ),
            None,
        )

    found: InboundMail = await until(shop, "the mail to be read", look)
    return found


def confirms(
    mail: EmailMessage, number: str, *given: tuple[str, ...], head: str = "Pos,Artikel,Bestätigt,Liefertermin"
) -> bytes:
    """Write a confirmation whose table has these rows."""
    cells = "".join(f"<th>{name}</th>" for name in head.split(","))
    told = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in given)
    page = f"<p>Auftragsbestätigung. Wir bestätigen Ihre Bestellung {number} wie folgt:</p><table><tr>{cells}</tr>{told}</table>"
    return answer(mail, f"Auftragsbestätigung {number}", "Bitte HTML anzeigen.", page=page)


def returned(head: str) -> bytes:
    """Write the report of a mail server that one of our mails could not be delivered."""
    parts = (
        ("text/plain", "Your mail could not be delivered: no such user."),
        ("message/delivery-status", "Reporting-MTA: dns; mx.hartmann.example\r\n\r\nFinal-Recipient: rfc822; orders@hartmann.example\r\nAction: failed\r\nStatus: 5.1.1"),
        ("text/rfc822-headers", head),
    )  # fmt: skip
    written = "".join(f"--b\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts)
    return (
        "From: MAILER-DAEMON@mx.hartmann.example\r\nTo: purchasing@halden.example\r\nAuto-Submitted: auto-replied\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <returned-65@mx.hartmann.example>\r\n"
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n{written}--b--\r\n'
    ).encode()


def lines(shop: Shop, order: Any) -> list[PurchaseOrderLine]:
    return rows(shop.plant.url, PurchaseOrderLine, order_id=order.id)


async def test_64_an_order_leaves_as_text_pdf_and_data_with_an_address_of_its_own_and_a_copy(shop: Shop) -> None:
    order, mail = await shop.buys("1 P-10231 for 410", "hartmann")

    kinds = [part.get_content_type() for part in mail.iter_attachments()]
    ((to, _), *_) = reached(shop, str(order.number), "HS-45-SSE")
    queued = [json.loads(row.body) for row in rows(shop.plant.url, Outgoing, wire="mail", purpose="purchase_order")]
    assert kinds == ["application/pdf", "application/xml"]
    assert str(order.number) in ubl_of(mail)
    assert "Ihre Nummer HS-45-SSE" in text_of(mail)
    assert str(order.number).lower() in str(mail["Reply-To"]).lower()
    assert mail["Cc"] == "sales@hartmann.example"
    assert {"orders@hartmann.example", "sales@hartmann.example"} <= set(to)
    assert str(mail["Message-ID"]) in [body["message_id"] for body in queued]


async def test_65_an_order_is_sent_once_the_server_took_it_and_unsent_again_when_it_bounces(shop: Shop) -> None:
    draft = await shop.drafts("1 P-10231 for 410", "hartmann")
    question = await shop.asks(draft)
    before = shop.order(draft).state
    await shop.presses("bo", question, "approval.approve")
    mail = await shop.mailed(draft)
    order = await until(shop, "the order to be sent", lambda: shop.order(draft) if shop.order(draft).sent_at else None)
    row = next(
        row for row in rows(shop.plant.url, Outgoing, purpose="purchase_order") if mail["Message-ID"] in row.body
    )

    head = f"Message-ID: {mail['Message-ID']}\r\nSubject: {mail['Subject']}\r\nFrom: {mail['From']}\r\n"
    await brings(shop, returned(head))

    assert before == "pending_approval"
    assert (order.state, row.state) == ("sent", "sent")
    assert (
        await until(
            shop, "the order to be unsent", lambda: shop.order(draft) if shop.order(draft).state != "sent" else None
        )
    ).state == "approved"
    await shop.world.person("ines").waits_in_direct(str(order.number), "purchase_order.send_again")


async def test_66_a_substitute_is_taken_with_the_buyers_word_and_received_under_its_own_number(shop: Shop) -> None:
    order, mail = await shop.buys("2 P-10231 for 410", "hartmann")
    offer = confirms(mail, order.number, ("1", "HX-77-B (Ersatz für HS-45-SSE)", "2", ""))
    await shop.world.mail.deliver(offer)
    ines = shop.world.person("ines")

    card = await ines.waits_in_direct("mail.accept_answer", str(order.number), "HX-77-B instead")
    await shop.presses("ines", card, "mail.accept_answer")
    form = await ines.modal("Who says that it fits")
    await ines.submits(form, item_1="Seal 45 mm, other make", words="Priya checked drawing 45-E")
    question = await shop.world.person("bo").waits_in_direct("HX-77-B", "approval.approve")
    await shop.presses("bo", question, "approval.approve")
    yes = await shop.mailed(order.number, 2)
    now = await until(
        shop, "revision 2", lambda: shop.order(order.number) if shop.order(order.number).revision == 2 else None
    )
    (line,) = lines(shop, order)
    await shop.world.mail.deliver(_sent(mail, order.number, "HX-77-B", "2", "2", "LS-66"))
    tom = shop.world.person("tom")
    await tom.clicks(STORES, await tom.waits_for(STORES, "receipt.as_listed", str(order.number)), "receipt.as_listed")
    await until(shop, "the receipt", lambda: lines(shop, order)[0].accepted == 2000)

    assert (line.supplier_part, line.description) == ("HX-77-B", "Seal 45 mm, other make")
    assert "HX-77-B" in text_of(yes)
    assert now.state == "accepted"
    assert "Priya checked drawing 45-E" in str(await shop.types("ines", f"order {order.number}", "Priya checked"))


def _sent(mail: EmailMessage, number: str, article: str, ordered: str, count: str, note: str) -> bytes:
    page = (
        f"<p>Guten Tag,<br>wir haben heute versendet.</p><p>Versandart: DHL<br>Sendungsnummer: 00340434161094042557<br>Lieferschein-Nr.: {note}<br>Ihre Bestellung: {number}</p>"
        "<table border=1><tr><th>Pos</th><th>Art.-Nr.</th><th>Bestellt</th><th>Geliefert</th></tr>"
        f"<tr><td>1</td><td>{article}</td><td>{ordered} Stk</td><td>{count} Stk</td></tr></table>"
    )
    return answer(mail, f"Lieferavis {note} zu {number}", "Bitte HTML anzeigen.", page=page, sender=DESPATCH)


async def test_67_a_little_dearer_is_taken_over_and_more_is_put_before_buyer_and_approver(shop: Shop) -> None:
    head = "Pos,Artikel,Menge,Einzelpreis"
    order, mail = await shop.buys("2 P-10231 for 410", "hartmann")
    await shop.world.mail.deliver(confirms(mail, order.number, ("1", "HS-45-SSE", "2", "189,00 EUR"), head=head))
    little = await until(
        shop, "revision 2", lambda: shop.order(order.number) if shop.order(order.number).revision == 2 else None
    )
    ines = shop.world.person("ines")
    await ines.waits_in_direct("I took it over", str(order.number))
    mails = len(reached(shop, str(order.number)))

    await shop.world.mail.deliver(confirms(mail, order.number, ("1", "HS-45-SSE", "2", "230,00 EUR"), head=head))
    card = await ines.waits_in_direct("mail.accept_answer", str(order.number), "230")
    await shop.presses("ines", card, "mail.accept_answer")
    question = await shop.world.person("bo").waits_in_direct("approval.approve", str(order.number), "230")

    assert (little.state, little.total, mails) == ("accepted", 37_800, 1)
    assert [run.rule for run in rows(shop.plant.url, Approval, order_id=order.id)][
        1
    ] == "the supplier's change lies within the tolerance"
    assert shop.order(order.number).total == 37_800
    await shop.presses("bo", question, "approval.approve")
    await until(shop, "revision 3", lambda: shop.order(order.number).total == 46_000)
    assert [row.state for row in rows(shop.plant.url, OrderRevision, order_id=order.id)] == ["accepted", "accepted"]


async def test_71_a_mail_that_comes_twice_counts_once_and_machines_are_never_answered(shop: Shop) -> None:
    order, mail = await shop.buys("2 P-10231 for 410", "hartmann")
    note = _sent(mail, order.number, "HS-45-SSE", "2", "2", "LS-71")
    first = await brings(shop, note)
    again = await brings(shop, note)
    before = len(shop.world.mail.sink.kept)  # type: ignore[attr-defined]
    away = EmailMessage()
    for name in ("From", "To", "Subject", "Message-ID", "In-Reply-To", "Authentication-Results"):
        given = {
            "From": "Hartmann Seals <orders@hartmann.example>", "To": str(mail["Reply-To"]), "Subject": f"Abwesend: {mail['Subject']}",
            "Message-ID": "<away-71@hartmann.example>", "In-Reply-To": str(mail["Message-ID"]),
            "Authentication-Results": "mx.halden.example; dmarc=pass header.from=hartmann.example",
        }  # fmt: skip
        away[name] = given[name]
    away["Auto-Submitted"] = "auto-replied"
    away.set_content("Ich bin bis Montag nicht im Haus.")
    out = await brings(shop, away.as_bytes())

    assert (first.state, again.state) == ("proposed", "duplicate")
    assert len(rows(shop.plant.url, Receipt, order_id=order.id)) == 1
    assert (out.state, out.kind) == ("ignored", "auto_reply")
    assert len(shop.world.mail.sink.kept) == before  # type: ignore[attr-defined]


async def test_72_a_supplier_has_people_by_role_domains_terms_and_language_and_its_other_domain_is_known(
    shop: Shop,
) -> None:
    order, mail = await shop.buys("2 P-10231 for 410", "hartmann")
    note = _sent(mail, order.number, "HS-45-SSE", "2", "2", "LS-72")
    note = note.replace(b"hartmann.example", b"hartmann-logistik.example")

    taken = await brings(shop, note)
    card = str(await shop.types("ines", "supplier hartmann", "Kai Lang"))

    people = {(row.role, row.name, row.language) for row in rows(shop.plant.url, SupplierContact)}
    assert people == {("accounts", "Kai Lang", ""), ("reminders", "Jo Dean", "en"), ("quality", "Ute Brandt", "")}
    assert "orders: Jana Hartmann" in card
    assert "+49 711 555031" in card
    assert "30 Tage netto" in text_of(mail)
    assert "DE900000017" in ubl_of(mail)
    assert (taken.state, taken.trust) == ("proposed", "verified")


async def test_68_what_is_promised_in_parts_is_asked_about_part_by_part(shop: Shop) -> None:
    first, second = (monday() + timedelta(days=days) for days in (7, 14))
    order, mail = await shop.buys("10 P-10231 for 410", "hartmann")
    parts = [("1", "HS-45-SSE", count, f"{day:%d.%m.%Y}") for count, day in (("4", first), ("6", second))]
    await shop.world.mail.deliver(confirms(mail, order.number, *parts))
    promised = await until(shop, "the promises", lambda: _promised(shop, order))
    await shop.world.mail.deliver(_sent(mail, order.number, "HS-45-SSE", "10", "4", "LS-68"))
    tom = shop.world.person("tom")
    await tom.clicks(STORES, await tom.waits_for(STORES, "receipt.as_listed", str(order.number)), "receipt.as_listed")
    await until(shop, "four of ten", lambda: lines(shop, order)[0].accepted == 4000)

    set_clock(shop.plant.ahead, second - timedelta(days=3))
    chased = await until(shop, "the reminder", lambda: rows(shop.plant.url, OrderChase, order_id=order.id))
    ((to, reminder), *_) = await until(
        shop, "its mail", lambda: [one for one in reached(shop, str(order.number)) if one[1]["Auto-Submitted"]]
    )

    (notice,) = rows(shop.plant.url, DeliveryNotice, number="LS-68")
    assert promised == [(4000, first.date()), (6000, second.date())]
    assert (notice.carrier, "00340434161094042557" in notice.tracking) == ("DHL", True)
    assert [(row.rule, row.about) for row in chased] == [("due_soon", f"{second:%Y-%m-%d}")]
    assert "jo.dean@hartmann.example" in to
    assert "is due soon" in str(reminder["Subject"])
    assert shop.order(order.number).receipt_state == "partial"


def _promised(shop: Shop, order: Any) -> list[tuple[int, date]]:
    (line,) = lines(shop, order)
    return [(row.quantity, row.promised_on) for row in rows(shop.plant.url, LinePromise, line_id=line.id)]
