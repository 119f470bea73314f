"""Steps of the random walks in which people correct mails, and what that teaches is remembered, changed or revoked."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule

from handlers import mail_correcting, mail_corrections, mail_rules, supplier_mail
from handlers.extraction.known import ReadingRule as Rule
from storage.tables import InboundMail, PurchaseOrderLine, ReadingRule, Supplier
from storage.unit_of_work import UnitOfWork
from tests.handlers.walking import Told, World

KEEPERS = some.sampled_from(["Mei", "Priya", "Priya", "Ana"])
PLACES = some.integers(0, 30)


class Corrections:
    """What people do about a mail that was read wrongly; mixed into the walk."""

    world: World

    def one(self, kind: Any, at: int) -> Any:
        """Return one of the newest rows."""
        raise NotImplementedError

    @precondition(lambda self: self.world.all(InboundMail) and self.world.all(PurchaseOrderLine))
    @rule(
        by=KEEPERS,
        at=PLACES,
        line=PLACES,
        kind=some.sampled_from([*mail_correcting.KINDS, "despatch", "despatch", "x"]),
        many=some.sampled_from(["0", "1", "1", "2", "3", "20", ""]),
    )
    def correct_a_mail(self, by: str, at: int, line: int, kind: str, many: str) -> None:
        mail = self._of_interest(at, lambda mail: mail.state in mail_corrections.OPEN)
        lines = (line % 5 and self._open_lines(mail)) or [row.id for row in self.world.all(PurchaseOrderLine)]
        chosen, stamp = str(lines[line % len(lines)]), mail_correcting.stamp(mail)
        fields = {"kind": kind, "row_0_line": chosen, "row_0_quantity": many, "day": "2026-12-24" if line % 2 else ""}
        self.world.submit(mail_corrections.corrected, by, mail.id, stamp, 1, **fields)

    def _of_interest(self, at: int, fits: Callable[[Any], bool]) -> Any:
        """Return one of the mails that fit, or any of them now and then."""
        mails = self.world.all(InboundMail)
        chosen = [mail for mail in mails if at % 4 and fits(mail)] or mails
        return chosen[-1 - at % len(chosen)]

    def _open_lines(self, mail: Any) -> list[int]:
        def looked(uow: UnitOfWork) -> list[int]:
            supplier = uow.find(Supplier, id=mail.supplier_id)
            return [one.line.id for one in mail_correcting.open_lines(uow, supplier, ())] if supplier else []

        found: list[int] = self.world.looks(looked)
        return found

    @precondition(lambda self: self.world.all(InboundMail))
    @rule(by=KEEPERS, at=PLACES, kept=some.booleans(), means=some.sampled_from(["now", "ignore"]))
    def learn_from_a_correction(self, by: str, at: int, kept: bool, means: str) -> None:
        mail = self._of_interest(at, lambda mail: mail.correction and not mail.lessons)
        given = {"mail_id": mail.id, "correction": mail.correction, "rules": [Rule("column", "menge", means)]}
        self.world.does(lambda uow: mail_rules.learnt(uow, **given))
        self.world.press(mail_rules.remember if kept else mail_rules.not_now, by, mail.id)
        self._read_again()

    @precondition(lambda self: self.world.all(ReadingRule))
    @rule(by=KEEPERS, at=PLACES, revoked=some.booleans(), means=some.sampled_from(["ordered", "ignore", "x"]))
    def change_what_was_learnt(self, by: str, at: int, revoked: bool, means: str) -> None:
        row = self.one(ReadingRule, at)
        if revoked:
            self.world.press(mail_rules.revoke, by, row.id)
        else:
            self.world.submit(mail_rules.edited, by, row.id, row.version, means=means)
        self._read_again()

    def _read_again(self) -> None:
        """Let what waits be read, as the intake does; each says what it said before."""
        for mail in [each for each in self.world.all(InboundMail, state="stored") if each.reading]:
            said = Told(json.loads(mail.reading))
            self.world.does(lambda uow, mail=mail, said=said: supplier_mail.settle(uow, mail_id=mail.id, reading=said))
