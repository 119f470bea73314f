"""The pretend mail server against the product's own mailer and mailbox, and its control routes."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot.mailbox import Condition, ImapServer, Letter, Mailbox, MailboxState, RawMail
from bot.mailer import Accepted, Envelope, Refused, SmtpServer, transmit
from sandbox.mail import PretendMail

SEED = {
    "address": "purchasing@halden.example",
    "authserv": "mx.halden.example",
    "suppliers": [{"name": "Hartmann Bearings", "address": "orders@hartmann.example"}],
}
SECRETS = {"mail_user": "purchasing@halden.example", "mail_password": "secret"}
Json = dict[str, Any]


@cache
def order_mail(to: str = "orders@hartmann.example") -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Halden Works <purchasing@halden.example>"
    mail["To"] = to
    mail["Reply-To"] = "po+42.abcdef@halden.example"
    mail["Subject"] = "[PO-2026-00042] Purchase order"
    mail["Date"] = "Fri, 20 Nov 2026 08:15:00 +0100"
    mail["Message-ID"] = "<po.42.r1.abc@halden.example>"
    mail.set_content("Please deliver\n\n1  6204-2RS  Deep groove ball bearing  10 pcs\n")
    mail.add_alternative("<p>Please deliver</p>", subtype="html")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="PO-2026-00042.pdf")
    return mail.as_bytes()


async def nothing() -> None:
    return None


class Changes:
    """Hears what the server tells, and lets a test wait for it."""

    def __init__(self) -> None:
        self.heard: list[Json] = []

    def __call__(self, change: Json) -> None:
        self.heard.append(change)


@pytest.fixture
def changes() -> Changes:
    return Changes()


@pytest.fixture
async def mail(tmp_path: Path, changes: Changes) -> AsyncIterator[PretendMail]:
    server = await PretendMail.start(tmp_path, SEED, SECRETS, changes)
    yield server
    await server.stop()


@pytest.fixture
async def page(mail: PretendMail) -> AsyncIterator[ClientSession]:
    app = web.Application()
    app.add_routes(mail.routes())
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as session:
        yield session
    await runner.cleanup()


async def send(mail: PretendMail, *to: str, password: str = "secret", copies: tuple[str, ...] = ()) -> object:
    host, port = mail.smtp
    server = SmtpServer(host, port, SECRETS["mail_user"], password, tls="none", timeout=5.0)
    recipients = to or ("orders@hartmann.example",)
    envelope = Envelope("purchasing@halden.example", recipients, order_mail(recipients[0]), copies=copies)
    return await transmit(envelope, server, before_content=nothing)


async def told(page: ClientSession, path: str, **body: object) -> Json:
    async with page.post(f"/sandbox/mail/{path}", data=json.dumps(body)) as answer:
        return await answer.json()


async def listed(page: ClientSession) -> Json:
    async with page.get("/sandbox/mail") as answer:
        return await answer.json()


async def test_a_mail_to_a_supplier_is_kept_for_the_page(
    mail: PretendMail, page: ClientSession, changes: Changes
) -> None:
    outcome = await send(mail)

    assert isinstance(outcome, Accepted)
    [sent] = (await listed(page))["sent"]
    assert sent["subject"] == "[PO-2026-00042] Purchase order"
    assert sent["to"] == "orders@hartmann.example"
    assert sent["from"] == "Halden Works <purchasing@halden.example>"
    assert "6204-2RS" in sent["text"]
    assert sent["html"].strip() == "<p>Please deliver</p>"
    assert sent["attachments"] == [{"id": 0, "name": "PO-2026-00042.pdf", "type": "application/pdf", "size": 8}]
    assert {"kind": "despatch", "label": "Delivers everything", "group": "Deliver"} in sent["answers"]
    assert changes.heard == [{"kind": "mail", "side": "sent", "mail": sent["id"]}]


async def test_a_blind_copy_to_the_plant_reaches_its_mailbox(mail: PretendMail, page: ClientSession) -> None:
    await send(mail, copies=("purchasing@halden.example",))

    both = await listed(page)
    assert len(both["sent"]) == len(both["plant"]) == 1
    raw = mail.office.store.raw(both["plant"][0]["id"])
    assert raw.startswith(b"Authentication-Results: mx.halden.example; auth=pass")
    assert order_mail("orders@hartmann.example") in raw


async def test_a_wrong_password_is_refused(mail: PretendMail) -> None:
    outcome = await send(mail, password="wrong")

    assert isinstance(outcome, Refused)
    assert (outcome.stage, outcome.code) == ("login", 535)


async def test_a_mail_to_nobody_there_comes_back_as_a_bounce(mail: PretendMail, page: ClientSession) -> None:
    await send(mail, "bounce@hartmann.example")

    [bounce] = (await listed(page))["plant"]
    parsed = message_from_bytes(mail.office.store.raw(bounce["id"]))
    assert parsed.get_content_type() == "multipart/report"
    assert [part.get_content_type() for part in parsed.walk()][1:4] == [
        "text/plain",
        "message/delivery-status",
        "text/plain",
    ]
    assert b"<po.42.r1.abc@halden.example>" in parsed.as_bytes()


async def test_an_attachment_is_shown_and_a_foreign_page_only_saved(mail: PretendMail, page: ClientSession) -> None:
    await send(mail)
    paper = base64.b64encode(b"<script>alert(1)</script>").decode()
    new = await told(
        page,
        "new",
        **{"from": "x@evil.example"},
        text="hello",
        attachments=[{"name": "über.html", "type": "text/html", "base64": paper}],
    )

    async with page.get("/sandbox/mail/1/attachment/0") as shown:
        assert shown.content_type == "application/pdf"
        assert shown.headers["Content-Disposition"].startswith("inline")
        assert await shown.read() == b"%PDF-1.7"
    async with page.get(f"/sandbox/mail/{new['id']}/attachment/0") as saved:
        assert saved.content_type == "application/octet-stream"
        assert saved.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%C3%BCber.html"


@pytest.mark.parametrize("path", ["99", "x", "99/raw", "1/attachment/7", "1/attachment/x"])
async def test_what_does_not_exist_is_not_found(path: str, mail: PretendMail, page: ClientSession) -> None:
    await send(mail)

    async with page.get(f"/sandbox/mail/{path}") as answer:
        assert answer.status == 404
        assert (await answer.json())["ok"] is False


WRONG = [
    ("answer", {"kind": "confirm"}),
    ("answer", {"mail_id": 99, "kind": "confirm"}),
    ("answer", {"mail_id": 1, "kind": "nonsense"}),
    ("answer", {"mail_id": 1, "kind": "free", "text": " "}),
    ("new", {"from": "nobody"}),
    ("new", {"from": "a@b.example", "subject": "two\r\nlines: here"}),
    ("new", {"from": "a@b.example", "authentication": "maybe"}),
    ("new", {"from": "a@b.example", "attachments": [{"name": "x", "base64": "no!"}]}),
    ("new", {"from": "a@b.example", "attachments": [{"base64": ""}]}),
]


@pytest.mark.parametrize(("path", "body"), WRONG)
async def test_a_mail_that_cannot_be_made_is_refused_with_a_reason(
    path: str, body: Json, mail: PretendMail, page: ClientSession
) -> None:
    await send(mail)

    answer = await told(page, path, **body)

    assert answer["ok"] is False
    assert answer["reason"]
    assert (await listed(page))["plant"] == []


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
async def test_words_that_are_no_json_object_are_refused(body: bytes, page: ClientSession) -> None:
    async with page.post("/sandbox/mail/new", data=body) as answer:
        assert answer.status == 400


@pytest.mark.parametrize(
    ("authentication", "verdict"), [("pass", b"dmarc=pass"), ("fail", b"dmarc=fail"), ("none", None)]
)
async def test_the_plants_own_server_says_first_what_it_thinks_of_the_sender(
    authentication: str, verdict: bytes | None, mail: PretendMail, page: ClientSession
) -> None:
    new = await told(page, "new", **{"from": "Max <max@hartmann.example>"}, text="hi", authentication=authentication)

    raw = mail.office.store.raw(new["id"])
    first = raw.split(b"Return-Path")[0]
    assert (verdict in first) if verdict else first == b""
    assert raw.count(b"Authentication-Results") == (1 if verdict else 0)


async def test_any_bytes_can_be_put_into_the_mailbox_as_they_are(mail: PretendMail, page: ClientSession) -> None:
    broken = b"Subject: =?utf-8?B?broken\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\xff\xfe"

    async with page.post("/sandbox/mail/raw", data=broken) as answer:
        new = await answer.json()

    async with page.get(f"/sandbox/mail/{new['id']}/raw") as raw:
        assert await raw.read() == broken


async def test_mails_ports_and_uids_survive_a_restart(tmp_path: Path) -> None:
    first = await PretendMail.start(tmp_path, SEED, SECRETS)
    first.office.put(b"Subject: one\r\n\r\none")
    folder = first.office.store.folder("INBOX")
    ports = first.smtp, first.imap
    await first.stop()

    second = await PretendMail.start(tmp_path, SEED, SECRETS)

    assert (second.smtp, second.imap) == ports
    assert second.office.store.folder("inbox") == folder
    assert len(second.office.listing()["plant"]) == 1
    await second.stop()


async def test_a_taken_port_is_replaced_by_a_free_one(tmp_path: Path) -> None:
    first = await PretendMail.start(tmp_path, SEED, SECRETS)
    await first.stop()
    squatter = await asyncio.start_server(lambda *_: None, *first.imap)

    second = await PretendMail.start(tmp_path, SEED, SECRETS)

    assert second.imap != first.imap
    await second.stop()
    squatter.close()
    await squatter.wait_closed()


class Taken:
    """Stands in for storage, on the event loop's side."""

    def __init__(self) -> None:
        self.letters: asyncio.Queue[Letter] = asyncio.Queue()
        self.states: asyncio.Queue[MailboxState] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()

    def take(self, letter: Letter) -> None:
        self._loop.call_soon_threadsafe(self.letters.put_nowait, letter)

    def changed(self, state: MailboxState) -> None:
        self._loop.call_soon_threadsafe(self.states.put_nowait, state)

    async def until(self, condition: Condition) -> None:
        while (await self.states.get()).condition != condition:
            continue


