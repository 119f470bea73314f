"""What is told when a shift begins: to people and to channels, only where there is something, and only to those who want it."""

import json
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import event

from handlers import assigning, faults, holds, home, home_team, parts, sentences, work_digests
from handlers.happenings import Command, HomeOpened
from handlers.ids import value
from orders.plant import Digests
from orders.work_orders import HoldReason
from storage.tables import Absence, Person, Shift, WorkOrder

SIX, TWO = time(6), time(14)
TUESDAY = timedelta(days=1)


def at(desk: Any, clock: time, days: int = 0) -> None:
    """Set the clock of the plant."""
    desk.now = datetime.combine(desk.now.date() + timedelta(days=days), clock, desk.now.tzinfo)


def told(desk: Any, place: str, what: str = "day") -> list[str]:
    desk.writes(work_digests.tell_people)
    desk.writes(work_digests.tell_channels)
    return [json.dumps(body["blocks"]) for body in desk.said(place) if f"{what}:" in body["text"]]


def types(desk: Any, by: Any, text: str) -> str:
    what = Command(desk.key("command"), by.slack_id, "C0FAULTS", "/chargehand", text)
    answer = desk.does(sentences.command, what)
    return answer.private + json.dumps(answer.blocks)


def test_a_technician_is_told_at_the_beginning_of_the_shift_what_is_late_and_what_waits(
    desk: Any, job: Any, technician: Any, seal: Any, buyer: Any
) -> None:
    at(desk, SIX, days=1)
    (late,) = told(desk, technician.slack_id)
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), technician)
    _, waits = told(desk, technician.slack_id)

    assert "*Overdue: 1*" in late
    assert "Luis Moreno works on it" in late
    assert "*Waiting: 1*" in waits
    assert "not ordered yet" in waits


def test_whoever_has_nothing_before_them_is_told_nothing(desk: Any, technician: Any, operator: Any) -> None:
    at(desk, SIX, days=1)

    assert told(desk, technician.slack_id) == []
    assert told(desk, "C0FAULTS", "The team's day") == []


def test_parts_that_have_come_are_told_once_the_wait_is_over(
    desk: Any, job: Any, technician: Any, seal: Any, buyer: Any
) -> None:
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), technician)
    desk.writes(lambda uow: uow.change(WorkOrder, job.id, due_at=desk.now + timedelta(days=9)))
    desk.writes(lambda uow: holds.release_hold(uow, job.id, HoldReason.MATERIAL, "It is there."))
    at(desk, SIX, days=1)

    assert "*Parts have come: 1*" in told(desk, technician.slack_id)[0]


def test_each_is_told_at_the_time_nearest_to_their_shift(desk: Any, job: Any, technician: Any) -> None:
    def work(uow: Any) -> None:
        uow.add(Shift, name="Late", plain="late", begins="13:45", ends="22:00", days="mon+tue+wed+thu+fri")
        uow.change(Person, technician.id, shift="Late")

    desk.writes(work)
    at(desk, SIX, days=1)
    morning = len(told(desk, technician.slack_id))
    at(desk, TWO)

    assert (morning, len(told(desk, technician.slack_id))) == (0, 1)


def test_nobody_is_told_on_a_day_off_or_hours_too_late(desk: Any, job: Any, technician: Any) -> None:
    at(desk, time(13, 59), days=1)
    stale = told(desk, technician.slack_id)
    at(desk, SIX, days=4)

    assert (stale, told(desk, technician.slack_id)) == ([], [])


def test_whoever_is_away_is_told_nothing(desk: Any, job: Any, technician: Any) -> None:
    day = desk.now.date()
    away = {"person_id": technician.id, "first": day, "last": day + timedelta(days=9), "state": "planned"}
    desk.writes(lambda uow: uow.add(Absence, **away, made_by_id=technician.id, made_at=desk.now))
    at(desk, SIX, days=1)

    assert told(desk, technician.slack_id) == []


def test_a_digest_is_turned_off_and_on_by_a_click_or_in_words(desk: Any, job: Any, technician: Any) -> None:
    at(desk, SIX, days=1)
    desk.click(work_digests.switch, technician, 0)
    desk.click(work_digests.switch, technician, 0)
    off = told(desk, technician.slack_id)
    said = types(desk, technician, "digest on")
    on = told(desk, technician.slack_id)

    assert (len(off), len(on)) == (0, 1)
    assert "again" in said
    assert "digest.switch" in on[0]
    assert value(0) in on[0]
    assert "Write `digest` to see it" in types(desk, technician, "digest maybe")
    assert "no message about your day" in types(desk, technician, "digest off")


