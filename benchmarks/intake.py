"""Mails to proposed receipts: stored, read and settled with durable commits, every proposal held against the truth."""

import time
from datetime import UTC, datetime

from benchmarks.figures import Figure, often
from benchmarks.letters import SHARES, Letter, letters
from benchmarks.lifecycles import Lifecycle
from benchmarks.plant import Desk, desk
from handlers import extraction, supplier_mail
from storage.tables import DeliveryNotice, InboundMail, PurchaseOrder, PurchaseOrderLine, Receipt, ReceiptLine
from storage.unit_of_work import UnitOfWork

PIECES = (400, 1000, 300)


def measure(*, quick: bool) -> list[Figure]:
    """Measure five rounds over 500 mails in all (one round over 100 when quick)."""
    rounds, a_round = (2, 60) if quick else (5, 100)
    with desk() as made:
        life = Lifecycle(made, tuple(pieces * 1000 for pieces in PIECES))
        orders = [life.sent() for _ in range(rounds * a_round // SHARES)]
        names = made.does("", lambda uow: [str(uow.get(PurchaseOrder, order).number) for order in orders])
        mails = list(letters(names, PIECES))
        figures = [_taken(made, mails[at * a_round : (at + 1) * a_round], at * a_round) for at in range(rounds)]
        wrong = made.does(
            "", lambda uow: [fault for number, mail in enumerate(mails, 1) if (fault := _wrong(uow, number, mail))]
        )
    if wrong:
        raise RuntimeError(
            "\n".join([f"{len(wrong)} of {len(mails)} mails were not read as they were meant", *wrong[:5]])
        )
    note = f"{len(mails)} mails, all proposals as they were meant"
    return [often("mails to proposed receipts", figures, 100, note)]


def _taken(made: Desk, mails: list[Letter], before: int) -> float:
    begun = time.perf_counter()
    for uid, letter in enumerate(mails, before + 1):
        take(made, uid, letter.content)
        read(made, uid)
    return len(mails) / (time.perf_counter() - begun)


def take(made: Desk, uid: int, content: bytes) -> None:
    """Store one mail as the mailbox hands it over."""
    now = datetime.now(UTC)
    made.does("", lambda uow: supplier_mail.take(uow, "bench", "INBOX", 1, uid, content, now))


def read(made: Desk, mail_id: int) -> None:
    """Read one stored mail and settle what it says."""
    raw, known, _ = made.reads(lambda uow: supplier_mail.prepare(uow, mail_id))
    reading = extraction.read(raw, known, source=str(mail_id))
    made.does("", lambda uow: supplier_mail.settle(uow, mail_id=mail_id, reading=reading))


def _wrong(uow: UnitOfWork, mail_id: int, letter: Letter) -> str:
    """Say what a mail became, unless it is exactly what it was made from."""
    mail = uow.get(InboundMail, mail_id)
    meant = "proposed" if letter.lines else "ignored"
    found = _proposed(uow, mail_id, letter.order)
    return (
        ""
        if (mail.state, found) == (meant, letter.lines)
        else f"{mail_id} {mail.state} {mail.problem} {found} {letter}"
    )


def _proposed(uow: UnitOfWork, mail_id: int, order: str) -> dict[int, int]:
    """Return the pieces by line that are proposed from a mail for an order."""
    of_order = uow.find(PurchaseOrder, number=order)
    found: dict[int, int] = {}
    for notice in uow.all(DeliveryNotice, mail_id=mail_id):
        for receipt in uow.all(Receipt, notice_id=notice.id):
            for row in uow.all(ReceiptLine, receipt_id=receipt.id):
                line = uow.get(PurchaseOrderLine, row.order_line_id)
                assert of_order is not None
                assert line.order_id == of_order.id == receipt.order_id
                found[line.line] = (row.claimed or 0) // 1000
    return found
