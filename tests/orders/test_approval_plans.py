"""No plan may need one person twice, none may come to a stand, and a right that is gone is gone."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.absences import stand_ins
from orders.approvals import (
    Asked,
    Case,
    Decision,
    Directory,
    PlanStep,
    Rule,
    TaskState,
    after_decision,
    check_decision,
    check_right,
    current_step,
    plan,
    questions,
)
from orders.errors import (
    AlreadyDecided,
    NeededLater,
    NobodyMayApprove,
    NoLongerAllowed,
    NotAsked,
    OwnRequest,
    Refusal,
)
from orders.money import Money

ANA, BO, CY, LUIS = 1, 2, 3, 9
PEOPLE = tuple(range(1, 7))
EMAILS = {f"{number}@halden.example": number for number in PEOPLE}
NAMES = dict(zip((ANA, BO, CY, LUIS), ("Ana Ruiz", "Bo Lindqvist", "Cy Young", "Luis Moreno"), strict=True))


def _case(*centres: str) -> Case:
    return Case("DR-1", Money(100_00, "EUR"), centres, LUIS)


def _directory(**owners: int) -> Directory:
    return Directory({code.removeprefix("c"): person for code, person in owners.items()}, {}, EMAILS)


def _rule(name: str, *people: int, need: str | int = "any", step: str = "") -> Rule:
    return Rule(name, tuple(f"{person}@halden.example" for person in people), need=need, step=step)


def _steps(*rules: Rule, fallback: Sequence[str] = ()) -> list[tuple[int, ...]]:
    return [step.approvers for step in plan(_case(), rules, _directory(), fallback)]


def test_one_fallback_person_does_not_stand_in_for_two_owners_of_one_rule() -> None:
    owner = Rule("Owner", ("owner",))

    with pytest.raises(NobodyMayApprove, match="Owner"):
        plan(_case("410", "420"), [owner], _directory(c410=BO), ["2@halden.example"])


def test_whoever_is_the_only_one_for_a_later_step_is_kept_out_of_the_earlier_ones() -> None:
    assert _steps(_rule("Either", ANA, BO), _rule("Bo", BO)) == [(ANA,), (BO,)]


def test_a_step_that_loses_all_its_people_to_later_steps_asks_the_fallback() -> None:
    rules = [_rule("Either", ANA, BO), _rule("Ana", ANA), _rule("Bo", BO)]

    assert _steps(*rules, fallback=["3@halden.example"]) == [(CY,), (ANA,), (BO,)]
    with pytest.raises(NobodyMayApprove, match="Either"):
        _steps(*rules)


def test_three_steps_for_two_people_are_refused_at_once_and_not_when_the_third_is_due() -> None:
    with pytest.raises(NobodyMayApprove, match="stays a draft"):
        _steps(*(_rule(name, ANA, BO) for name in ("One", "Two", "Three")))


def test_all_of_a_step_are_kept_for_it() -> None:
    assert _steps(_rule("Any", ANA, BO, CY), _rule("Both", ANA, BO, need="all")) == [(CY,), (ANA, BO)]


def test_whoever_alone_can_decide_a_later_step_leaves_the_earlier_one_to_the_others() -> None:
    steps = plan(_case(), [_rule("One", ANA, BO, CY), _rule("Two", BO, CY), _rule("Three", BO, CY)], _directory())
    tasks = questions(steps, NAMES)

    with pytest.raises(NeededLater, match="so Ana Ruiz, Cy Young has to decide"):
        check_decision("DR-1", tasks, BO, LUIS)
    assert check_decision("DR-1", tasks, ANA, LUIS).person == ANA


def test_without_a_second_name_the_refusal_still_says_who_is_asked() -> None:
    tasks = (Asked(0, BO, TaskState.PENDING, "Bo Lindqvist"), Asked(1, BO, TaskState.WAITING, "Bo Lindqvist"))

    with pytest.raises(NeededLater, match="Bo Lindqvist"):
        check_decision("DR-1", tasks, BO, LUIS)


def test_who_has_decided_one_step_is_not_asked_in_the_next() -> None:
    tasks = questions(plan(_case(), [_rule("One", ANA, BO), _rule("Two", ANA, BO)], _directory()), NAMES)

    tasks, done = after_decision(tasks, check_decision("DR-1", tasks, ANA, LUIS), Decision.APPROVED)

    assert not done
    assert [(task.person, task.state) for task in tasks if task.step == 1] == [
        (ANA, TaskState.NOT_NEEDED),
        (BO, TaskState.PENDING),
    ]


def test_a_right_is_looked_at_again_in_the_moment_of_the_decision() -> None:
    mine = Asked(0, BO, TaskState.PENDING, "Bo Lindqvist")

    check_right("DR-1", [PlanStep("Owner", (BO,), 1)], mine, "Owner", who="Ida Admin")
    with pytest.raises(NoLongerAllowed, match=r"rule “Owner” does not name you now\. Please ask Ida Admin"):
        check_right(
            "DR-1", [PlanStep("Owner", (ANA,), 1), PlanStep("Manager", (BO,), 1)], mine, "Owner", who="Ida Admin"
        )


def test_nobody_is_asked_when_nothing_is_open() -> None:
    tasks = (Asked(0, BO, TaskState.VOIDED, "Bo Lindqvist"),)

    assert current_step(tasks) is None
    with pytest.raises(NotAsked, match="This one is for nobody"):
        check_decision("DR-1", tasks, BO, LUIS)


charts = st.lists(
    st.builds(
        _rule,
        st.sampled_from(["Owner", "Manager", "Finance"]),
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
        need=st.sampled_from(["any", "all", 2]),
        step=st.sampled_from(["", "side by side"]),
    ),
    min_size=1,
    max_size=4,
)


@given(rules=charts, fallback=st.lists(st.sampled_from(sorted(EMAILS)), max_size=3), requester=st.sampled_from(PEOPLE), order=st.permutations(PEOPLE * 2))  # fmt: skip
def test_every_plan_comes_to_its_end_with_distinct_people_whoever_is_quicker(  # type: ignore[no-untyped-def]
    rules, fallback, requester, order
) -> None:
    try:
        steps = plan(Case("DR-1", Money(1, "EUR"), (), requester), rules, _directory(), fallback)
    except NobodyMayApprove:
        return
    tasks, done, decided = questions(steps, {}), False, []

    for _ in steps:
        for person in order:
            try:
                mine = check_decision("DR-1", tasks, person, requester)
            except Refusal:
                continue
            decided.append(person)
            tasks, done = after_decision(tasks, mine, Decision.APPROVED)

    assert done, "an order came to a stand although nobody said no"
    assert len(decided) == len(set(decided)) == sum(step.need for step in steps)
    assert requester not in decided


@given(rules=charts, requester=st.sampled_from(PEOPLE), clicks=st.lists(st.sampled_from(PEOPLE), max_size=20))
def test_no_row_of_clicks_approves_without_each_step_of_the_plan(  # type: ignore[no-untyped-def]
    rules, requester, clicks
) -> None:
    try:
        steps = plan(Case("DR-1", Money(1, "EUR"), (), requester), rules, _directory())
    except NobodyMayApprove:
        return
    tasks, done = questions(steps, {}), False

    for person in clicks:
        try:
            mine = check_decision("DR-1", tasks, person, requester)
        except (OwnRequest, NotAsked, AlreadyDecided, NeededLater):
            continue
        tasks, done = after_decision(tasks, mine, Decision.APPROVED)

    said_yes = [task for task in tasks if task.state is TaskState.APPROVED]
    for number, step in enumerate(steps):
        yes = {task.person for task in said_yes if task.step == number}
        assert yes <= set(step.approvers)
        assert not done or len(yes) == step.need


away_ones = st.dictionaries(st.sampled_from(PEOPLE), st.none() | st.sampled_from(PEOPLE), max_size=5)


@given(rules=charts, away=away_ones, requester=st.sampled_from(PEOPLE), order=st.permutations(PEOPLE * 2))
def test_with_stand_ins_nobody_has_two_voices_and_the_requester_has_none(  # type: ignore[no-untyped-def]
    rules, away, requester, order
) -> None:
    try:
        steps = plan(Case("DR-1", Money(1, "EUR"), (), requester), rules, _directory(), ["1@halden.example"])
    except NobodyMayApprove:
        return
    instead = stand_ins([step.approvers for step in steps], away, {requester})
    tasks, voices = questions(steps, {}, instead), []

    for _ in steps:
        for person in order:
            try:
                mine = check_decision("DR-1", tasks, person, requester)
            except Refusal:
                continue
            voices.append(mine.counts_for)
            tasks, _ = after_decision(tasks, mine, Decision.APPROVED)

    said = [person for voice in voices for person in voice]
    assert len(said) == len(set(said)), "one person decided twice, or for somebody who decided themselves"
    assert requester not in said
