"""What maintenance did and has before it, as people ask for it and as the week's message tells it."""

from datetime import timedelta
from typing import Any

import pytest

from handlers import maintenance_reports, sentences
from handlers.happenings import Answer, Command
from storage.tables import WorkOrder, WorkOrderHold, WorkOrderTime


@pytest.fixture
def asks(desk: Any, supervisor: Any) -> Any:
    """Let the supervisor type a report's name, and return everything that is answered."""

    def asked(text: str) -> str:
        typed = Command(desk.key("command"), supervisor.slack_id, "C0FAULTS", "/wo", text)
        told: Answer = desk.does(sentences.command, typed)
        return f"{told.private} {told.blocks}"

    return asked


@pytest.fixture
def worked(desk: Any, pump: Any, conveyor: Any, technician: Any, supervisor: Any) -> Any:
    """Two pumps' failures and a service, two of them done; the clock stands on a Monday at 9:12."""
    number = iter(range(1, 100))

    def order(uow: Any, asset: Any, task: str, days: float, **more: Any) -> int:
        opened = uow.now - timedelta(days=days)
        values = {
            "state": "ready",
            "task_type": task,
            "due_at": opened + timedelta(days=3),
            "created_at": opened,
        } | more
        return int(
            uow.add(WorkOrder, number=f"WO-2026-{next(number):05}", title="It leaks", asset_id=asset.id, **values)
        )

    def work(uow: Any) -> None:
        ago = lambda days, hours=0.0: uow.now - timedelta(days=days, hours=hours)  # noqa: E731
        first = order(
            uow,
            pump,
            "repair",
            10,
            state="closed",
            failure_mode="ELP",
            down_from=ago(10),
            down_until=ago(10, -6),
            completed_at=ago(9),
        )
        second = order(
            uow,
            conveyor,
            "repair",
            8,
            state="completed",
            failure_mode="NOI",
            down_from=ago(8),
            down_until=ago(8, -2),
            completed_at=ago(1),
        )
        third = order(uow, conveyor, "service", 5, state="closed", completed_at=ago(4))
        waiting = order(uow, pump, "repair", 40)
        order(uow, pump, "repair", 3, state="cancelled", down_from=ago(3))
        uow.add(WorkOrderHold, work_order_id=waiting, reason="material", since=ago(1))
        for job, person, minutes in ((first, technician, 120), (second, technician, 60), (third, supervisor, 60)):
            uow.add(WorkOrderTime, work_order_id=job, person_id=person.id, ended_at=ago(5), minutes=minutes)

    desk.writes(work)


def test_downtime_is_drawn_by_week_with_the_machines_that_stood_longest(worked: None, asks: Any) -> None:
    told = asks("report downtime")

    assert (
        "Machines stood 8.0 h in 13 weeks, 2.0 h of them last week." in told
        or "Machines stood 8.0 h in 13 weeks" in told
    )
    assert "'type': 'bar'" in told
    assert "P-101 CIP return pump · 6.0 h · 75%" in told
    assert "C-20 Infeed conveyor · 2.0 h · 25%" in told


def test_failures_are_ranked_by_the_hours_that_they_cost(worked: None, asks: Any) -> None:
    told = asks("report failures")

    assert "3 failures in 13 weeks" in told
    assert "make 100% of the hours down" in told
    assert "Not yet known · 1 · 0.0 h" in told


def test_the_backlog_is_counted_by_age_with_what_is_late_and_what_waits(worked: None, asks: Any) -> None:
    told = asks("report backlog")

    assert "1 job is open, 1 of them for more than four weeks." in told
    assert "Past their due date · 1" in told
    assert "On hold · 1" in told
    assert "Without anybody · 1" in told
    assert "Done by their due date in the last four weeks: 2 of 3 (67%)." in told


def test_labour_is_told_by_person_and_trade_with_its_planned_share(worked: None, asks: Any) -> None:
    told = asks("report labour")

    assert "4.0 h of work in four weeks, 25% of it planned." in told
    assert "Luis Moreno · - · 3.0 · 0%" in told
    assert "Tom Okafor · - · 1.0 · 100%" in told


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("report downtime", "No machine stood in 13 weeks."),
        ("report failures", "No failure was reported in 13 weeks."),
        ("report backlog", "Nothing is open."),
        ("report labor", "No hours were written down in four weeks."),
        ("melde rückstand", "Nothing is open."),
    ],
)
def test_without_any_work_a_report_says_so_and_draws_nothing(asks: Any, asked: str, answer: str) -> None:
    told = asks(asked)

    assert answer in told
    assert "data_visualization" not in told


def test_words_behind_a_reports_name_make_it_a_fault(desk: Any, asks: Any, pump: Any) -> None:
    asks("report downtime of P-101, it stands")

    assert desk.one(WorkOrder).asset_id == pump.id


def test_the_week_is_told_in_one_message_with_two_pictures(desk: Any, worked: None) -> None:
    desk.writes(maintenance_reports.tell_week)

    (body,) = desk.said("C0FAULTS")
    assert body["text"].startswith("The week in maintenance. Machines stood 8.0 h")
    assert [block["type"] for block in body["blocks"]].count("data_visualization") == 2


def test_before_there_was_a_whole_week_nothing_is_told(desk: Any, fault: Any) -> None:
    before = len(desk.said("C0FAULTS"))

    desk.writes(maintenance_reports.tell_week)

    assert len(desk.said("C0FAULTS")) == before
