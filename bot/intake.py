"""Mail on its way in: stored as it came, then read outside any transaction, then settled in one of its own."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

import structlog
from sqlalchemy.exc import OperationalError

from bot.mailbox_folder import OversizeMail, RawMail
from bot.middle import Given, Middle
from handlers import extraction, mail_rules, supplier_mail
from handlers.happenings import Answer, MailTaken
from storage.points import point
from storage.unit_of_work import UnitOfWork, fingerprint

log = structlog.get_logger()
LOOK_AGAIN_SECONDS = 30.0


class Intake:
    """Takes mails from the mailbox's thread and reads them one after the other; a bad one never blocks the next."""

    def __init__(self, middle: Middle) -> None:
        self.middle = middle
        self.read = 0
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin with whatever an earlier run had stored and not read."""
        for route in mail_rules.WAKING:
            self.middle.after_route[route] = self._woken_from_thread
        self._wake.set()
        self._task = asyncio.create_task(self._forever(), name="intake")

    async def stop(self) -> None:
        """Stop between two mails."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _woken_from_thread(self) -> None:
        self._loop.call_soon_threadsafe(self._wake.set)

    def take(self, letter: RawMail | OversizeMail) -> None:
        """Store one mail durably; called by the mailbox's thread, which flags the mail only when this returns."""
        point("before a mail is stored")
        self.middle.perform_many_from_thread([self._deed(letter)])
        point("after a mail is stored")
        self._woken_from_thread()

    def take_many(self, letters: Sequence[RawMail | OversizeMail]) -> None:
        """Store many mails, each under its own key; raises when one of them could not be stored."""
        given = [self._deed(letter) for letter in letters]
        point("before a mail is stored")
        self.middle.perform_many_from_thread(given)
        point("after a mail is stored")
        self._woken_from_thread()

    @staticmethod
    def _deed(letter: RawMail | OversizeMail) -> Given:
        key = f"mail:{letter.account}:{letter.folder}:{letter.uidvalidity}:{letter.uid}"
        return (
            key,
            "mail in",
            key,
            partial(_oversize, letter) if isinstance(letter, OversizeMail) else partial(_stored, letter),
        )

    def seen(self, account: str, folder: str, uidvalidity: int) -> int:
        """Return the highest uid that is stored; called by the mailbox's thread."""
        look = partial(supplier_mail.highest_uid, account=account, folder=folder, uidvalidity=uidvalidity)
        highest: int = asyncio.run_coroutine_threadsafe(self.middle.read(look), self._loop).result()
        return highest

    async def _forever(self) -> None:
        everything = True
        while True:
            self._wake.clear()
            try:
                for mail_id in await self.middle.read(supplier_mail.waiting):
                    await self._read_or_leave(mail_id)
                for mail_id in await self.middle.read(partial(mail_rules.to_think, everything=everything)):
                    await self._think_or_leave(mail_id)
                everything = False
            except Exception:
                # Whatever was stored stays there, so that the next look finds it.
                log.exception("mails could not be read now")
            await _woken(self._wake)

    async def _read_or_leave(self, mail_id: int) -> None:
        """Read one mail; where not even its failure can be written down, it stays stored and the next one goes on."""
        try:
            await self.read_one(mail_id)
        except OperationalError:
            raise
        except Exception:
            log.exception("a mail could neither be read nor shown", mail=mail_id)

    async def read_one(self, mail_id: int) -> None:
        """Read one stored mail and settle what it says; whatever breaks is kept with the mail and shown."""
        attempt = 0
        try:
            raw, known, attempt = await self.middle.read(lambda uow: supplier_mail.prepare(uow, mail_id))
            reading = await self.middle.think(lambda: extraction.read(raw, known, source=str(mail_id)))
            settle = partial(supplier_mail.settle, mail_id=mail_id, reading=reading)
            await self._perform(mail_id, attempt, lambda uow: settle(uow).to_json())
            self.read += 1
        except OperationalError:
            # The database is away; that says nothing about the mail, which is read when it is back.
            raise
        except Exception as trouble:
            log.exception("a mail could not be read", mail=mail_id)
            problem = f"{type(trouble).__name__}: {trouble}"
            failed = partial(supplier_mail.failed, mail_id=mail_id, problem=problem)
            key = f"mail:{mail_id}:failed:{attempt}:{problem[:80]}"
            await self.middle.perform(key, "mail failed", problem, lambda uow: failed(uow).to_json())

    async def _think_or_leave(self, mail_id: int) -> None:
        try:
            await self.think_about(mail_id)
        except OperationalError:
            raise
        except Exception:
            log.exception("what a correction teaches could not be kept", mail=mail_id)

    async def think_about(self, mail_id: int) -> None:
        """Think about one correction and ask whether to remember what it teaches; one that cannot be thought about teaches nothing."""
        raw, known, correction = await self.middle.read(lambda uow: mail_rules.case(uow, mail_id))
        try:
            rules = await self.middle.think(lambda: mail_rules.thought(raw, known, correction))
        except Exception:
            log.exception("a correction could not be thought about", mail=mail_id)
            rules = []
        learnt = partial(mail_rules.learnt, mail_id=mail_id, correction=correction, rules=rules)
        key = f"mail:{mail_id}:lessons:{fingerprint([correction])[:16]}"
        await self.middle.perform(key, "mail lessons", correction, lambda uow: learnt(uow).to_json())

    async def _perform(self, mail_id: int, attempt: int, work: Callable[[UnitOfWork], dict[str, object]]) -> None:
        taken = MailTaken(f"mail:{mail_id}:read:{attempt}", mail_id)
        answer = await self.middle.perform(taken.key, "mail", taken, work)
        if "refused" in answer:
            problem = str(answer["private"])
            failed = partial(supplier_mail.failed, mail_id=mail_id, problem=problem)
            await self.middle.perform(f"{taken.key}:refused", "mail failed", problem, lambda uow: failed(uow).to_json())


async def _woken(wake: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(wake.wait(), LOOK_AGAIN_SECONDS)
    except TimeoutError:
        return


def _stored(letter: RawMail, uow: UnitOfWork) -> dict[str, object]:
    place = (letter.account, letter.folder, letter.uidvalidity, letter.uid)
    taken: Answer = supplier_mail.take(uow, *place, letter.content, letter.received_at)
    return taken.to_json()


def _oversize(letter: OversizeMail, uow: UnitOfWork) -> dict[str, object]:
    place = (letter.account, letter.folder, letter.uidvalidity, letter.uid)
    taken: Answer = supplier_mail.take_oversize(uow, *place, size=letter.size, headers=letter.headers)
    return taken.to_json()
