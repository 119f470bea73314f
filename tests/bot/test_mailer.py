"""Every way in which an SMTP server can answer, refuse, drop or fall silent has its named outcome."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiosmtpd import smtp as aiosmtpd

from bot.mailer import (
    Accepted,
    BeforeContent,
    Envelope,
    Mailer,
    Refused,
    SmtpServer,
    Stage,
    Unknown,
    envelope_fault,
    transmit,
)
from tests.wires.certificates import server_context
from tests.wires.scripted_smtp import DROP, HANG, ScriptedSmtp
from tests.wires.smtp_sink import SmtpSink

Steps = list[str]


def server_at(port: int, **settings: object) -> SmtpServer:
    return replace(SmtpServer("127.0.0.1", port, tls="none", timeout=0.5, content_timeout=0.5), **settings)  # type: ignore[arg-type]


async def nothing_to_write_down() -> None:
    return None


@pytest.fixture
def steps() -> Steps:
    return []


@pytest.fixture
def write_down(steps: Steps) -> BeforeContent:
    async def transmitting() -> None:
        steps.append("transmitting")

    return transmitting


async def test_a_taken_mail_is_accepted_and_arrives_byte_for_byte(
    sink: SmtpSink, order_mail: Envelope, write_down: BeforeContent, steps: Steps
) -> None:
    outcome = await transmit(order_mail, server_at(sink.port), before_content=write_down)

    assert isinstance(outcome, Accepted)
    assert outcome.reply.startswith("250")
    assert outcome.refused == {}
    assert sink.kept[0].content == order_mail.message
    assert sink.kept[0].recipients == ("orders@hartmann.example",)
    assert steps == ["transmitting"]


async def test_one_connection_carries_many_mails(order_mail: Envelope) -> None:
    async with ScriptedSmtp() as server:
        mailer = Mailer(server_at(server.port))
        outcomes = [await mailer.transmit(order_mail, before_content=nothing_to_write_down) for _ in range(5)]
        await mailer.close()

    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert server.verbs["CONNECT"] == 1
    assert server.verbs["QUIT"] == 1
    assert len(server.contents) == 5


async def test_a_connection_that_died_while_idle_is_opened_again(order_mail: Envelope) -> None:
    async with ScriptedSmtp() as server:
        mailer = Mailer(server_at(server.port))
        await mailer.transmit(order_mail, before_content=nothing_to_write_down)
        await server.hang_up()
        outcome = await mailer.transmit(order_mail, before_content=nothing_to_write_down)
        await mailer.close()

    assert isinstance(outcome, Accepted)
    assert len(server.contents) == 2


@pytest.mark.parametrize("word", ["421 4.3.2 tired of you", DROP, HANG])
async def test_a_kept_connection_that_fails_at_its_next_mail_is_replaced_once(order_mail: Envelope, word: str) -> None:
    async with ScriptedSmtp({"MAIL": ["250 ok", word]}) as server:
        mailer = Mailer(server_at(server.port, timeout=0.2))
        await mailer.transmit(order_mail, before_content=nothing_to_write_down)
        outcome = await mailer.transmit(order_mail, before_content=nothing_to_write_down)
        await mailer.close()

    assert isinstance(outcome, Accepted)
    assert server.verbs["CONNECT"] == 2
    assert len(server.contents) == 2


def refused(code: int, stage: Stage, *, permanent: bool) -> Refused:
    return Refused(permanent=permanent, code=code, reason="", stage=stage)


REFUSALS: list[tuple[str, str, Refused]] = [
    ("CONNECT", "554 5.7.1 not you", refused(554, "connect", permanent=False)),
    ("CONNECT", "421 4.3.2 come back later", refused(421, "connect", permanent=False)),
    ("CONNECT", DROP, refused(0, "connect", permanent=False)),
    ("CONNECT", HANG, refused(0, "connect", permanent=False)),
    ("EHLO", "502 what is that", refused(502, "greeting", permanent=False)),
    ("EHLO", DROP, refused(0, "greeting", permanent=False)),
    ("EHLO", HANG, refused(0, "greeting", permanent=False)),
    ("MAIL", "451 4.3.0 try later", refused(451, "sender", permanent=False)),
    ("MAIL", "550 5.7.1 you may not send", refused(550, "sender", permanent=True)),
    ("MAIL", DROP, refused(0, "sender", permanent=False)),
    ("MAIL", HANG, refused(0, "sender", permanent=False)),
    ("RCPT", "450 4.2.0 greylisted", refused(450, "recipients", permanent=False)),
    ("RCPT", "550 5.1.1 no such user", refused(550, "recipients", permanent=True)),
    ("RCPT", "421 4.3.2 going down", refused(421, "recipients", permanent=False)),
    ("RCPT", DROP, refused(0, "recipients", permanent=False)),
    ("RCPT", HANG, refused(0, "recipients", permanent=False)),
    ("DATA", "451 4.3.0 no room", refused(451, "content", permanent=False)),
    ("DATA", "554 5.5.1 no valid recipients", refused(554, "content", permanent=True)),
    ("DATA", DROP, refused(0, "content", permanent=False)),
    ("DATA", HANG, refused(0, "content", permanent=False)),
    ("DOT", "451 4.3.0 queue full", refused(451, "content", permanent=False)),
    ("DOT", "552 5.3.4 too big", refused(552, "content", permanent=True)),
    ("DOT", "421 4.3.2 going down", refused(421, "content", permanent=False)),
]


@pytest.mark.parametrize(("verb", "word", "expected"), REFUSALS)
async def test_what_the_server_did_not_take_is_refused(
    order_mail: Envelope, verb: str, word: str, expected: Refused
) -> None:
    async with ScriptedSmtp({verb: word}) as server:
        outcome = await transmit(order_mail, server_at(server.port, timeout=0.2), before_content=nothing_to_write_down)

    assert isinstance(outcome, Refused)
    assert replace(outcome, reason="") == expected
    assert outcome.reason
    assert server.contents == [] or verb == "DOT"


UNKNOWNS = [
    ("CONTENT", DROP),
    ("CONTENT", HANG),
    ("DOT", DROP),
    ("DOT", HANG),
    ("DOT", "gibberish"),
    ("DOT", "354 more"),
]


@pytest.mark.parametrize(("verb", "word"), UNKNOWNS)
async def test_silence_after_the_content_is_unknown_and_never_a_failure(
    order_mail: Envelope, verb: str, word: str
) -> None:
    big = replace(order_mail, message=order_mail.message + b"x" * 70 + b"\r\n" * 100_000)
    async with ScriptedSmtp({verb: word}) as server:
        outcome = await transmit(big, server_at(server.port, content_timeout=0.2), before_content=nothing_to_write_down)

    assert isinstance(outcome, Unknown)
    assert outcome.reason


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "DOT"])
async def test_after_a_refusal_the_same_connection_carries_the_next_mail(order_mail: Envelope, verb: str) -> None:
    async with ScriptedSmtp({verb: "452 4.3.1 not now"}) as server:
        mailer = Mailer(server_at(server.port))
        first = await mailer.transmit(order_mail, before_content=nothing_to_write_down)
        second = await mailer.transmit(order_mail, before_content=nothing_to_write_down)
        await mailer.close()

    assert isinstance(first, Refused)
    assert isinstance(second, Accepted)
    assert server.verbs["CONNECT"] == 1


async def test_transmitting_is_written_down_after_the_recipients_and_before_the_content(order_mail: Envelope) -> None:
    seen_then: list[dict[str, int]] = []
    async with ScriptedSmtp() as server:

        async def look() -> None:
            seen_then.append(dict(server.verbs))

        await transmit(order_mail, server_at(server.port), before_content=look)

    assert seen_then == [{"CONNECT": 1, "EHLO": 1, "MAIL": 1, "RCPT": 1}]


async def test_nothing_is_written_down_for_a_mail_that_nobody_may_get(
    order_mail: Envelope, write_down: BeforeContent, steps: Steps
) -> None:
    async with ScriptedSmtp({"RCPT": "550 no such user"}) as server:
        await transmit(order_mail, server_at(server.port), before_content=write_down)

    assert steps == []
    assert server.verbs["DATA"] == 0


async def test_a_mail_whose_transmitting_cannot_be_written_down_is_not_sent(order_mail: Envelope) -> None:
    async def full_disk() -> None:
        raise OSError(28, "No space left on device")

    async with ScriptedSmtp() as server:
        mailer = Mailer(server_at(server.port))
        with pytest.raises(OSError, match="No space left"):
            await mailer.transmit(order_mail, before_content=full_disk)
        after = await mailer.transmit(order_mail, before_content=nothing_to_write_down)
        await mailer.close()

    assert isinstance(after, Accepted)
    assert len(server.contents) == 1


async def test_an_attempt_that_is_called_off_leaves_no_half_open_transaction(order_mail: Envelope) -> None:
    async with ScriptedSmtp({"DOT": HANG}) as server:
        mailer = Mailer(server_at(server.port, content_timeout=60.0))
        attempt = asyncio.create_task(mailer.transmit(order_mail, before_content=nothing_to_write_down))
        await server.hanging.wait()
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt
        after = await mailer.transmit(order_mail, before_content=nothing_to_write_down)
        await mailer.close()

    assert isinstance(after, Accepted)
    assert server.verbs["CONNECT"] == 2


async def test_recipients_who_are_refused_are_named_when_others_are_served(order_mail: Envelope) -> None:
    two = replace(order_mail, recipients=("gone@hartmann.example", "orders@hartmann.example"))
    async with ScriptedSmtp({"RCPT": "550 5.1.1 gone"}) as server:
        outcome = await transmit(two, server_at(server.port), before_content=nothing_to_write_down)

    assert isinstance(outcome, Accepted)
    assert outcome.refused == {"gone@hartmann.example": "550 5.1.1 gone"}
    assert len(server.contents) == 1


async def test_a_refusal_of_all_is_permanent_only_when_no_recipient_gives_hope(order_mail: Envelope) -> None:
    two = replace(order_mail, recipients=("gone@hartmann.example", "orders@hartmann.example"))
    async with ScriptedSmtp({"RCPT": ["550 gone", "450 later"]}) as server:
        outcome = await transmit(two, server_at(server.port), before_content=nothing_to_write_down)

    assert isinstance(outcome, Refused)
    assert not outcome.permanent
    assert outcome.code == 450
    assert "gone@hartmann.example" in outcome.reason


async def test_a_mail_that_only_the_blind_copy_would_get_is_not_sent(order_mail: Envelope) -> None:
    copied = replace(order_mail, copies=("purchasing@halden.example",))
    async with ScriptedSmtp({"RCPT": ["550 no such supplier"]}) as server:
        outcome = await transmit(copied, server_at(server.port), before_content=nothing_to_write_down)

    assert isinstance(outcome, Refused)
    assert server.verbs["RCPT"] == 1
    assert server.contents == []


async def test_a_refused_blind_copy_does_not_hold_the_order_back(order_mail: Envelope) -> None:
    copied = replace(order_mail, copies=("purchasing@halden.example",))
    async with ScriptedSmtp({"RCPT": ["250 ok", "450 mailbox busy"]}) as server:
        outcome = await transmit(copied, server_at(server.port), before_content=nothing_to_write_down)

    assert isinstance(outcome, Accepted)
    assert outcome.refused == {"purchasing@halden.example": "450 mailbox busy"}


async def test_no_server_at_all_is_a_refusal_that_may_be_tried_again(order_mail: Envelope) -> None:
    async with ScriptedSmtp() as server:
        port = server.port

    outcome = await transmit(order_mail, server_at(port), before_content=nothing_to_write_down)

    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.stage) == (False, "connect")


async def test_lines_that_begin_with_a_dot_and_lone_line_breaks_cannot_end_the_mail_early(order_mail: Envelope) -> None:
    sly = order_mail.message + b"before\n.\nafter\r.\rlast\r\n.\r\nMAIL FROM:<x@evil.example>\r\n"
    async with ScriptedSmtp() as server:
        outcome = await transmit(
            replace(order_mail, message=sly), server_at(server.port), before_content=nothing_to_write_down
        )

    assert isinstance(outcome, Accepted)
    assert server.verbs["MAIL"] == 1
    assert server.contents[0].endswith(b"before\r\n.\r\nafter\r\n.\r\nlast\r\n.\r\nMAIL FROM:<x@evil.example>\r\n")


BAD_ADDRESSES = [
    "orders@hartmann.example\r\nRCPT TO:<all@evil.example>",
    "orders@hartmann.example> SIZE=1",
    "orders",
    "",
    "two words@hartmann.example",
    "a@b@c.example",
    "x" * 250 + "@y.example",
]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
@pytest.mark.parametrize("place", ["sender", "recipients", "copies"])
async def test_an_address_that_is_none_is_refused_before_smtp(order_mail: Envelope, address: str, place: str) -> None:
    wrong = replace(order_mail, **{place: address if place == "sender" else ("a@b.example", address)})
    async with ScriptedSmtp() as server:
        outcome = await transmit(wrong, server_at(server.port), before_content=nothing_to_write_down)

    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.stage) == (True, "envelope")
    assert server.verbs["CONNECT"] == 0


BAD_HEADS = [
    (b"Subject: twice\r\n", b"subject stands there 2 times"),
    (b"Bcc: spy@evil.example\r\n", b"bcc must not leave"),
    (b"X-Note: one\rX-Other: two\r\n", b"lone line break"),
    (b"X-Note: one\nX-Other: two\r\n", b"lone line break"),
    (b"X-Null: a\x00b\r\n", b"not a header line"),
    (b"no colon here\r\n", b"not a header line"),
    (b"X-Note: one\r\n \r\n", b"not a header line"),
]


@pytest.mark.parametrize(("line", "why"), BAD_HEADS)
async def test_a_broken_or_smuggled_header_is_refused_before_smtp(
    order_mail: Envelope, line: bytes, why: bytes
) -> None:
    outcome = await transmit(
        replace(order_mail, message=line + order_mail.message), server_at(1), before_content=nothing_to_write_down
    )

    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.stage) == (True, "envelope")
    assert why.decode() in outcome.reason


@pytest.mark.parametrize("name", [b"From", b"Date", b"Message-ID"])
def test_a_mail_without_its_own_identity_is_unfit(order_mail: Envelope, name: bytes) -> None:
    lines = [line for line in order_mail.message.split(b"\r\n") if not line.startswith(name + b":")]

    fault = envelope_fault(replace(order_mail, message=b"\r\n".join(lines)))

    assert fault is not None
    assert "missing" in fault


def test_a_mail_to_nobody_is_unfit(order_mail: Envelope) -> None:
    fault = envelope_fault(replace(order_mail, recipients=()))

    assert fault == "The mail has no recipient."


async def test_an_address_beyond_ascii_needs_a_server_that_takes_it(sink: SmtpSink, order_mail: Envelope) -> None:
    foreign = replace(order_mail, recipients=("bestellung@müller.example",))
    async with ScriptedSmtp() as plain:
        without = await transmit(foreign, server_at(plain.port), before_content=nothing_to_write_down)
    with_it = await transmit(foreign, server_at(sink.port), before_content=nothing_to_write_down)

    assert isinstance(without, Refused)
    assert "SMTPUTF8" in without.reason
    assert isinstance(with_it, Accepted)
    assert sink.kept[0].recipients == ("bestellung@müller.example",)


async def test_eight_bit_content_is_announced(order_mail: Envelope) -> None:
    async with ScriptedSmtp() as server:
        german = replace(order_mail, message=order_mail.message + "Stück\r\n".encode())
        await transmit(german, server_at(server.port), before_content=nothing_to_write_down)

    assert any(line.endswith("BODY=8BITMIME") for line in server.lines)


async def test_the_login_is_given_and_a_wrong_one_is_no_fault_of_the_mail(order_mail: Envelope) -> None:
    async with ScriptedSmtp({"AUTH": ["235 ok", "535 5.7.8 no", "535 5.7.8 no"]}) as server:
        settings = server_at(server.port, user="plant", password="secret")
        accepted = await transmit(order_mail, settings, before_content=nothing_to_write_down)
        refused = await transmit(order_mail, settings, before_content=nothing_to_write_down)

    assert isinstance(accepted, Accepted)
    assert ("plant", "secret") in server.logins
    assert isinstance(refused, Refused)
    assert (refused.permanent, refused.code, refused.stage) == (False, 535, "login")
    assert len(server.contents) == 1


async def test_opening_says_what_stands_in_the_way_before_any_mail_is_due() -> None:
    async with ScriptedSmtp({"AUTH": ["535 no", "535 no", "235 ok"]}) as server:
        mailer = Mailer(server_at(server.port, user="plant", password="secret"))
        first = await mailer.open()
        second = await mailer.open()
        await mailer.close()

    assert isinstance(first, Refused)
    assert first.stage == "login"
    assert second is None


def test_a_password_is_never_shown() -> None:
    assert "secret" not in repr(SmtpServer("mail.example", 587, "plant", "secret"))


@pytest.fixture
async def tls_port(tmp_path: Path, sink: SmtpSink) -> AsyncIterator[tuple[int, str]]:
    context, ca_file = server_context(tmp_path)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: aiosmtpd.SMTP(sink, loop=loop, tls_context=context), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1], str(ca_file)
    server.close()
    await server.wait_closed()


async def test_starttls_is_used_when_asked_for(tls_port: tuple[int, str], sink: SmtpSink, order_mail: Envelope) -> None:
    port, ca_file = tls_port

    outcome = await transmit(
        order_mail, server_at(port, tls="starttls", ca_file=ca_file, timeout=5.0), before_content=nothing_to_write_down
    )

    assert isinstance(outcome, Accepted)
    assert len(sink.kept) == 1


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    tls_port: tuple[int, str], order_mail: Envelope
) -> None:
    port, _ = tls_port

    outcome = await transmit(
        order_mail, server_at(port, tls="starttls", timeout=5.0), before_content=nothing_to_write_down
    )

    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.stage) == (False, "tls")
    assert "certificate" in outcome.reason.lower()


async def test_a_server_without_starttls_gets_no_mail_in_the_clear(order_mail: Envelope) -> None:
    async with ScriptedSmtp() as server:
        outcome = await transmit(
            order_mail, server_at(server.port, tls="starttls"), before_content=nothing_to_write_down
        )

    assert isinstance(outcome, Refused)
    assert outcome.stage == "tls"
    assert server.verbs["MAIL"] == 0


async def test_tls_from_the_first_byte(tmp_path: Path, sink: SmtpSink, order_mail: Envelope) -> None:
    context, ca_file = server_context(tmp_path)
    assert isinstance(context, ssl.SSLContext)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: aiosmtpd.SMTP(sink, loop=loop), "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]

    outcome = await transmit(
        order_mail, server_at(port, tls="tls", ca_file=str(ca_file), timeout=5.0), before_content=nothing_to_write_down
    )

    server.close()
    await server.wait_closed()
    assert isinstance(outcome, Accepted)


@pytest.mark.parametrize("reply", ["550 " + "x" * 400, "550 \x1b[31mred\x07", "550-first\r\n550 second"])
async def test_a_reason_is_one_printable_line_whatever_the_server_writes(order_mail: Envelope, reply: str) -> None:
    async with ScriptedSmtp({"MAIL": reply}) as server:
        outcome = await transmit(order_mail, server_at(server.port), before_content=nothing_to_write_down)

    assert isinstance(outcome, Refused)
    assert outcome.reason.isprintable()
    assert len(outcome.reason) <= 500
