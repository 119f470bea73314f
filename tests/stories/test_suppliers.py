"""Stories of the supplier's side: reminded until it answers, doubted, measured, answered back, and sent to a job."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from storage.tables import OrderChase, Receipt, Supplier, SupplierHold, SupplierMonth, Visit
from tests.stories.clocks import monday, on_a_monday, set_clock
from tests.stories.figures import damage, rows
from tests.stories.hartmann import answer
from tests.stories.loop import FAULTS, PURCHASING, STORES, despatch
from tests.stories.plants import RealMail
from tests.stories.purchases import Shop, text_of
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300)]
PASS = "mx.halden.example; dkim=pass header.d=hartmann.example; dmarc=pass header.from=hartmann.example"


@pytest_asyncio.fixture
async def shop(tmp_path: Path, dovecot: Dovecot) -> AsyncIterator[Shop]:
    """A running plant on a Monday morning, whose clock the story moves on."""
    async with on_a_monday(tmp_path, dovecot) as shop:
        yield shop


def letter(to: str, subject: str, text: str, **head: str) -> bytes:
    """Write a mail of the supplier's, as the plant's own mail server hands it over."""
    mail = EmailMessage(policy=SMTP)
    given = {
        "Authentication-Results": PASS,
        "From": "Hartmann Seals <orders@hartmann.example>",
        "To": to,
        "Subject": subject,
        "Date": format_datetime(datetime.now(UTC)),
        "Message-ID": make_msgid(domain="hartmann.example"),
    } | {name.replace("_", "-"): said for name, said in head.items()}
    for name, said in given.items():
        mail[name] = said
    mail.set_content(text)
    return mail.as_bytes()


async def until(shop: Shop, what: str, look: Any) -> Any:
    async def seen() -> Any:
        return look()

    return await shop.world.slack.until(what, seen)


def sent(shop: Shop, *words: str) -> list[EmailMessage]:
    """Return the mails to the supplier whose subject or text holds all the words."""
    assert isinstance(shop.world.mail, RealMail)
    mails = [one.message for one in shop.world.mail.sink.kept if any("hartmann" in to for to in one.recipients)]
    return [mail for mail in mails if all(word in f"{mail['Subject']}\n{text_of(mail)}" for word in words)]


async def test_69_a_silent_supplier_is_reminded_in_working_hours_and_an_answer_ends_it(shop: Shop) -> None:
    order, mail = await shop.buys("1 P-10214 for 410", "hartmann")

    set_clock(shop.plant.ahead, monday() + timedelta(days=1, hours=14))
    at_night = len(sent(shop, "bestätigen"))
    set_clock(shop.plant.ahead, monday() + timedelta(days=2))
    (reminder,) = await until(shop, "the reminder", lambda: sent(shop, "Bitte Bestellung", str(order.number)))
    await shop.world.person("ines").waits_in_direct("Reminded:", str(order.number))

    away = letter(str(mail["Reply-To"]), "Abwesend", "Ich bin bis Montag nicht im Haus.", Auto_Submitted="auto-replied")
    await shop.world.mail.deliver(away)
    confirmed = f"Wir bestätigen Ihre Bestellung {order.number} vollständig wie bestellt."
    await shop.world.mail.deliver(letter(str(mail["Reply-To"]), f"Re: {mail['Subject']}", confirmed))
    await until(shop, "the answer", lambda: shop.order(order.number).answered_at)
    set_clock(shop.plant.ahead, monday() + timedelta(days=3, hours=1))

    assert at_night == 0
    assert reminder["Auto-Submitted"] == "auto-generated"
    assert [row.rule for row in rows(shop.plant.url, OrderChase) if row.rule == "no_answer"] == ["no_answer"]
    assert len(sent(shop, "Bitte Bestellung")) == 1
    assert damage(shop.plant.url) == []


async def test_70_and_72_new_bank_details_hold_a_supplier_until_a_buyer_has_called_a_number_on_file(shop: Shop) -> None:
    order, mail = await shop.buys("1 P-10214 for 410", "hartmann")
    ines = shop.world.person("ines")
    bank = f"Our bank details have changed. Please pay for {order.number} to the new account IBAN DE89 3704 0044 0532 0130 00."
    await shop.world.mail.deliver(letter(str(mail["Reply-To"]), "New bank details", bank))

    card = await ines.waits_for(PURCHASING, "Is this really Hartmann Seals", "new bank details", "+49 711 555020")
    draft = await shop.drafts("2 P-10214 for 410", "hartmann")
    await shop.types("ines", f"request {draft}", "hold is lifted")
    await ines.clicks(PURCHASING, card, "supplier.lift_hold")
    form = await ines.modal("Whom did you speak to")
    await ines.submits(form, spoke_to="Jana Hartmann", phone="+49 711 555020", note="It was not theirs")
    await ines.waits_for(PURCHASING, "hold on Hartmann Seals", "called Jana Hartmann")
    await shop.asks(draft)

    (hold,) = rows(shop.plant.url, SupplierHold)
    supplier = next(row for row in rows(shop.plant.url, Supplier) if row.code == "HARTMANN")
    assert (hold.state, hold.phone, hold.note) == ("lifted", "+49 711 555020", "It was not theirs")
    assert (supplier.held, supplier.email_orders) == (False, "orders@hartmann.example")
    assert damage(shop.plant.url) == []


async def test_66_and_67_a_later_day_is_put_before_the_buyer_who_refuses_with_a_drafted_mail(shop: Shop) -> None:
    order, mail = await shop.buys("2 P-10231 for 410", "hartmann")
    late = (monday() + timedelta(days=40)).date()
    page = (
        f"<p>Order confirmation AB-1. We accept your order {order.number} as follows:</p>"
        "<table><tr><th>Pos</th><th>Article</th><th>Ordered</th><th>Confirmed</th><th>Delivery date</th></tr>"
        f"<tr><td>1</td><td>HS-45-SSE</td><td>2</td><td>2</td><td>{late:%d %b %Y}</td></tr></table>"
    )
    await shop.world.mail.deliver(answer(mail, f"Order confirmation {order.number}", "See HTML.", page=page))
    ines = shop.world.person("ines")
    card = await ines.waits_in_direct("mail.refuse_answer", str(order.number))

    await shop.presses("ines", card, "mail.refuse_answer")
    form = await ines.modal("What they read")
    await ines.submits(form)
    answers = await until(shop, "the answer mail", lambda: sent(shop, "Zu Ihrer Antwort", str(order.number)))

    assert "Bitte liefern Sie wie bestellt." in text_of(answers[0])
    assert answers[0]["In-Reply-To"] == mail["Message-ID"]
    assert shop.order(order.number).state == "sent"
    assert damage(shop.plant.url) == []


async def test_93_and_95_a_receipt_counts_at_once_and_the_scorecard_shows_it_with_a_picture(shop: Shop) -> None:
    # A note that is older than its order would be asked about.
    set_clock(shop.plant.ahead, datetime.now(UTC))
    order, mail = await shop.buys("2 P-10231 for 410", "hartmann")
    await shop.world.mail.deliver(despatch(mail, str(order.number)))
    tom = shop.world.person("tom")
    card = await tom.waits_for(STORES, "receipt.as_listed")
    await tom.clicks(STORES, card, "receipt.as_listed")
    await until(shop, "the figures", lambda: rows(shop.plant.url, SupplierMonth))

    told = await shop.types("ines", "supplier hartmann", "How they deliver", "On time")

    assert "1 of 1 order lines came on time and in full: 100%" in str(told)
    assert "data_visualization" in [block["type"] for block in told["blocks"]]
    assert "Percent by month: On time 100.0%" in str(told)
    assert damage(shop.plant.url) == []


async def test_29_a_job_goes_to_a_contractor_and_its_answers_come_into_the_thread(shop: Shop) -> None:
    thread = await shop.world.person("ana").says(FAULTS, "Seal leaking on pump P-101, the line stands")
    ana, priya = shop.world.person("ana"), shop.world.person("priya")
    await ana.waits_for(FAULTS, "WO-", thread=thread)
    order, _ = await ordered_service(shop)
    job = "WO-1"
    await priya.commands(FAULTS, "/chargehand", f"outside {job} {order.number} bring a lift")
    (request,) = await until(shop, "the mail to the contractor", lambda: sent(shop, "Seal leaking", "bring a lift"))

    to = str(request["Reply-To"])
    await shop.world.mail.deliver(letter(to, "Re", "We accept and come on 2030-01-15 at 10:30."))
    await ana.waits_for(FAULTS, "writes:", "We accept", thread=thread)
    await shop.world.mail.deliver(letter(to, "Re", "The work is done."))
    card = await priya.waits_for(FAULTS, "visit.accept", "Is the work of", thread=thread)
    await priya.clicks(FAULTS, card, "visit.accept")
    await priya.waits_for(FAULTS, "is accepted by Priya", thread=thread)

    (visit,) = rows(shop.plant.url, Visit)
    assert (visit.state, visit.planned_at) == ("taken_over", "10:30")
    assert [receipt.state for receipt in rows(shop.plant.url, Receipt)] == ["posted"]
    assert damage(shop.plant.url) == []


async def ordered_service(shop: Shop) -> tuple[Any, EmailMessage]:
    """Need, place, request and approve a service of Hartmann's; returns the order and its mail."""
    ines = shop.world.person("ines")
    await shop.types("ines", "need 4 h service: align the shaft for 410", "PR-")
    need = await ines.waits_for(PURCHASING, "need.place", "align the shaft")
    await ines.clicks(PURCHASING, need, "need.place")
    await ines.submits(await ines.modal("From whom?"), supplier="Hartmann Seals GmbH")
    drafted = await ines.waits_for(PURCHASING, "purchase_order.edit", "align the shaft")
    await ines.clicks(PURCHASING, drafted, "purchase_order.edit")
    await ines.submits(await ines.modal("edit_purchase_order"), price="95")
    draft = await until(shop, "the priced draft", lambda: [row for row in shop.orders() if row.total])
    name = str(draft[-1].draft_number)
    await shop.presses("bo", await shop.asks(name), "approval.approve")
    mail = await shop.mailed(name)
    return shop.order(name), mail
