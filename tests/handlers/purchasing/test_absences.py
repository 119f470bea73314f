"""Approvers who are away: their questions go to whoever stands in, and come back; nobody gets round the rules by it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from handlers import absences, approval_times, approvals, receiving, sentences
from handlers.happenings import Click, Command
from storage.tables import Absence, ApprovalTask, AuditEntry, Person


@pytest.fixture
def ines(buying: Any, hire: Callable[..., Person]) -> Person:
    buying.people["ines"] = hire("Ines Vogt", "finance+approver")
    return buying.people["ines"]


def types(buying: Any, by: str, text: str) -> Any:
    person = buying.people[by].slack_id
    return buying.desk.writes(
        lambda uow: sentences.command(uow, Command(buying.desk.key("type"), person, "D0BOT", "/chargehand", text)),
        by=buying.people[by],
    )


def pending(buying: Any) -> list[tuple[str, str | None]]:
    """Return who is asked now, and in whose place."""
    names = {person.id: person.name for person in buying.desk.all(Person)}
    tasks = buying.desk.all(ApprovalTask, state="pending")
    return [(names[task.person_id], names.get(task.instead_of_id or 0)) for task in tasks]


def test_whoever_is_away_has_their_open_questions_handed_to_the_stand_in_and_gets_them_back(
    buying: Any, ines: Person
) -> None:
    buying.short()
    buying.request()

    told = types(buying, "approver", f"away until fri <@{ines.slack_id}>")
    moved = pending(buying)
    types(buying, "approver", "back")

    assert "Ines Vogt decides on orders meanwhile" in told.private
    assert moved == [("Ines Vogt", "Bo Lindqvist")]
    assert pending(buying) == [("Bo Lindqvist", None)]


def test_an_order_requested_meanwhile_asks_the_stand_in_and_both_names_stay_with_the_decision(
    buying: Any, ines: Person
) -> None:
    types(buying, "approver", f"away until fri <@{ines.slack_id}>")
    buying.short()

    buying.request()
    prompt = json.dumps(buying.desk.said(ines.slack_id)[-1])
    buying.approve("ines")

    assert "You are asked for Bo Lindqvist, who is away." in prompt
    assert buying.order().state == "approved"
    assert json.loads(buying.order().document)["approved_by"][0]["name"] == "Ines Vogt for Bo Lindqvist"
    entry = buying.desk.all(AuditEntry, action="approved")[-1]
    assert "Ines Vogt for Bo Lindqvist" in entry.entry


def test_08_08_a_requester_who_stands_in_for_the_approver_is_never_asked(buying: Any, ines: Person) -> None:
    buying.people["technician"] = ines
    types(buying, "approver", f"away until fri <@{ines.slack_id}>")
    buying.short()

    buying.request()

    assert pending(buying) == [("Bo Lindqvist", None)]
    assert buying.refuses(approvals.approve, "technician", buying.order().id, buying.desk.one(ApprovalTask).id) == (
        "OwnRequest"
    )


def test_a_stand_in_may_no_longer_decide_once_the_absence_is_over(buying: Any, ines: Person) -> None:
    types(buying, "approver", f"away until today <@{ines.slack_id}>")
    buying.short()
    buying.request()
    task = buying.desk.all(ApprovalTask, state="pending")[-1]

    buying.desk.later(days=1)
    refused = buying.refuses(approvals.approve, "ines", buying.order().id, task.id)
    order_id = buying.order().id
    buying.desk.writes(lambda uow: approval_times.tend(uow, order_id))

    assert refused == "NoLongerAllowed"
    assert pending(buying) == [("Bo Lindqvist", None)]


def test_one_person_does_not_give_two_decisions_by_standing_in(buying: Any, ines: Person) -> None:
    types(buying, "approver", f"away until fri <@{ines.slack_id}>")
    buying.short(40_000)

    buying.request()

    assert pending(buying) == [("Bo Lindqvist", None)]


def test_the_form_says_what_is_wrong_at_its_field(buying: Any, ines: Person) -> None:
    boss = buying.people["approver"]

    def send(**fields: str) -> Any:
        return buying.desk.submit(absences.planned, boss, **fields)

    assert send(first="", last="2026-13-45").errors.keys() == {"first", "last"}
    assert "last" in send(first="2026-12-24", last="2026-12-01").errors
    assert "stand_in" in send(first="2026-12-01", last="2026-12-24", stand_in=boss.slack_id).errors
    assert "stand_in" in send(first="2026-12-01", last="2026-12-24", stand_in="U0NOBODY").errors
    assert buying.desk.all(Absence) == []


def test_two_people_cannot_stand_in_for_each_other_in_the_same_days(buying: Any, ines: Person) -> None:
    boss = buying.people["approver"]
    types(buying, "approver", f"away until fri <@{ines.slack_id}>")

    refused = buying.refused(
        lambda uow, what: absences.typed(uow, f"until fri <@{boss.slack_id}>"),
        Click(buying.desk.key("c"), ines.slack_id, "", ""),
    )

    assert refused == "Unlawful"
    assert [each.person_id for each in buying.desk.all(Absence)] == [boss.id]


@pytest.mark.parametrize("written", ["until then", "until 31.2.", "until yesterday", "sometime", "until 2025-01-01"])
def test_days_that_cannot_be_read_are_refused_with_an_example(buying: Any, written: str) -> None:
    boss = buying.people["approver"]

    refused = buying.refused(
        lambda uow, what: absences.typed(uow, written), Click(buying.desk.key("c"), boss.slack_id, "", "")
    )

    assert refused == "Unlawful"
    assert buying.desk.all(Absence) == []


def test_talk_that_begins_with_back_ends_no_absence(buying: Any, ines: Person) -> None:
    types(buying, "approver", f"away until fri <@{ines.slack_id}>")

    types(buying, "approver", "back up and running again")

    assert buying.desk.one(Absence).state == "planned"


def test_away_without_anything_behind_it_opens_the_form(buying: Any) -> None:
    assert types(buying, "approver", "away").modal["callback_id"] == "away"


def test_a_new_absence_replaces_the_one_it_overlaps(buying: Any, ines: Person) -> None:
    boss = buying.people["approver"]
    buying.desk.submit(absences.planned, boss, first="2026-12-01", last="2026-12-24")

    buying.desk.submit(absences.planned, boss, first="2026-12-20", last="2026-12-30", stand_in=ines.slack_id)

    assert [each.state for each in buying.desk.all(Absence)] == ["ended", "planned"]


def test_neither_the_stand_in_nor_whom_they_stood_in_for_takes_the_goods_in(buying: Any, ines: Person) -> None:
    for person in (ines, buying.people["approver"]):
        buying.desk.writes(lambda uow, who=person.id: uow.change(Person, who, roles="approver+storekeeper+finance"))
    types(buying, "approver", f"away until fri <@{ines.slack_id}>")
    buying.short()
    buying.request()
    buying.approve("ines")
    buying.relay("leaving", "accepted")
    order_id = buying.order().id
    receipt = buying.desk.writes(lambda uow: receiving.from_store(uow, order_id), by=buying.people["storekeeper"])

    assert buying.refuses(receiving.as_listed, "ines", receipt) == "ReceiverIsApprover"
    assert buying.refuses(receiving.as_listed, "approver", receipt) == "ReceiverIsApprover"
