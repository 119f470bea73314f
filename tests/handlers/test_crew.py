"""Who does a job: ranked and warned about, several together with their own time, yes and no, and people who are gone."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from handlers import (
    absences,
    assigning,
    completing,
    declining,
    holds,
    leavers,
    sentences,
    suiting,
    working_together,
)
from handlers.happenings import Click, Command, PersonChanged
from storage.tables import Person, PersonSkill, Shift, WorkOrder, WorkOrderPerson, WorkOrderTime
from tests.handlers.conftest import FAULTS

EARLY = {"name": "early", "plain": "early", "begins": "06:00", "ends": "14:00", "days": "mon+tue+wed+thu+fri"}
NIGHT = {"name": "night", "plain": "night", "begins": "22:00", "ends": "06:00", "days": "sun+mon+tue+wed+thu"}


@pytest.fixture
def shifts(desk: Any) -> None:
    desk.writes(lambda uow: [uow.add(Shift, **EARLY), uow.add(Shift, **NIGHT)])


@pytest.fixture
def kim(hire: Any, shifts: None) -> Person:
    return hire("Kim Berg", "technician", trade="mechanic", shift="Early")


@pytest.fixture
def per(hire: Any, shifts: None) -> Person:
    return hire("Per Falk", "technician", trade="fitter", shift="early")


def can(desk: Any, person: Person, skill: str, until: date | None = None) -> None:
    desk.writes(lambda uow: uow.add(PersonSkill, person_id=person.id, name=skill, plain=skill, valid_until=until))


def asks_for(desk: Any, order: WorkOrder, **fields: Any) -> WorkOrder:
    desk.writes(lambda uow: uow.change(WorkOrder, order.id, **fields))
    return desk.one(WorkOrder, id=order.id)


def types(desk: Any, by: Person, text: str) -> Any:
    return desk.does(sentences.command, Command(desk.key("command"), by.slack_id, FAULTS, "/chargehand", text))


def labels(card: dict[str, Any]) -> list[str]:
    rows = [block for block in card["blocks"] if block["type"] == "actions"]
    return [one["text"]["text"] for row in rows for one in row["elements"] if one["type"] == "button"]


def job_card(desk: Any, order: WorkOrder, person: Person) -> dict[str, Any]:
    return desk.card(f"wo:{order.id}:job:{person.id}")


def times(desk: Any) -> dict[int, list[int | None]]:
    found: dict[int, list[int | None]] = {}
    for row in desk.all(WorkOrderTime):
        found.setdefault(row.person_id, []).append(row.minutes)
    return found


def test_the_form_ranks_people_by_skill_shift_and_load_and_says_why(
    desk: Any, fault: Any, supervisor: Any, kim: Person, per: Person, technician: Any, hire: Any
) -> None:
    nia = hire("Nia Holm", "technician", trade="welding", shift="night")
    ill = hire("Ida Ill", "technician", trade="welding", shift="early")
    can(desk, per, "welding", date(2027, 1, 1))
    can(desk, kim, "welding", date(2026, 11, 3))
    desk.does(absences.away, Click(desk.key(), ill.slack_id, "", ""))
    types(desk, ill, "away until 4 Dec")
    asks_for(desk, fault, skill="welding", estimated_minutes=90)

    form = desk.click(assigning.assign, supervisor, fault.id).modal

    options = form["blocks"][0]["element"]["options"]
    assert [(one["text"]["text"], one["description"]["text"]) for one in options][:4] == [
        ("Per Falk", "fitter, on early shift, 0 h of 4.8"),
        ("Nia Holm", "welding, not on shift then"),
        ("Ida Ill", "welding, away until 4 Dec"),
        ("Luis Moreno", "no welding, there, 0 h of 7.8"),
    ]
    assert ("Kim Berg", "welding only until 3 Nov, on early shift, 0 h of 4.8") in [
        (one["text"]["text"], one["description"]["text"]) for one in options
    ]
    assert form["blocks"][0]["element"]["initial_option"]["text"]["text"] == "Per Falk"
    assert nia


def test_the_supervisor_may_give_it_all_the_same_and_the_warning_is_said(
    desk: Any, fault: Any, supervisor: Any, kim: Person
) -> None:
    can(desk, kim, "crane", date(2026, 1, 31))
    asks_for(desk, fault, skill="crane + welding", estimated_minutes=600)

    answer = desk.submit(assigning.assigned, supervisor, fault.id, person=str(kim.id))

    assert answer.errors == {}
    assert desk.one(WorkOrder).responsible_id == kim.id
    assert desk.lines()[-1] == (
        f"Tom Okafor gave {fault.number} to Kim Berg. Kim Berg has no skill “welding”. The certificate of Kim Berg for crane "
        "holds only until 31 Jan. Kim Berg would have 10 h of work in 4.8 h on shift until it is due."
    )


def test_open_jobs_count_by_what_is_left_of_them_shared_by_all_who_are_on_them(
    desk: Any, fault: Any, supervisor: Any, kim: Person, per: Person
) -> None:
    def other(minutes: int, state: str, days: int) -> int:
        more = {"title": "x", "state": state, "due_at": fault.due_at + timedelta(days=days), "created_at": desk.now}
        more |= {"priority": "normal", "estimated_minutes": minutes, "responsible_id": kim.id, "number": desk.key("WO")}
        return desk.writes(lambda uow: uow.add(WorkOrder, **more))

    shared = other(240, "scheduled", 0)
    other(60, "in_progress", 9)
    other(600, "scheduled", 9)
    other(600, "closed", 0)
    desk.writes(lambda uow: uow.add(WorkOrderPerson, work_order_id=shared, person_id=per.id, asked_at=desk.now))
    desk.writes(
        lambda uow: uow.add(WorkOrderTime, work_order_id=shared, person_id=kim.id, ended_at=desk.now, minutes=60)
    )

    found = {one.candidate.name: one.busy for one in desk.reads(lambda uow: suiting.people_for(uow, fault))}  # fmt: skip

    assert (found["Kim Berg"], found["Per Falk"], found["Tom Okafor"]) == (150, 90, 0)


def test_five_hundred_people_are_ranked_in_the_same_few_queries(desk: Any, fault: Any, supervisor: Any) -> None:
    asked: list[str] = []
    event.listen(desk.database.engine, "before_cursor_execute", lambda *what: asked.append(what[2]))
    order = desk.one(WorkOrder, id=fault.id)
    asked.clear()
    desk.reads(lambda uow: suiting.people_for(uow, order))
    few = len(asked)
    desk.writes(
        lambda uow: [
            uow.add(Person, email=f"p{at}@x.example", name=f"P {at}", roles="technician", trade="mechanic")
            for at in range(500)
        ]
    )
    asked.clear()

    found = desk.reads(lambda uow: suiting.people_for(uow, order))

    assert len(found) == 501
    assert len(asked) <= few


def test_whoever_is_asked_says_yes_or_no_with_a_reason_that_the_supervisor_hears(
    desk: Any, fault: Any, supervisor: Any, kim: Person, per: Person
) -> None:
    desk.submit(assigning.assigned, supervisor, fault.id, person=str(kim.id))
    asked = job_card(desk, fault, kim)
    form = desk.click(declining.cannot_take, kim, fault.id)
    empty = desk.submit(declining.declined, kim, fault.id, reason="")

    desk.submit(declining.declined, kim, fault.id, reason="I am at the boiler")

    assert labels(asked) == ["Start", "I will do it", "Cannot take it"]
    assert "not answered yet" in json.dumps(asked)
    assert form.modal["callback_id"] == "decline_work_order"
    assert list(empty.errors) == ["reason"]
    assert desk.one(WorkOrder).responsible_id is None
    heard = desk.said(supervisor.slack_id)[-1]
    assert "Kim Berg cannot take" in heard["text"]
    assert "I am at the boiler" in json.dumps(heard)
    assert "Per Falk: fitter, on early shift" in json.dumps(heard)
    assert "Kim Berg:" not in json.dumps(heard)
    assert labels(heard) == ["Assign"]


def test_a_yes_is_seen_on_the_card_and_said_once(desk: Any, fault: Any, supervisor: Any, kim: Person) -> None:
    desk.submit(assigning.assigned, supervisor, fault.id, person=str(kim.id))

    desk.click(assigning.take, kim, fault.id)
    again = desk.click(assigning.take, kim, fault.id)

    assert desk.lines()[-1] == f"Kim Berg has said yes to {fault.number}."
    assert "You have" in again.private
    assert labels(job_card(desk, fault, kim)) == ["Start", "Cannot take it", "Need a part"]
    assert "not answered" not in json.dumps(desk.card(f"wo:{fault.id}"))


def test_several_people_work_on_one_order_each_with_their_own_time(
    desk: Any, fault: Any, supervisor: Any, kim: Person, per: Person
) -> None:
    types(desk, supervisor, "assign 1 @kim @per")
    desk.submit(assigning.started, kim, fault.id, safety="confirmed")
    desk.later(minutes=10)
    asked = desk.click(assigning.start, per, fault.id)
    desk.submit(assigning.started, per, fault.id, safety="confirmed")
    desk.later(minutes=20)
    both = desk.card(f"wo:{fault.id}")
    desk.click(working_together.stops, per, fault.id)
    after = desk.card(f"wo:{fault.id}")

    desk.later(minutes=10)
    desk.submit(completing.completed, kim, fault.id, mode="LEA", minutes="40")

    assert asked.modal["callback_id"] == "start_work_order"
    assert "Kim Berg and Per Falk work on it since 09:12" in json.dumps(both)
    assert "Per Falk helps: works since 09:22" in json.dumps(both)
    assert "Per Falk helps: 20 min" in json.dumps(after)
    assert times(desk) == {kim.id: [40], per.id: [20]}
    assert f"Per Falk has worked 20 min on {fault.number} and stops." in desk.lines()


def test_completing_stops_every_timer_and_says_whose(
    desk: Any, fault: Any, supervisor: Any, kim: Person, per: Person
) -> None:
    types(desk, supervisor, "assign 1 @kim @per")
    desk.submit(assigning.started, kim, fault.id, safety="confirmed")
    desk.submit(assigning.started, per, fault.id, safety="confirmed")
    desk.later(minutes=25)

    desk.submit(completing.completed, kim, fault.id, mode="LEA", minutes="25")

    assert f"Time stopped on {fault.number}: Per Falk (25 min)." in desk.lines()
    assert times(desk) == {kim.id: [25], per.id: [25]}
    assert desk.one(WorkOrder).state == "completed"


def test_a_helper_may_begin_the_work_and_leave_it_while_the_other_goes_on(
    desk: Any, fault: Any, supervisor: Any, kim: Person, per: Person
) -> None:
    types(desk, supervisor, "assign 1 @kim @per")
    desk.submit(assigning.started, per, fault.id, safety="confirmed")
    own = job_card(desk, fault, per)
    holder = job_card(desk, fault, kim)
    desk.later(minutes=5)
    desk.submit(declining.declined, per, fault.id, reason="called away")

    assert labels(own) == ["Stop my time", "Cannot take it", "Need a part"]
    assert labels(holder) == ["Done", "Start my time", "Pause"]
    assert (desk.one(WorkOrder).state, desk.one(WorkOrder).responsible_id) == ("in_progress", kim.id)
    assert times(desk) == {per.id: [5]}
    assert "Per Falk no longer helps" in " ".join(desk.lines())
    assert "Kim Berg has it now" in job_card(desk, fault, per)["text"]


def test_joining_by_a_word_asking_others_and_what_is_refused(
    desk: Any, fault: Any, supervisor: Any, kim: Person, per: Person, operator: Any, technician: Any
) -> None:
    nobody = types(desk, kim, "join 1")
    types(desk, kim, "take 1")
    stranger = types(desk, operator, "join 1")
    types(desk, per, "help 1")
    twice = types(desk, per, "join 1")
    types(desk, per, "join 1 @luis")
    idle = types(desk, kim, "join 1 @ana")
    running = types(desk, per, "stop 1")
    others = types(desk, technician, "join 1 @tom")

    assert "Nobody has WO-2026-00001 yet" in nobody.private
    assert "technicians and supervisors" in stranger.private
    assert twice.private.startswith("You are on WO-2026-00001.")
    assert "Ana Ruiz is no technician" in idle.private
    assert "does not run" in running.private
    assert [row.person_id for row in desk.all(WorkOrderPerson)] == [per.id, technician.id, supervisor.id]
    assert others.private == "You help."
    assert "Per Falk helps with WO-2026-00001." in desk.lines()


def test_a_double_click_and_a_stranger_start_no_second_time(
    desk: Any, job: Any, technician: Any, kim: Person, operator: Any
) -> None:
    again = desk.click(assigning.start, technician, job.id)
    stranger = desk.click(assigning.start, kim, job.id)
    typed = types(desk, kim, "stop 1")

    assert "runs since 09:12" in again.private
    assert "cannot be started" in stranger.private
    assert "does not run" in typed.private
    assert len(desk.all(WorkOrderTime)) == 1


def test_a_paused_order_starts_nobodys_time_until_it_goes_on(desk: Any, job: Any, technician: Any, per: Person) -> None:
    types(desk, per, "join 1")
    desk.submit(holds.held, technician, job.id, reason="plant_condition", note="the line must stop")

    refused = desk.submit(assigning.started, per, job.id, safety="confirmed")

    assert "waits for plant condition" in refused.private
    assert len(desk.all(WorkOrderTime)) == 1


def test_handing_over_stops_the_time_of_whoever_had_it(desk: Any, job: Any, technician: Any, kim: Person) -> None:
    desk.later(minutes=30)

    desk.submit(assigning.assigned, technician, job.id, person=kim.slack_id)

    order = desk.one(WorkOrder)
    assert (order.state, order.responsible_id) == ("in_progress", kim.id)
    assert times(desk) == {technician.id: [30]}
    assert "Luis Moreno worked on it: 30 min" in json.dumps(desk.card(f"wo:{job.id}"))


def test_the_form_looks_up_anybody_and_asks_helpers(
    desk: Any, fault: Any, supervisor: Any, kim: Person, per: Person, operator: Any
) -> None:
    wrong = desk.submit(assigning.assigned, supervisor, fault.id, person=str(kim.id), other=operator.slack_id)
    idle = desk.submit(assigning.assigned, supervisor, fault.id, person=str(kim.id), helpers=operator.slack_id)
    odd = desk.submit(assigning.assigned, supervisor, fault.id, person="999999")
    before = desk.one(WorkOrder).responsible_id

    desk.submit(assigning.assigned, supervisor, fault.id, person=str(kim.id), other=per.slack_id, helpers=f"{kim.slack_id},{per.slack_id}")  # fmt: skip

    assert (list(wrong.errors), list(idle.errors), list(odd.errors)) == (["other"], ["helpers"], ["person"])
    assert before is None
    assert desk.one(WorkOrder).responsible_id == per.id
    assert labels(job_card(desk, fault, kim)) == ["Start my time", "Cannot take it", "Need a part"]
    assert job_card(desk, fault, kim)["text"].startswith("You help: ")


def test_whoever_is_switched_off_leaves_jobs_that_are_named_and_free(
    desk: Any, job: Any, technician: Any, supervisor: Any, kim: Person
) -> None:
    types(desk, kim, "join 1")
    desk.later(minutes=15)
    desk.does(leavers.changed_in_slack, PersonChanged("person:1", technician.slack_id, gone=True), known=False)
    found = desk.reads(leavers.left_behind)
    for person in found:
        desk.writes(lambda uow, person=person: leavers.set_free(uow, person))
        desk.writes(lambda uow, person=person: leavers.set_free(uow, person))

    order = desk.one(WorkOrder)
    heard = [body for body in desk.said(supervisor.slack_id) if "no longer here" in body["text"]]
    assert found == [technician.id]
    assert (order.state, order.responsible_id) == ("in_progress", None)
    assert times(desk) == {technician.id: [15]}
    assert len(heard) == 1
    assert job.number in json.dumps(heard)
    assert desk.reads(leavers.left_behind) == []
    assert labels(desk.card(f"wo:{job.id}")) == ["Take this job", "Assign", "Correct"]

    types(desk, kim, "take 1")

    assert desk.one(WorkOrder).responsible_id == kim.id


def test_a_change_in_slack_that_is_no_end_and_an_unknown_person_change_nothing(
    desk: Any, job: Any, technician: Any
) -> None:
    desk.does(leavers.changed_in_slack, PersonChanged("person:1", technician.slack_id, gone=False), known=False)
    desk.does(leavers.changed_in_slack, PersonChanged("person:2", "U0NOBODY", gone=True), known=False)

    assert desk.reads(leavers.left_behind) == []
    assert desk.one(Person, id=technician.id).active


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("who is on shift?", "*early*, 06:00 to 14:00: Kim Berg (mechanic), Per Falk (fitter)"),
        ("wer hat Schicht?", "*early*, 06:00 to 14:00: Kim Berg (mechanic), Per Falk (fitter)"),
        ("shift night", "*night*, 22:00 to 06:00: nobody"),
        ("shift tomorrow", "*early*, 06:00 to 14:00: Kim Berg (mechanic), Per Falk (fitter)"),
        ("shift sat", "Nobody is on shift."),
        ("shift moon", "“moon” is no shift and no day. Shifts: early, night."),
        ("who ate my sandwich", "I did not understand “who ate my sandwich”"),
    ],
)
def test_who_is_on_shift_is_answered(
    desk: Any, supervisor: Any, kim: Person, per: Person, question: str, told: str
) -> None:
    answer = types(desk, supervisor, question)

    assert told in json.dumps(answer.blocks, ensure_ascii=False) + answer.private


def test_whoever_is_away_is_named_beside_the_shift(desk: Any, supervisor: Any, kim: Person, per: Person) -> None:
    types(desk, kim, "away until 4 Dec")

    answer = types(desk, supervisor, "who is on shift?")

    assert "Per Falk (fitter) · away: Kim Berg until Fri 4 Dec" in json.dumps(answer.blocks, ensure_ascii=False)
    assert "Next: night, today 22:00" in json.dumps(answer.blocks)


def test_without_shifts_the_answer_says_how_to_bring_them(desk: Any, supervisor: Any) -> None:
    assert "shifts.csv" in types(desk, supervisor, "who is on shift?").private


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_of_two_who_join_at_once_both_are_on_it_once(desk: Any, fault: Any, technician: Any, kim: Person) -> None:
    desk.click(assigning.take, technician, fault.id)
    words = [Command(f"c{at}", kim.slack_id, FAULTS, "/chargehand", "join 1") for at in range(4)]

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda what: desk.does(sentences.command, what), words))

    assert [row.person_id for row in desk.all(WorkOrderPerson)] == [kim.id]


def test_whom_somebody_helps_stands_among_their_jobs(desk: Any, job: Any, per: Person) -> None:
    types(desk, per, "join 1")

    assert f"{job.number}: Seal leaking on P-101" in json.dumps(types(desk, per, "mine").blocks)


def test_a_supervisor_writes_down_who_is_ill_and_hears_which_jobs_are_due_until_then(
    desk: Any, fault: Any, supervisor: Any, kim: Person, per: Person
) -> None:
    types(desk, supervisor, "assign 1 @kim")
    refused = types(desk, per, "away for @kim until fri")

    told = types(desk, supervisor, "away for @kim until fri")
    again = types(desk, supervisor, "back for @kim")
    nothing = types(desk, supervisor, "back for @kim")

    assert "supervisors and administrators" in refused.private
    assert told.private.startswith(
        "Kim Berg is away from Mon 23 Nov to Fri 27 Nov. These jobs are due until then: WO-2026-00001 "
    )
    assert again.private == "Kim Berg is here again."
    assert nothing.private == "Kim Berg is not away, so nothing was changed."


def test_supervisors_hear_which_jobs_somebody_leaves_lying_who_is_away(
    desk: Any, fault: Any, supervisor: Any, kim: Person
) -> None:
    types(desk, supervisor, "assign 1 @kim")

    told = types(desk, kim, "away until fri")
    types(desk, supervisor, "away until fri")

    assert "You are away" in told.private
    assert "WO-2026-00001" in told.private
    assert [text for text in desk.lines(supervisor.slack_id) if "Kim Berg is away" in text and "WO-2026-00001" in text]
    assert not [text for text in desk.lines(supervisor.slack_id) if "Tom Okafor is away" in text]


def test_whoever_hands_a_running_job_over_may_ask_helpers_with_it_and_nothing_is_given_twice(
    desk: Any, job: Any, technician: Any, kim: Person, per: Person, supervisor: Any
) -> None:
    types(desk, technician, "assign 1 @kim @per")
    twice = types(desk, supervisor, "assign 1 @kim")
    left = types(desk, kim, "leave 1 because the boiler calls")
    members = [row.person_id for row in desk.all(WorkOrderPerson) if row.left_at is None]
    free = desk.card(f"wo:{job.id}")
    took = types(desk, per, "take 1")

    assert twice.private == f"Kim Berg has {job.number} already."
    assert left.private == "It is no longer yours."
    assert members == [per.id]
    assert "Begun, nobody has it now" in json.dumps(free)
    assert took.private == "You have it."
    assert "the boiler calls" in json.dumps(desk.said(technician.slack_id))


def test_a_helper_who_is_gone_is_off_the_job_and_the_other_goes_on(
    desk: Any, job: Any, technician: Any, supervisor: Any, per: Person
) -> None:
    types(desk, per, "join 1")
    desk.submit(assigning.started, per, job.id, safety="confirmed")
    desk.later(minutes=5)
    desk.does(leavers.changed_in_slack, PersonChanged("person:1", per.slack_id, gone=True), known=False)

    desk.writes(lambda uow: leavers.set_free(uow, per.id))
    desk.writes(lambda uow: leavers.set_free(uow, technician.id))

    assert desk.one(WorkOrder).responsible_id == technician.id
    assert times(desk) == {technician.id: [None], per.id: [5]}
    assert "helped there" in json.dumps(desk.said(supervisor.slack_id))
    assert desk.reads(leavers.left_behind) == []
    assert "I do not know you" in types(desk, per, "join 1").private
