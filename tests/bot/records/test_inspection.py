"""One document shown whole with its timeline, and every kind of damage named."""

from collections.abc import Callable
from typing import Any

import pytest

from bot import verification
from bot.inspection import show, verify
from orders.stock import MovementKind
from storage import stock
from storage.database import Database
from storage.stock import Movement
from storage.tables import Person, WorkOrderPart
from tests.handlers.purchasing.conftest import Buying, Mailbox

Delivered = tuple[Buying, str]


@pytest.fixture
def delivered(buying: Buying, mailbox: Mailbox) -> Delivered:
    """An order of two seals that was approved, mailed, announced by its supplier and taken in."""
    order = buying.sent()
    mailbox.brings(mailbox.table(order, (1, "2", "2")))
    buying.take_in()
    number = buying.order().number
    assert number is not None
    return buying, number


def test_an_untouched_plant_is_whole(delivered: Delivered, database: Database) -> None:
    assert verify(database) == []


def test_a_work_order_is_shown_with_everything_that_belongs_to_it(delivered: Delivered, database: Database) -> None:
    buying, number = delivered

    shown = show(database, buying.job.number)

    assert shown is not None
    assert (shown["kind"], shown["number"], shown["responsible"]) == ("work order", buying.job.number, "Luis Moreno")
    assert shown["asset"][0]["code"] == "P-101"
    assert [need["part"] for need in shown["requisitions"]] == ["P-10231"]
    assert [(order["number"], order["supplier"]) for order in shown["orders"]] == [(number, "Hartmann Seals")]
    assert [receipt["state"] for receipt in shown["receipts"]] == ["posted"]


def test_an_order_is_shown_with_lines_approvals_mails_receipts_and_movements(
    delivered: Delivered, database: Database
) -> None:
    _, number = delivered

    shown = show(database, number)

    assert shown is not None
    (line,) = shown["lines"]
    assert (line["part"], line["quantity"], line["price"], line["accepted"]) == ("P-10231", "2", "184.00", "2")
    assert shown["total"] == "368.00"
    assert [task["person"] for task in shown["approval_tasks"]] == ["Bo Lindqvist"]
    assert len(shown["mails_out"]) == len(shown["mails_in"]) == 1
    assert [(row["line"], row["quantity"]) for row in shown["notice_lines"]] == [(1, "2")]
    assert [(row["line"], row["counted"]) for row in shown["receipt_lines"]] == [(1, "2")]
    assert [(row["part"], row["kind"], row["quantity"]) for row in shown["stock_movements"]] == [
        ("P-10231", "receipt", "2")
    ]
    assert {entry["kind"] for entry in shown["budget_entries"]} == {"committed", "actual"}


def test_the_timeline_tells_the_whole_way_in_order(delivered: Delivered, database: Database) -> None:
    _, number = delivered

    shown = show(database, number)

    assert shown is not None
    told = [(entry["subject"], entry["action"]) for entry in shown["timeline"]]
    way = ["draft", "submit", "approved", "release", "receive"]
    assert told[0][1] == "reported"
    assert [action for subject, action in told if subject[:2] in {"DR", "PO"} and action in way] == way
    assert [entry["number"] for entry in shown["timeline"]] == sorted(entry["number"] for entry in shown["timeline"])
    assert {subject[:2] for subject, _ in told} >= {"WO", "PR", "DR", "PO", "GR"}
    decision = next(entry for entry in shown["timeline"] if entry["action"] == "approved")
    assert (decision["by"], decision["rule"]) == ("Bo Lindqvist", "cost centre owner")


def test_a_document_is_found_by_any_of_its_names(delivered: Delivered, database: Database) -> None:
    _, number = delivered

    found = [show(database, name) for name in (number, number.lower(), "PO 1", "po1", "DR-2026-00001", "DR1")]

    assert [one["number"] if one else None for one in found] == [number] * 6


