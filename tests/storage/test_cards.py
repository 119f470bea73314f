"""Cards: what is said last about something is what stays to be read."""

import json
from datetime import timedelta
from typing import Any

from storage import cards, outbox
from storage.cards import Place
from storage.database import Database
from storage.tables import Outgoing
from storage.unit_of_work import UnitOfWork
from tests.storage.conftest import NOW, Doing

THREAD = Place("C0MAINT")


def _shown(text: str) -> Any:
    return lambda uow: cards.show(uow, "po:1", "PO-1", THREAD, {"text": text, "blocks": []})


def _waiting(uow: UnitOfWork) -> list[tuple[str, str]]:
    rows = sorted(uow.all(Outgoing, state="due"), key=lambda row: row.id)
    return [(json.loads(row.body)["method"], json.loads(row.body)["text"]) for row in rows]


def test_what_is_said_before_a_card_has_left_is_said_with_it(doing: Doing) -> None:
    doing(_shown("asked"))

    doing(_shown("approved"))

    assert doing(_waiting) == [("chat.postMessage", "approved")]


def test_what_is_said_last_leaves_last_when_a_card_went_back_to_wait(database: Database, doing: Doing) -> None:
    doing(_shown("asked"))
    with database.transaction() as connection:
        claimed = outbox.claim(connection, NOW, owner="relay", lease=timedelta(minutes=1))
    doing(_shown("approved"))
    with database.transaction() as connection:
        assert outbox.rest(connection, claimed[0])

    doing(_shown("sent"))

    assert doing(_waiting) == [("chat.postMessage", "asked"), ("chat.update", "sent")]
