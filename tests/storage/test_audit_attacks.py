"""Whoever changes the past is found: each attack on the chain has its sentence."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from orders.people import Actor, Role
from storage import audit
from storage.database import Database
from storage.tables import AuditEntry, AuditHead
from storage.unit_of_work import Note, UnitOfWork, table
from tests.storage.conftest import NOW

AUDIT, HEAD = table(AuditEntry), table(AuditHead)
Doing = Callable[..., Any]


@pytest.fixture
def chain(doing: Doing, database: Database) -> Database:
    """Six entries in three happenings, the last one with a person's words."""

    def two(number: int) -> Callable[[UnitOfWork], None]:
        def work(uow: UnitOfWork) -> None:
            uow.audit(Note(f"WO-{number}", "take", before={"state": "ready"}, after={"state": "scheduled"}))
            uow.audit(Note(f"WO-{number}", "hold", words="waits for “Hartmann”"))

        return work

    for number in range(3):
        doing(two(number))
    return database


def broken(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        return list(audit.broken_links(connection))


def test_an_untouched_chain_is_whole(chain: Database) -> None:
    assert broken(chain) == []


def test_an_empty_chain_is_whole(database: Database) -> None:
    assert broken(database) == []


def edit_entry(connection: Connection) -> None:
    entry = connection.execute(select(AUDIT.c.entry).where(AUDIT.c.number == 3)).scalar_one()
    connection.execute(update(AUDIT).where(AUDIT.c.number == 3).values(entry=entry.replace("ready", "draft")))


def edit_words(connection: Connection) -> None:
    connection.execute(update(AUDIT).where(AUDIT.c.number == 4).values(note="nothing was said"))


def forge_words_and_drop_their_salt(connection: Connection) -> None:
    connection.execute(update(AUDIT).where(AUDIT.c.number == 4).values(note="nothing was said", salt=""))


def add_words(connection: Connection) -> None:
    connection.execute(update(AUDIT).where(AUDIT.c.number == 3).values(note="as Bo told me"))


def edit_moment(connection: Connection) -> None:
    connection.execute(update(AUDIT).where(AUDIT.c.number == 3).values(at=NOW.replace(year=2025)))


def edit_action(connection: Connection) -> None:
    connection.execute(update(AUDIT).where(AUDIT.c.number == 3).values(action="approved"))


def edit_subject(connection: Connection) -> None:
    connection.execute(update(AUDIT).where(AUDIT.c.number == 3).values(subject="WO-9"))


def insert_entry(connection: Connection) -> None:
    last = connection.execute(select(AUDIT).where(AUDIT.c.number == 6)).one()
    forged = dict(last._mapping) | {"number": 7, "previous": last.hash}
    connection.execute(insert(AUDIT).values(forged))


def insert_entry_with_its_right_hash(connection: Connection) -> None:
    last = connection.execute(select(AUDIT).where(AUDIT.c.number == 6)).one()
    entry = last.entry.replace('"number":6', '"number":7')
    forged = dict(last._mapping) | {"number": 7, "previous": last.hash, "entry": entry}
    connection.execute(insert(AUDIT).values(forged | {"hash": audit.chained(last.hash, entry)}))


def delete_one(connection: Connection) -> None:
    connection.execute(delete(AUDIT).where(AUDIT.c.number == 3))


def swap_two(connection: Connection) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        connection.execute(update(AUDIT).where(AUDIT.c.number == old).values(number=new))


def cut_the_tail(connection: Connection) -> None:
    connection.execute(delete(AUDIT).where(AUDIT.c.number > 4))


def delete_all(connection: Connection) -> None:
    connection.execute(delete(AUDIT))


def delete_the_head(connection: Connection) -> None:
    connection.execute(delete(HEAD))


def move_the_head(connection: Connection) -> None:
    connection.execute(update(HEAD).values(number=5))


def hash_anew(connection: Connection) -> None:
    """Rewrite one entry and every hash behind it, but not the head."""
    previous = audit.START
    for row in connection.execute(select(AUDIT).order_by(AUDIT.c.number)).all():
        entry = row.entry.replace("ready", "draft")
        hashed = audit.chained(previous, entry)
        connection.execute(
            update(AUDIT).where(AUDIT.c.number == row.number).values(entry=entry, previous=previous, hash=hashed)
        )
        previous = hashed


ATTACKS = [
    (edit_entry, "Entry 3"),
    (edit_words, "The words of entry 4 were changed."),
    (forge_words_and_drop_their_salt, "The words of entry 4 were changed."),
    (add_words, "The words of entry 3 were changed."),
    (edit_moment, "Entry 3"),
    (edit_action, "Entry 3"),
    (edit_subject, "Entry 3"),
    (insert_entry, "Entry 7"),
    (insert_entry_with_its_right_hash, "The chain ends at entry 7, but its head says 6."),
    (delete_one, "Entry 3 is missing; the next one is 4."),
    (swap_two, "Entry 2"),
    (cut_the_tail, "The chain ends at entry 4, but its head says 6."),
    (delete_all, "The chain ends at entry 0, but its head says 6."),
    (delete_the_head, "The chain has entries but no head."),
    (move_the_head, "The chain ends at entry 6, but its head says 5."),
    (hash_anew, "The chain ends at entry 6, but its head says 6."),
]


@pytest.mark.parametrize(("attack", "sentence"), ATTACKS, ids=[attack.__name__ for attack, _ in ATTACKS])
def test_an_attack_is_found(chain: Database, attack: Callable[[Connection], None], sentence: str) -> None:
    with chain.transaction() as connection:
        attack(connection)

    found = broken(chain)

    assert any(one.startswith(sentence) for one in found), found


def test_erasing_a_person_s_words_leaves_the_chain_whole(chain: Database) -> None:
    with chain.transaction() as connection:
        connection.execute(update(AUDIT).where(AUDIT.c.number == 4).values(note="", salt=""))

    assert broken(chain) == []


def test_a_timeline_tells_who_did_what_in_order(doing: Doing, database: Database) -> None:
    ana = Actor(7, "Ana Ruiz", frozenset({Role.OPERATOR}))

    def work(uow: UnitOfWork) -> None:
        uow.actor = ana
        uow.audit(Note("WO-1", "reported", after={"priority": "high"}, words="leaks"))

    doing(work, key="message 1")

    with database.engine.connect() as connection:
        (entry,) = audit.timeline(connection, ["WO-1"])
    told = entry.entry
    assert (entry.at, entry.action, entry.words) == (NOW, "reported", "leaks")
    assert (told["actor"], told["happening"], told["after"]) == (7, "message 1", {"priority": "high"})
    assert "leaks" not in str(told)


def test_entries_are_not_guessable_from_their_hash(doing: Doing, database: Database) -> None:
    for _ in range(2):
        doing(lambda uow: uow.audit(Note("WO-1", "note", words="the same words")))

    with database.engine.connect() as connection:
        salts = connection.execute(text("SELECT salt FROM audit")).scalars().all()
        told = [entry.entry["words"] for entry in audit.timeline(connection, ["WO-1"])]
    assert len(set(salts)) == len(set(told)) == 2
