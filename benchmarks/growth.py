"""The same questions over a thousand and over a million work orders, with the same work open: they may not grow slower."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from statistics import median
from typing import Any

from sqlalchemy import create_engine, make_url

from benchmarks.figures import Figure, percentile
from benchmarks.lifecycles import Lifecycle, reported
from benchmarks.multiplied import multiply
from benchmarks.plant import Desk, desk
from benchmarks.postgres import postgres
from handlers import (
    agreement_life,
    approval_times,
    asset_history,
    assigning,
    chasing,
    closing,
    completing,
    duplicates,
    finding,
    home,
    leavers,
    maintenance_reports,
    people,
    plain_questions,
    planned_orders,
    questions,
    requests,
    response_clocks,
    timers,
)
from handlers.happenings import HomeOpened
from handlers.work_order_steps import locked
from storage.tables import WorkOrder
from storage.unit_of_work import UnitOfWork

CONCLUSION = completing.Conclusion("ELP", "WEA", "Changed the seal", 40)
LIFE: tuple[tuple[str, Callable[[UnitOfWork, WorkOrder], Any]], ...] = (
    ("technician", assigning.take_order),
    ("technician", assigning.start_order),
    ("technician", partial(completing.complete, conclusion=CONCLUSION)),
    ("supervisor", closing.close_order),
)
"""The steps of a work order's life, and by whom."""
SIZES, QUICK_SIZES = (1_000, 10_000, 100_000, 1_000_000), (1_000, 10_000)
PAST, OPEN, BUYING = 100, 48, 6
"""How many work orders are lived through in each copy of the past, and how many work and purchase orders are open."""
COPIED = ("assets", "work_orders", "work_order_times", "work_order_changes", "work_order_parts", "work_order_holds")
RECORD, RECORD_COPIES = ("outbox", "happenings", "cards", "audit"), 1_000
"""The record of what was said and done is copied less often: a hundred thousand work orders' worth at most."""
WITHIN = 1.5
"""How much slower the largest may be than the smallest."""
ROUNDS = 7

BELL: tuple[Callable[[UnitOfWork], Any], ...] = (
    planned_orders.due, planned_orders.untold, approval_times.open_orders, chasing.open_orders,
    agreement_life.tended, requests.due, timers.due, response_clocks.owed, leavers.left_behind,
)  # fmt: skip


def _likely(uow: UnitOfWork) -> list[WorkOrder]:
    uow.plant = replace(uow.plant, duplicate_hours=24)
    return duplicates.likely(uow, finding.asset(uow, "P-101"), "P-101 leaks at the seal")


Question = tuple[str, str, Callable[[UnitOfWork], Any]]
QUESTIONS: tuple[Question, ...] = (
    ("Home of a technician", "technician", lambda uow: home.opened(uow, HomeOpened("", ""))),
    ("Home of a supervisor", "supervisor", lambda uow: home.opened(uow, HomeOpened("", ""))),
    ("Home of a buyer", "buyer", lambda uow: home.opened(uow, HomeOpened("", ""))),
    ("my jobs", "technician", questions.mine),
    ("what waits for me", "supervisor", questions.waiting),
    ("what is open on a machine", "operator", lambda uow: questions.asset(uow, "P-101")),
    ("what is overdue", "supervisor", lambda uow: plain_questions.typed(uow, "what is overdue?", None)),
    ("is a report known already", "operator", _likely),
    ("where is a work order", "operator", lambda uow: questions.where(uow, "WO-1")),
    ("where is a machine of that name", "operator", lambda uow: questions.asset(uow, "CIP return pump")),
    ("history of a machine", "supervisor", lambda uow: asset_history.report(uow, "asset P-101")),
    ("figures of the backlog", "supervisor", lambda uow: maintenance_reports.report(uow, "backlog")),
    ("what the minute bell asks", "", lambda uow: [ask(uow) for ask in BELL]),
)
"""What is asked, by whom, and how."""


