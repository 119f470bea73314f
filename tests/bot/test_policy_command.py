"""``chargehand policy``: on the command line, reading only, with an exit status that a script can go by."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import bot.__main__ as command_line
from bot import demo
from bot.config import load
from handlers import approvals, people
from storage.database import Database
from storage.happenings import Deed, perform, reading
from storage.tables import AuditEntry, CostCentre, Part, Person, PurchaseOrder, PurchaseOrderLine, Supplier
from storage.unit_of_work import UnitOfWork

Command = Callable[..., Any]
EVERYBODY = 'who = ["owner"]'


@pytest.fixture
def database(tmp_path: Path, demo_plant: Path) -> Iterator[Database]:
    (tmp_path / "data").mkdir()
    shutil.copy(demo_plant, tmp_path / "data" / "chargehand.db")
    database = Database(f"sqlite:///{tmp_path / 'data' / 'chargehand.db'}")
    yield database
    database.close()


@pytest.fixture
def requested(database: Database) -> Callable[..., str]:
    """Request an order for so many seals on cost centre 410, some days ago; returns its draft number."""
    plant = load([demo.settings()], environment={}).plant()

    def made(seals: int = 2, *, ago: int = 0, submit: bool = True) -> str:
        at = datetime.now(UTC) - timedelta(days=ago)

        def work(uow: UnitOfWork) -> dict[str, Any]:
            number = f"DR-2026-{len(uow.all(PurchaseOrder)) + 1:05}"
            asker = uow.find(Person, email="luis.moreno@halden.example")
            uow.actor = people.actor(asker)
            order = _order(uow, number, seals, asker.id)
            return {"number": number, **(approvals.submit(uow, order).to_json() if submit else {})}

        told = perform(database, plant, Deed(f"order:{seals}:{ago}:{submit}", "test", "", at), work)
        return str(told["number"])

    return made


def _order(uow: UnitOfWork, number: str, seals: int, asker: int) -> int:
    part, supplier = uow.find(Part, code="P-10231"), uow.find(Supplier, code="HARTMANN")
    shared = {"kind": "standard", "currency": "EUR", "receipt_state": "none", "changed_at": uow.now}
    terms = {"payment_terms": "30 days", "return_conditions": "30 days", "incoterm": "DAP", "incoterm_place": "Halden"}
    order = uow.add(
        PurchaseOrder, draft_number=number, state="draft", supplier_id=supplier.id, requested_by_id=asker,
        delivery_place="Halden", deliver_by=uow.now.date() + timedelta(days=9), total=seals * 18_400,
        created_at=uow.now, **shared, **terms,
    )  # fmt: skip
    uow.add(
        PurchaseOrderLine, order_id=order, line=1, part_id=part.id, description=part.name, quantity=seals * 1000,
        unit="C62", price=1_840_000, cost_centre_id=uow.find(CostCentre, code="410").id,
    )  # fmt: skip
    return order


@pytest.fixture
def policy(running: Command, database: Database) -> Command:
    """Runs ``chargehand policy …`` over the demo plant."""

    def ran(*words: str, config: Path | None = None) -> Any:
        return running("policy", *words, "--config", str(config or demo.settings()))

    return ran


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str], Path]:
    """Edit the demo plant's configuration: one text for another."""

    def written(before: str, after: str) -> Path:
        text = demo.settings().read_text("utf-8")
        assert before in text
        (file := tmp_path / "edited.toml").write_text(text.replace(before, after), "utf-8")
        return file

    return written


def test_an_order_is_explained_rule_by_rule(policy: Command, requested: Callable[..., str]) -> None:
    number = requested(30)

    ended = policy("explain", number)

    assert ended.status == command_line.FINE
    assert f"{number} to Hartmann Seals GmbH, EUR 5,520.00, pending approval, asked for by Luis Moreno." in ended.out
    for said in ("Owner of the cost centre", "Bo Lindqvist", "Plant manager above EUR 5,000", "Helen Strand"):
        assert said in ended.out


def test_an_explanation_is_json_when_asked(policy: Command, requested: Callable[..., str]) -> None:
    told = json.loads(policy("explain", requested(2), "--json").out)

    assert [(rule["rule"], rule["does"]) for rule in told["rules"]] == [
        ("Owner of the cost centre", "asks"),
        ("Plant manager above EUR 5,000", "does not hold"),
    ]
    assert told["rules"][1]["because"] == ["EUR 368.00 is not above EUR 5,000.00"]


def test_an_order_that_nobody_may_approve_ends_with_one(
    policy: Command, requested: Callable[..., str], edited: Callable[[str, str], Path]
) -> None:
    number = requested(2, submit=False)
    ghosts = edited(EVERYBODY, 'who = ["gone@halden.example"]').read_text("utf-8")
    (file := edited(EVERYBODY, EVERYBODY)).write_text(
        ghosts.replace('fallback = ["helen.strand@halden.example", "role:finance"]', "fallback = []"), "utf-8"
    )

    ended = policy("explain", number, config=file)

    assert ended.status == command_line.FOUND
    assert f"Nobody may approve {number} (Owner of the cost centre), so it stays a draft." in ended.out
    assert "gone@halden.example is not among the active people" in " ".join(ended.out.split())


def test_an_order_that_is_none_is_said(policy: Command) -> None:
    ended = policy("explain", "PO-4711")

    assert (ended.status, ended.out) == (command_line.FOUND, "")
    assert ended.err.startswith("I know no purchase order PO-4711.")


def test_the_same_policy_changes_nothing_for_past_orders(policy: Command, requested: Callable[..., str]) -> None:
    requested(2, ago=40)
    requested(30)

    ended, lately = policy("test"), policy("test", "--days", "30")

    assert (ended.status, lately.status) == (command_line.FINE, command_line.FINE)
    assert ended.out == "2 orders of the last 90 days: 0 would be asked otherwise.\n"
    assert lately.out == "1 order of the last 30 days: 0 would be asked otherwise.\n"


def test_an_edited_limit_shows_which_orders_it_would_have_asked_otherwise(
    policy: Command, requested: Callable[..., str], edited: Callable[[str, str], Path]
) -> None:
    cheap, dear = requested(2, ago=40), requested(30)
    file = edited('above = "5000"', 'above = "10000"')

    ended = policy("test", config=file)
    told = json.loads(policy("test", "--json", config=file).out)

    assert ended.status == command_line.FINE
    assert dear in ended.out
    assert cheap not in ended.out
    assert [one["changes"] for one in told] == [False, True]
    assert told[1]["now"] == ["Owner of the cost centre: Bo Lindqvist"]


def test_an_edited_policy_under_which_an_order_has_nobody_ends_with_one(
    policy: Command, requested: Callable[..., str], edited: Callable[[str, str], Path]
) -> None:
    requested(2)
    file = edited(EVERYBODY, 'who = ["role:finance"]\nneed = 5')

    ended = policy("test", config=file)

    assert ended.status == command_line.FOUND
    assert "1 of them could not be approved by anybody." in ended.out


def test_a_policy_is_only_looked_at(policy: Command, requested: Callable[..., str], database: Database) -> None:
    number = requested(2)
    plant = load([demo.settings()], environment={}).plant()

    def entries(uow: UnitOfWork) -> int:
        return uow.count(AuditEntry)

    before = reading(database, plant, datetime.now(UTC), entries)
    policy("explain", number)
    policy("test")

    assert reading(database, plant, datetime.now(UTC), entries) == before