@pytest.mark.parametrize(("name", "kind"), [("PR-1", "requisition"), ("GR-1", "receipt"), ("WO-1", "work order")])
def test_each_kind_of_document_is_found(delivered: Delivered, database: Database, name: str, kind: str) -> None:
    shown = show(database, name)

    assert shown is not None
    assert shown["kind"] == kind
    assert shown["orders"]


@pytest.mark.parametrize("name", ["PO-2", "PO-2025-00001", "1", "hello", "", "WO-%"])
def test_what_is_not_there_is_none(delivered: Delivered, database: Database, name: str) -> None:
    assert show(database, name) is None


DAMAGE = [
    ("UPDATE stock SET on_hand = on_hand + 1000", "Stock of part"),
    ("UPDATE stock SET reserved = reserved + 1000", "as kept, work orders keep"),
    ("UPDATE budget_sums SET actual = actual + 1", "actual says"),
    ("UPDATE purchase_order_lines SET received = received + 1000", "says 3 received, its receipts 2."),
    ("UPDATE purchase_order_lines SET accepted = accepted - 1000", "says 1 accepted, its receipts 2."),
    ("UPDATE receipt_lines SET counted = 1000", "brought 1, the stock ledger 2."),
    ("UPDATE receipts SET state = 'discarded'", "brought 0, the stock ledger 2."),
    ("UPDATE purchase_orders SET receipt_state = 'partial'", "says receipt partial, its lines complete."),
    ("UPDATE purchase_orders SET content_hash = 'forged'", "without an approval of its content."),
    ("UPDATE approvals SET state = 'rejected'", "without an approval of its content."),
    ("UPDATE purchase_orders SET state = 'draft'", "says fulfilled, but no approved order has lines for all of it."),
    ("UPDATE purchase_order_needs SET quantity = 1000", "but no approved order has lines for all of it."),
    ("UPDATE purchase_order_lines SET accepted = 0", "but its order lines have not brought all of it."),
    ("UPDATE requisitions SET asked = asked + 1000", "its parts do not add up to that."),
    ("UPDATE audit SET note = 'never said' WHERE number = 1", "The words of entry 1 were changed."),
]


@pytest.mark.parametrize(("statement", "sentence"), DAMAGE, ids=[statement[:60] for statement, _ in DAMAGE])
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_damage_is_named(delivered: Delivered, database: Database, statement: str, sentence: str) -> None:
    with database.transaction() as connection:
        connection.exec_driver_sql(statement)

    found = verify(database)

    assert any(sentence in one for one in found), found


def test_every_check_is_proved_by_some_damage() -> None:
    assert len(verification.CHECKS) <= len({sentence for _, sentence in DAMAGE})


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_parts_kept_where_there_is_no_stock_are_named(delivered: Delivered, database: Database) -> None:
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE work_order_parts SET store = 'nowhere', reserved = 2000")

    assert any("in nowhere, where there is no stock" in one for one in verify(database))


def test_parts_and_holds_of_a_work_order_are_shown(
    delivered: Delivered,
    database: Database,
    desk: Any,
    add_part: Callable[..., Any],
    storekeeper: Person,
) -> None:
    buying, _ = delivered
    belt = add_part("P-2", "Belt", on_hand=4000)

    def take(uow: Any) -> None:
        uow.add(WorkOrderPart, work_order_id=buying.job.id, part_id=belt.id, store="store 2", needed=1000, issued=1000)
        stock.move(
            uow,
            Movement(belt.id, "store 2", MovementKind.ISSUE, -1000, 50_000, "EUR", work_order_id=buying.job.id),
        )

    desk.writes(take, by=storekeeper)

    shown = show(database, buying.job.number)

    assert shown is not None
    belts = [part for part in shown["parts"] if part["part"] == "P-2"]
    assert [(part["part_name"], part["issued"]) for part in belts] == [("Belt", "1")]
    assert [(move["part"], move["quantity"], move["unit_cost"], move["by"]) for move in shown["stock_movements"]] == [
        ("P-2", "-1", "5.00", "Priya Nair")
    ]
