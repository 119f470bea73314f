"""Forgotten timers: asked about at the end of the shift, stopped at the right time by one click, never in silence."""

from typing import Any

import pytest

from handlers import completing, timers
from handlers.ids import value
from storage.tables import Person, Shift, WorkOrderTime


def ask(desk: Any) -> list[int]:
    found = desk.reads(timers.due)
    for number in found:
        desk.writes(lambda uow, number=number: timers.tend(uow, number))
    return found  # type: ignore[no-any-return]


def cards(desk: Any, by: str = "U0LUIS") -> list[dict[str, Any]]:
    return [body for body in desk.said(by) if str(body.get("card", "")).startswith("timer:")]


def test_nobody_is_asked_within_the_shift(desk: Any, job: Any) -> None:
    desk.later(hours=7)

    assert ask(desk) == []


def test_at_the_end_of_the_shift_one_click_stops_the_timer_where_it_ended(desk: Any, job: Any, technician: Any) -> None:
    desk.later(hours=9)
    asked, again = ask(desk), ask(desk)
    (card,) = cards(desk)
    running = desk.one(WorkOrderTime).ended_at
    desk.click(timers.stopped, technician, 1, 468)
    twice = desk.click(timers.stopped, technician, 1, 468)

    row = desk.one(WorkOrderTime)
    buttons = [each for block in card["blocks"] if block["type"] == "actions" for each in block["elements"]]
    assert (asked, again, running) == ([1], [], None)
    assert [(each["text"]["text"], each["value"]) for each in buttons] == [
        ("Stopped at 17:00", value(1, 468)), ("Still working", value(1)), ("Another time", value(1)),
    ]  # fmt: skip
    assert (row.minutes, f"{row.ended_at:%H:%M}") == (468, "17:00")
    assert desk.lines()[-1] == f"Luis Moreno stopped working on {job.number} at 17:00: 7 h 48 min."
    assert cards(desk)[-1]["text"] == f"{job.number}: stopped at 17:00, 7 h 48 min"
    assert twice.private.startswith("The timer was stopped by Luis Moreno at 17:00.")


def test_whoever_still_works_is_asked_again_after_the_set_time(desk: Any, job: Any, technician: Any) -> None:
    desk.later(hours=8)
    ask(desk)
    desk.click(timers.still_working, technician, 1)
    desk.later(hours=9)
    quiet = ask(desk)
    desk.later(hours=1)

    assert quiet == []
    assert ask(desk) == [1]
    assert len({body["card"] for body in cards(desk)}) == 2


def test_a_night_shift_is_asked_in_the_morning(desk: Any, job: Any, technician: Any) -> None:
    desk.writes(lambda uow: uow.add(Shift, name="Early", plain="early", begins="06:00", ends="10:00", days="mon+tue"))
    desk.writes(lambda uow: uow.change(Person, technician.id, shift="early"))
    desk.later(minutes=47)
    quiet = ask(desk)
    desk.later(minutes=1)

    assert (quiet, ask(desk)) == ([], [1])


@pytest.mark.parametrize("written", ["", "soon", "25:00", "23:00", "08:00", "2026-11-24 09:00", "2020-01-01 09:00"])
def test_a_time_that_cannot_be_is_said_at_its_field(desk: Any, job: Any, technician: Any, written: str) -> None:
    desk.later(hours=9)

    assert list(desk.submit(timers.stopped_at, technician, 1, ended=written).errors) == ["ended"]
    assert desk.one(WorkOrderTime).ended_at is None


def test_another_time_is_written_in_the_form(desk: Any, job: Any, technician: Any) -> None:
    desk.later(hours=9)
    form = desk.click(timers.other_time, technician, 1)
    desk.submit(timers.stopped_at, technician, 1, ended="14:05")

    assert form.modal["callback_id"] == "stop_timer"
    assert desk.one(WorkOrderTime).minutes == 293


def test_somebody_elses_timer_is_left_alone(desk: Any, job: Any, hire: Any, supervisor: Any) -> None:
    desk.later(hours=9)

    refused = desk.click(timers.stopped, hire("Kim Berg", "technician"), 1, 60)
    desk.click(timers.stopped, supervisor, 1, 60)

    assert "Luis Moreno can." in refused.private
    assert desk.one(WorkOrderTime).minutes == 60


def test_of_somebody_without_slack_the_thread_is_asked(desk: Any, job: Any, technician: Any) -> None:
    desk.writes(lambda uow: uow.change(Person, technician.id, slack_id=None))
    desk.later(hours=9)
    ask(desk)

    assert "the timer of Luis Moreno still runs" in desk.lines()[-1]


def test_a_stopped_timer_is_not_asked_about(desk: Any, job: Any, technician: Any) -> None:
    desk.submit(completing.completed, technician, job.id, mode="ELP", remedy="REP", minutes="40")
    desk.later(hours=9)

    assert ask(desk) == []
