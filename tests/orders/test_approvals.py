"""Approval rules: who is asked, in which order, and who is never asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.approval_gaps import gaps_in_rules
from orders.approvals import (
    Asked,
    Case,
    Decision,
    Directory,
    Rule,
    TaskState,
    after_decision,
    check_decision,
    current_step,
    plan,
    questions,
)
from orders.errors import AlreadyDecided, NobodyMayApprove, NotAsked, OwnRequest
from orders.money import Money

BO, INES, LUIS, FIN = 1, 2, 3, 4
NAMES = {BO: "Bo Lindqvist", INES: "Ines Vogt", LUIS: "Luis Moreno", FIN: "Fay Finch"}
OWNER = Rule("Owner of the cost centre", ("owner",))
MANAGER = Rule("Manager above 5,000", ("ines@halden.example",), above=Money(500_000, "EUR"))
DIRECTORY = Directory(
    {"410": BO, "420": INES}, {"finance": (FIN,)}, {"ines@halden.example": INES, "bo@halden.example": BO}
)


def _case(total: int = 52_760, centres: tuple[str, ...] = ("410",), requester: int | None = LUIS) -> Case:
    return Case("DR-1", Money(total, "EUR"), centres, requester)


def test_the_owner_of_the_lines_cost_centre_is_asked() -> None:
    steps = plan(_case(), [OWNER, MANAGER], DIRECTORY)

    assert [(step.rule, step.approvers) for step in steps] == [("Owner of the cost centre", (BO,))]


def test_each_owner_of_several_cost_centres_is_a_step_of_its_own() -> None:
    steps = plan(_case(centres=("410", "420")), [OWNER], DIRECTORY)

    assert [step.approvers for step in steps] == [(BO,), (INES,)]


@pytest.mark.parametrize(("total", "steps"), [(500_000, 1), (500_001, 2)])
def test_17_an_amount_at_the_limit_passes_and_one_cent_more_asks_the_next(total: int, steps: int) -> None:
    assert len(plan(_case(total), [OWNER, MANAGER], DIRECTORY)) == steps


def test_2_the_requester_is_never_asked_and_the_fallback_is() -> None:
    steps = plan(_case(requester=BO), [OWNER], DIRECTORY, ["role:finance"])

    assert steps[0].approvers == (FIN,)


@pytest.mark.parametrize(("centres", "requester"), [(("999",), LUIS), (("410",), BO), ((), LUIS)])
def test_3_where_nobody_is_left_nobody_may_approve(centres: tuple[str, ...], requester: int) -> None:
    with pytest.raises(NobodyMayApprove, match="stays a draft"):
        plan(_case(centres=centres, requester=requester), [OWNER], DIRECTORY)


def test_an_empty_table_approves_nothing() -> None:
    with pytest.raises(NobodyMayApprove, match="no rule holds"):
        plan(_case(), [], DIRECTORY)


def test_one_person_never_counts_for_two_steps() -> None:
    both = [OWNER, Rule("Manager", ("bo@halden.example",))]

    assert [step.approvers for step in plan(_case(), both, DIRECTORY, ["role:finance"])] == [(BO,), (FIN,)]
    with pytest.raises(NobodyMayApprove):
        plan(_case(), both, DIRECTORY)


def test_all_of_several_people_have_to_say_yes_where_the_rule_says_so() -> None:
    rule = Rule("Both", ("ines@halden.example", "bo@halden.example", "ines@halden.example"), need="all")

    (step,) = plan(_case(), [rule], DIRECTORY)

    assert (step.approvers, step.need) == ((INES, BO), 2)


def test_the_second_step_is_asked_only_after_the_first() -> None:
    tasks = questions(plan(_case(600_000), [OWNER, MANAGER], DIRECTORY), NAMES)

    mine = check_decision("DR-1", tasks, BO, LUIS)
    tasks, done = after_decision(tasks, mine, Decision.APPROVED)

    assert not done
    assert current_step(tasks) == 1
    tasks, done = after_decision(tasks, check_decision("DR-1", tasks, INES, LUIS), Decision.APPROVED)
    assert done
    assert current_step(tasks) is None


def test_the_first_of_several_decides_and_the_others_need_not() -> None:
    tasks = questions(plan(_case(), [Rule("One of", ("ines@halden.example", "role:finance"))], DIRECTORY), NAMES)

    tasks, done = after_decision(tasks, tasks[1], Decision.APPROVED)

    assert done
    assert [task.state for task in tasks] == [TaskState.NOT_NEEDED, TaskState.APPROVED]


def test_two_yeses_are_needed_where_the_step_takes_two() -> None:
    tasks = (Asked(0, BO, TaskState.PENDING, need=2), Asked(0, INES, TaskState.PENDING, need=2))

    tasks, done = after_decision(tasks, tasks[0], Decision.APPROVED)

    assert not done
    with pytest.raises(AlreadyDecided):
        check_decision("DR-1", tasks, BO, LUIS)


def test_a_no_voids_what_is_still_open() -> None:
    tasks = questions(plan(_case(600_000), [OWNER, MANAGER], DIRECTORY), NAMES)

    tasks, done = after_decision(tasks, tasks[0], Decision.REJECTED)

    assert not done
    assert [task.state for task in tasks] == [TaskState.REJECTED, TaskState.VOIDED]


def test_a_decided_question_is_not_voided_by_a_later_no() -> None:
    tasks = (Asked(0, BO, TaskState.APPROVED), Asked(1, INES, TaskState.PENDING))

    tasks, _ = after_decision(tasks, tasks[1], Decision.REJECTED)

    assert tasks[0].state is TaskState.APPROVED


@pytest.mark.parametrize(("person", "refusal"), [(LUIS, OwnRequest), (FIN, NotAsked), (INES, NotAsked)])
def test_1_whoever_is_not_asked_now_is_refused_with_who_is(person: int, refusal: type[Exception]) -> None:
    tasks = questions(plan(_case(600_000), [OWNER, MANAGER], DIRECTORY), NAMES)

    with pytest.raises(refusal, match="Bo Lindqvist"):
        check_decision("DR-1", tasks, person, LUIS)


def test_rules_that_name_nobody_are_told_at_the_start() -> None:
    rules = [OWNER, Rule("Ghost", ("gone@halden.example",)), MANAGER]

    assert gaps_in_rules(rules, DIRECTORY, []) == [
        "Rule “Ghost” names nobody who is active; orders that need it can never be approved.",
        "Rule “Ghost” names gone@halden.example, who is not among the active people.",
    ]


@given(
    owners=st.dictionaries(st.sampled_from(["410", "420", "430"]), st.integers(1, 6), max_size=3),
    finance=st.lists(st.integers(1, 6), unique=True, max_size=3),
    requester=st.integers(1, 6),
    centres=st.lists(st.sampled_from(["410", "420", "430"]), min_size=1, max_size=3, unique=True),
    total=st.integers(1, 10**6),
)
def test_no_plan_asks_the_requester_or_can_be_met_by_one_person_twice(
    owners, finance, requester, centres, total
) -> None:  # type: ignore[no-untyped-def]
    directory = Directory(owners, {"finance": tuple(finance)}, {})
    rules = [OWNER, Rule("Finance above 5,000", ("role:finance",), above=Money(500_000, "EUR"))]

    try:
        steps = plan(_case(total, tuple(centres), requester), rules, directory, ["role:finance"])
    except NobodyMayApprove:
        return

    assert all(requester not in step.approvers and step.approvers for step in steps)
    sole = [step.approvers[0] for step in steps if len(step.approvers) == 1]
    assert len(sole) == len(set(sole))