async def test_the_product_takes_a_suppliers_answer_out_of_the_mailbox(mail: PretendMail, page: ClientSession) -> None:
    taken = Taken()
    host, port = mail.imap
    settings = ImapServer(host, port, SECRETS["mail_user"], "secret", tls="none", poll=3600.0, archive_folder="Taken")
    mailbox = Mailbox(settings, taken.take, lambda *_: 0, changed=taken.changed)
    mailbox.start()
    await taken.until(Condition.LISTENING)
    await send(mail)

    await told(page, "answer", mail_id=1, kind="despatch")
    letter = await taken.letters.get()
    await taken.until(Condition.LISTENING)

    assert isinstance(letter, RawMail)
    assert b"PO-2026-00042" in letter.content
    assert letter.content == mail.office.store.raw(2)
    assert mail.office.store.letters("INBOX") == []
    assert [one.flags for one in mail.office.store.letters("Taken")] == [frozenset({"\\Seen"})]
    assert await asyncio.to_thread(mailbox.stop)


async def test_the_mailbox_lives_through_a_restart_of_the_server(tmp_path: Path) -> None:
    first = await PretendMail.start(tmp_path, SEED, SECRETS)
    taken = Taken()
    settings = ImapServer(*first.imap, SECRETS["mail_user"], "secret", tls="none", reconnect=(0.02, 0.1))
    mailbox = Mailbox(settings, taken.take, lambda *_: 0, changed=taken.changed)
    mailbox.start()
    await taken.until(Condition.LISTENING)

    await first.stop()
    await taken.until(Condition.RECONNECTING)
    second = await PretendMail.start(tmp_path, SEED, SECRETS)
    second.office.put(b"Subject: after\r\n\r\nthe restart")
    letter = await taken.letters.get()

    assert isinstance(letter, RawMail)
    assert letter.content.endswith(b"the restart")
    await asyncio.to_thread(mailbox.stop)
    await second.stop()


async def test_a_wrong_password_closes_the_mailbox_for_good(mail: PretendMail) -> None:
    taken = Taken()
    mailbox = Mailbox(
        ImapServer(*mail.imap, SECRETS["mail_user"], "wrong", tls="none"),
        taken.take,
        lambda *_: 0,
        changed=taken.changed,
    )
    mailbox.start()

    await taken.until(Condition.REFUSED)

    assert await asyncio.to_thread(mailbox.stop)


async def test_stopping_does_not_wait_for_guests(tmp_path: Path) -> None:
    server = await PretendMail.start(tmp_path, SEED, SECRETS)
    smtp_reader, smtp = await asyncio.open_connection(*server.smtp)
    imap_reader, imap = await asyncio.open_connection(*server.imap)
    await smtp_reader.readline()
    await imap_reader.readline()

    await asyncio.wait_for(server.stop(), 5)

    smtp.close()
    imap.close()


async def test_mails_count_as_the_plants_own_by_domain(mail: PretendMail) -> None:
    number = mail.office.take(order_mail(), sender="a@halden.example", recipients=["PO+1@HALDEN.example"])

    kept = mail.office.store.mail(number)
    assert kept is not None
    assert kept.side == "plant"
    assert mail.office.listing()["sent"] == []
