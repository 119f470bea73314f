"""A backlog of mails on a real IMAP server (Debian's Dovecot): fetched, stored durably, flagged."""

import asyncio
import sys
import time

from benchmarks.figures import Figure, often
from benchmarks.letters import letters
from benchmarks.plant import Desk, desk
from bot.intake import Intake
from bot.mailbox import Condition, Mailbox, MailboxState
from bot.mailbox_folder import ImapServer
from bot.middle import Middle
from storage.tables import InboundMail
from tests.wires.dovecot import BINARY, Dovecot


def measure(*, quick: bool) -> list[Figure]:
    """Measure how fast a full mailbox is taken in; nothing where no Dovecot is installed."""
    if BINARY is None:
        print("no Dovecot here, so no backlog is measured", file=sys.stderr)
        return []
    backlog, rounds = (400, 1) if quick else (2000, 3)
    mails = [letter.content for letter in letters(["PO-2026-00001"] * (backlog // 5), (400, 1000, 300))]
    with Dovecot() as dovecot:
        rates = []
        for number in range(rounds):
            dovecot.deliver(f"plant{number}", *mails)
            with desk() as made:
                rates.append(backlog / asyncio.run(_emptied(made, dovecot, f"plant{number}")))
                stored = made.reads(lambda uow: uow.count(InboundMail))
                assert stored == backlog, f"{stored} of {backlog} mails were stored"
    return [often(f"backlog of {backlog} mails on Dovecot", rates, 600, "fetched, stored, flagged")]


async def _emptied(made: Desk, dovecot: Dovecot, user: str) -> float:
    """Watch a mailbox until everything in it is stored and flagged; returns the seconds."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def changed(state: MailboxState) -> None:
        if state.condition is Condition.LISTENING:
            loop.call_soon_threadsafe(done.set)

    middle = Middle(made.database, made.plant)
    intake = Intake(middle)
    server = ImapServer(dovecot.host, dovecot.port, user, dovecot.password, tls="none")
    mailbox = Mailbox(server, intake.take, intake.seen, take_many=intake.take_many, changed=changed)
    begun = time.perf_counter()
    mailbox.start()
    await asyncio.wait_for(done.wait(), 120)
    passed = time.perf_counter() - begun
    await asyncio.to_thread(mailbox.stop)
    middle.close()
    return passed