def test_the_digest_is_shown_whenever_it_is_asked_for(desk: Any, job: Any, technician: Any, buyer: Any) -> None:
    at(desk, time(11), days=1)

    assert "*Overdue: 1*" in types(desk, technician, "digest")
    assert "Nothing is before you today." in types(desk, buyer, "überblick")


def test_a_supervisor_is_told_what_waits_for_a_decision(
    desk: Any, operator: Any, pump: Any, conveyor: Any, supervisor: Any, write: Any
) -> None:
    for text in ("P-101 leaks", "C-20 squeaks"):
        desk.does(faults.message, write(operator, text), known=False)
    at(desk, SIX, days=1)

    assert "Waiting for you: 2" in told(desk, supervisor.slack_id)[0]


def test_the_channel_is_told_what_is_late_and_what_nobody_has(
    desk: Any, fault: Any, operator: Any, technician: Any, conveyor: Any, write: Any
) -> None:
    at(desk, SIX, days=1)
    desk.does(faults.message, write(operator, "C-20 squeaks a bit, please look at it"), known=False)
    (said,) = told(desk, "C0FAULTS", "The team's day")

    assert "*Overdue: 1*" in said
    assert "*Nobody has: 1*" in said or "To decide" in said


def test_settings_turn_both_digests_off(desk: Any, job: Any, technician: Any) -> None:
    desk.plant = replace(desk.plant, digests=Digests(people=False, channels=False))
    at(desk, SIX, days=1)

    assert told(desk, technician.slack_id) == []
    assert told(desk, "C0FAULTS", "The team's day") == []


def test_a_plant_without_times_tells_no_digest(desk: Any, job: Any, technician: Any) -> None:
    desk.plant = replace(desk.plant, digests=Digests(at=()))
    at(desk, SIX, days=1)

    assert told(desk, technician.slack_id) == []


def test_the_nearest_time_is_found_over_midnight() -> None:
    given = Digests(at=(SIX, TWO, time(22)))

    assert [work_digests.nearest(given, time(hour)) for hour in (5, 7, 13, 18, 23, 1)] == [
        SIX, SIX, TWO, TWO, time(22), time(22),
    ]  # fmt: skip


def view(desk: Any, person: Any) -> str:
    return json.dumps(desk.does(home.opened, HomeOpened(desk.key("home"), person.slack_id)).home)


def test_home_shows_a_supervisor_the_teams_week_what_is_late_and_when_parts_come(
    desk: Any, job: Any, technician: Any, supervisor: Any, seal: Any, buyer: Any
) -> None:
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), technician)
    desk.later(days=1)
    said = view(desk, supervisor)

    assert "Your team's week" in said
    assert "Luis Moreno: 1 job, 1 overdue" in said
    assert "Waiting for parts" in said
    assert "Your team's week" not in view(desk, technician)


def test_home_offers_the_digest_to_be_turned_off_and_on(desk: Any, technician: Any) -> None:
    before = view(desk, technician)
    desk.click(work_digests.switch, technician, 0)

    assert "Turn my digest off" in before
    assert "Turn my digest on" in view(desk, technician)


def test_home_and_digest_need_no_more_queries_for_many_jobs_than_for_one(
    desk: Any, operator: Any, technician: Any, supervisor: Any, add_asset: Any, write: Any
) -> None:
    counts = []
    for number in range(8):
        add_asset(f"Q-{number}", f"Pump number {number}")
        desk.does(faults.message, write(operator, f"Q-{number} leaks at the flange"), known=False)
    orders = desk.all(WorkOrder)
    for order in orders:
        desk.click(assigning.take, technician, order.id)
        counts.append((_queries(desk, home.opened, technician), _queries(desk, home_team.part, supervisor)))

    assert len(set(counts[1:])) == 1, counts


def _queries(desk: Any, work: Any, person: Any) -> int:
    seen: list[str] = []

    def counted(*told: Any) -> None:
        seen.append(str(told[2]))

    def run(uow: Any) -> None:
        from handlers import people

        uow.actor = people.actor(person)
        event.listen(uow.connection, "before_cursor_execute", counted)
        if work is home.opened:
            home.opened(uow, HomeOpened("k", person.slack_id))
        else:
            work(uow)

    desk.reads(run)
    return len(seen)