def measure(*, quick: bool) -> list[Figure]:
    """Measure every question over each size, on SQLite files and on PostgreSQL where there is one."""
    sizes, times = (QUICK_SIZES, 20) if quick else (SIZES, 50)
    figures = _grown("SQLite", dict.fromkeys(sizes, ""), times)
    with postgres() as address:
        if address:
            figures += _grown("PostgreSQL", {size: _database(address, size) for size in sizes}, times)
    return figures


def _database(address: str, size: int) -> str:
    """Make a database of its own for a size on a server, and return its address."""
    server = make_url(address)
    engine = create_engine(server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE growth_{size}")
    engine.dispose()
    return server.set(database=f"growth_{size}").render_as_string(hide_password=False)


def _grown(kind: str, addresses: Mapping[int, str], times: int) -> list[Figure]:
    """Ask everything of all sizes in turn, so that whatever else the machine does meets them alike."""
    with ExitStack() as open_ones:
        plants = {size: open_ones.enter_context(_grown_plant(address, size)) for size, address in addresses.items()}
        gc.collect()
        return [_figure(kind, name, _slowest(plants, role, ask, times)) for name, role, ask in QUESTIONS]


def _slowest(plants: Mapping[int, Desk], role: str, ask: Callable[[UnitOfWork], Any], times: int) -> dict[int, float]:
    """Return for each size the median of several rounds' 99th percentiles, in seconds."""
    rounds = [
        {size: percentile([_once(made, role, ask) for _ in range(times)], 0.99) for size, made in plants.items()}
        for _ in range(ROUNDS + 1)
    ]
    return {size: median(each[size] for each in rounds[1:]) for size in plants}


def _figure(kind: str, name: str, found: Mapping[int, float]) -> Figure:
    (small, least), (large, most) = (items := list(found.items()))[0], items[-1]
    each = ", ".join(f"{taken * 1000:.1f}" for taken in found.values())
    note = f"p99 of {each} ms at {', '.join(f'{size:,}' for size in found)}"
    return Figure(f"{name}, {large:,} work orders over {small:,}, {kind}", most / least, "times", WITHIN, note=note)


def _once(made: Desk, role: str, ask: Callable[[UnitOfWork], Any]) -> float:
    begun = time.perf_counter()
    made.reads(lambda uow: ask(_as(uow, role)))
    return time.perf_counter() - begun


def _as(uow: UnitOfWork, role: str) -> UnitOfWork:
    if role:
        uow.actor = people.known(uow, f"U0{role.upper()}")
    return uow


@contextmanager
def _grown_plant(address: str, size: int) -> Iterator[Desk]:
    """Yield a plant with so many work orders behind it and always the same work open."""
    with desk(address) as made:
        for _ in range(PAST):
            _lived(made, len(LIFE))
        _more(made, size)
        for number in range(OPEN):
            _lived(made, number % len(LIFE))
        life = Lifecycle(made)
        for _ in range(BUYING):
            life.sent()
        yield made


def _more(made: Desk, size: int) -> None:
    copies = size // PAST - 1
    record = min(copies, RECORD_COPIES)
    multiply(made.database, {**dict.fromkeys(COPIED, copies), **dict.fromkeys(RECORD, record)})
    with made.database.transaction() as connection:
        # The chain goes on behind the copies; nobody verifies it here.
        connection.exec_driver_sql("UPDATE audit_head SET number = (SELECT max(number) FROM audit)")
    found = made.reads(lambda uow: uow.count(WorkOrder))
    assert found == size, f"{found} work orders instead of {size}"


def _lived(made: Desk, steps: int) -> None:
    """Report a work order and live through so many steps of its life."""
    order_id = reported(made)
    for role, step in LIFE[:steps]:
        made.does(role, partial(_step, order_id, step))


def _step(order_id: int, step: Callable[[UnitOfWork, WorkOrder], Any], uow: UnitOfWork) -> Any:
    return step(uow, locked(uow, order_id))
