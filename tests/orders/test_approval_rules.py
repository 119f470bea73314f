"""What a rule may ask for, who is only told, when a rule approves by itself, and who is asked side by side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.approval_rules import CONDITIONS, Case, Directory, Rule, matches, why_not
from orders.approvals import Asked, Decision, TaskState, after_decision, check_decision, plan, questions, ruling
from orders.errors import CurrenciesDiffer, NeededLater, NobodyMayApprove, NotAsked, RateMissing
from orders.money import Money

BO, INES, FAY, HELEN, LUIS = 1, 2, 3, 4, 9
DIRECTORY = Directory(
    {"410": BO, "420": INES},
    {"finance": (FAY, HELEN)},
    {f"{name}@halden.example": number for name, number in (("bo", BO), ("ines", INES), ("fay", FAY), ("helen", HELEN))},
)
OWNER = Rule("Owner", ("owner",))


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def case(total: Money | None = None, centres: tuple[str, ...] = ("410",), **more: object) -> Case:
    return Case("DR-1", total or eur("500"), centres, more.pop("requester", LUIS), **more)  # type: ignore[arg-type]


AUTOMATIC = Rule("Small call-offs", up_to=eur("500"), kinds=("release",), automatic=True, instead=("Owner",))

CASES: list[tuple[str, Rule, Case, bool]] = [
    ("nothing asked for", Rule("r"), case(), True),
    ("a kind that fits", Rule("r", kinds=("blanket", "release")), case(kind="release"), True),
    ("another kind", Rule("r", kinds=("blanket",)), case(), False),
    ("a release of a planned order", Rule("r", releases_of=("planned",)), case(releases_of="planned"), True),
    ("a release of a blanket order", Rule("r", releases_of=("planned",)), case(releases_of="blanket"), False),
    ("an order that is no release", Rule("r", releases_of=("planned",)), case(), False),
    ("one cent above", Rule("r", above=eur("500")), case(eur("500.01")), True),
    ("exactly the limit", Rule("r", above=eur("500")), case(), False),
    ("up to the limit", Rule("r", up_to=eur("500")), case(), True),
    ("one cent too much", Rule("r", up_to=eur("500")), case(eur("500.01")), False),
    ("a cost centre by its beginning", Rule("r", cost_centres=("4*",)), case(centres=("520", "410")), True),
    ("another cost centre", Rule("r", cost_centres=("4*",)), case(centres=("520",)), False),
    ("no cost centre at all", Rule("r", cost_centres=("4*",)), case(centres=()), False),
    ("a category whatever its case", Rule("r", categories=("electrical*",)), case(categories=("Electrical, low",)), True),
    ("a line without a category", Rule("r", categories=("electrical",)), case(categories=("",)), False),
    ("a risk", Rule("r", risks=("new", "high")), case(risk="High"), True),
    ("a supplier not judged", Rule("r", risks=("new",)), case(), False),
    ("an automatic rule whose category all lines have", Rule("r", automatic=True, categories=("c*",)), case(categories=("ca", "cb")), True),
    ("an automatic rule whose category one line has not", Rule("r", automatic=True, categories=("c*",)), case(categories=("ca", "")), False),
    ("an automatic rule for a cost centre that one line has not", Rule("r", automatic=True, cost_centres=("4*",)), case(centres=("410", "520")), False),
    ("an automatic rule without a requester", Rule("r", automatic=True), case(requester=None), False),
    ("an automatic rule and the orders beside it", Rule("r", automatic=True, up_to=eur("500")), case(whole=eur("900")), False),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "looked_at", "holds"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_a_rule_holds_when_all_its_conditions_do_and_says_otherwise_why_not(
    rule: Rule, looked_at: Case, holds: bool
) -> None:
    reasons = why_not(rule, looked_at)

    assert (reasons == ()) is holds
    assert all(reasons)


def test_every_condition_of_the_table_is_tried_both_ways() -> None:
    for condition in CONDITIONS:
        said = {bool(condition(rule, looked_at)) for _, rule, looked_at, _ in CASES}

        assert said == {True, False}, condition.__name__


def test_10_an_amount_that_nobody_knows_is_never_zero() -> None:
    unknown = Case("DR-1", None, ("410",), LUIS, lacking="USD")

    with pytest.raises(RateMissing, match=r"DR-1 is in USD and there is no rate into EUR"):
        ruling(unknown, [OWNER, Rule("Dear", ("role:finance",), eur("5000"))], DIRECTORY)
    assert ruling(unknown, [OWNER], DIRECTORY).steps[0].approvers == (BO,)


def test_an_automatic_rule_does_not_hold_for_an_amount_that_nobody_knows() -> None:
    unknown = Case("DR-1", None, ("410",), LUIS, kind="release", lacking="USD")

    found = ruling(unknown, [OWNER, AUTOMATIC], DIRECTORY)

    assert (found.automatic, found.steps[0].approvers) == ("", (BO,))


def test_amounts_in_two_currencies_are_not_compared() -> None:
    with pytest.raises(CurrenciesDiffer):
        why_not(Rule("r", above=eur("5000")), case(Money.of("1", "USD")))


@pytest.mark.parametrize(("pattern", "word", "is_meant"), [("4*", "410", True), ("4*", "4", True), ("41", "410", False), ("*", "", True), ("SEALS", "seals", True)])  # fmt: skip
def test_a_star_stands_for_the_rest(pattern: str, word: str, is_meant: bool) -> None:
    assert matches(pattern, word) is is_meant


# -- automatic and told


def test_an_automatic_rule_takes_the_place_of_the_rules_that_it_names() -> None:
    found = ruling(case(kind="release"), [OWNER, AUTOMATIC], DIRECTORY)

    assert (found.automatic, found.steps, found.spared) == ("Small call-offs", (), ("Owner",))


def test_an_automatic_rule_never_overrides_a_rule_that_it_does_not_name() -> None:
    risky = Rule("Risky suppliers", ("role:finance",), risks=("high",))

    found = ruling(case(kind="release", risk="high"), [OWNER, risky, AUTOMATIC], DIRECTORY)

    assert found.automatic == ""
    assert [step.rule for step in found.steps] == ["Owner", "Risky suppliers"]


def test_where_nobody_is_asked_and_no_rule_approves_nobody_may_approve() -> None:
    told_only = Rule("Controller", ("fay@halden.example",), notify=True)

    with pytest.raises(NobodyMayApprove, match="no rule holds"):
        ruling(case(), [told_only, AUTOMATIC], DIRECTORY)


def test_whom_a_rule_tells_is_told_once_and_never_asked() -> None:
    first = Rule("Controller", ("fay@halden.example",), notify=True)
    second = Rule("Finance", ("role:finance",), notify=True)

    found = ruling(case(requester=HELEN), [OWNER, first, second], DIRECTORY)

    assert found.told == (("Controller", (FAY,)),)
    assert [step.rule for step in found.steps] == ["Owner"]


@given(
    rules=st.lists(
        st.builds(
            Rule,
            st.sampled_from(["Owner", "Dear", "Risky"]),
            st.sampled_from([("owner",), ("role:finance",), ("helen@halden.example",)]),
            above=st.sampled_from([None, eur("100"), eur("1000")]),
            risks=st.sampled_from([(), ("high",)]),
        ),
        max_size=4,
    ),
    total=st.integers(1, 200_000),
    risk=st.sampled_from(["", "high"]),
    requester=st.sampled_from([None, LUIS, BO]),
    instead=st.sets(st.sampled_from(["Owner", "Dear", "Risky"])),
)
def test_a_rule_approves_only_where_every_rule_that_asks_is_one_that_it_names(  # type: ignore[no-untyped-def]
    rules, total, risk, requester, instead
) -> None:
    automatic = Rule("Auto", up_to=eur("1500"), kinds=("standard",), automatic=True, instead=tuple(instead))
    looked_at = Case("DR-1", Money(total, "EUR"), ("410",), requester, risk=risk)

    try:
        found = ruling(looked_at, [*rules, automatic], DIRECTORY, ["ines@halden.example"])
    except NobodyMayApprove:
        return

    asking = {rule.name for rule in rules if not why_not(rule, looked_at)}
    assert bool(found.automatic) == (asking <= instead and total <= 150_000 and requester is not None)
    assert bool(found.automatic) != bool(found.steps)


# -- side by side, and some of several


BOTH = [
    Rule("Technical", ("bo@halden.example", "ines@halden.example"), step="check"),
    Rule("Commercial", ("role:finance",), step="check"),
    Rule("Manager", ("helen@halden.example",)),
]


def test_rules_of_one_step_are_asked_at_the_same_time_and_the_next_after_both() -> None:
    tasks = questions(plan(case(), BOTH, DIRECTORY), {})

    assert {task.person for task in tasks if task.state is TaskState.PENDING} == {BO, INES, FAY}
    tasks, done = after_decision(tasks, check_decision("DR-1", tasks, FAY, LUIS), Decision.APPROVED)
    assert not done
    with pytest.raises(NotAsked):
        check_decision("DR-1", tasks, HELEN, LUIS)
    tasks, done = after_decision(tasks, check_decision("DR-1", tasks, INES, LUIS), Decision.APPROVED)
    assert not done
    tasks, done = after_decision(tasks, check_decision("DR-1", tasks, HELEN, LUIS), Decision.APPROVED)
    assert done


def test_a_rule_of_an_earlier_step_further_down_is_asked_with_that_step() -> None:
    rules = [BOTH[0], BOTH[2], BOTH[1]]

    steps = plan(case(), rules, DIRECTORY)

    assert [(step.rule, step.stage) for step in steps] == [("Technical", 0), ("Commercial", 0), ("Manager", 1)]


def test_one_no_side_by_side_ends_all() -> None:
    tasks = questions(plan(case(), BOTH, DIRECTORY), {})

    tasks, done = after_decision(tasks, check_decision("DR-1", tasks, BO, LUIS), Decision.REJECTED)

    assert not done
    assert {task.state for task in tasks if task.person != BO} == {TaskState.VOIDED}


def test_whoever_decided_one_of_two_steps_side_by_side_is_not_asked_in_the_other() -> None:
    rules = [
        Rule("One", ("bo@halden.example", "ines@halden.example"), step="x"),
        Rule("Two", ("bo@halden.example", "fay@halden.example"), step="x"),
    ]
    tasks = questions(plan(case(), rules, DIRECTORY), {})

    tasks, done = after_decision(tasks, check_decision("DR-1", tasks, BO, LUIS), Decision.APPROVED)

    assert not done
    assert [task.person for task in tasks if task.state is TaskState.PENDING] == [FAY]


def test_whoever_is_the_last_one_for_the_step_beside_leaves_this_one_to_the_others() -> None:
    tasks = (
        Asked(0, BO, TaskState.PENDING, "Bo", stage=0),
        Asked(0, INES, TaskState.PENDING, "Ines", stage=0),
        Asked(1, BO, TaskState.PENDING, "Bo", stage=0),
    )

    with pytest.raises(NeededLater):
        check_decision("DR-1", tasks, BO, LUIS)


def test_two_of_three_have_to_say_yes() -> None:
    rule = Rule("Two of three", ("bo@halden.example", "ines@halden.example", "fay@halden.example"), need=2)
    tasks = questions(plan(case(), [rule], DIRECTORY), {})

    tasks, done = after_decision(tasks, check_decision("DR-1", tasks, INES, LUIS), Decision.APPROVED)
    assert not done
    tasks, done = after_decision(tasks, check_decision("DR-1", tasks, BO, LUIS), Decision.APPROVED)

    assert done
    assert tasks[-1].state is TaskState.NOT_NEEDED


def test_a_number_counts_over_everybody_whom_the_rule_names() -> None:
    rule = Rule("Two of the owners and finance", ("owner", "role:finance"), need=2)

    (step,) = plan(case(centres=("410", "420")), [rule], DIRECTORY)

    assert (step.approvers, step.need) == ((BO, INES, FAY, HELEN), 2)


def test_where_too_few_of_several_are_left_the_fallback_people_are_asked_as_well() -> None:
    rule = Rule("Two", ("bo@halden.example", "ines@halden.example"), need=2)

    (step,) = plan(case(requester=BO), [rule], DIRECTORY, ["role:finance"])

    assert step.approvers == (INES, FAY, HELEN)
    with pytest.raises(NobodyMayApprove, match="Two"):
        plan(case(requester=BO), [rule], DIRECTORY)


def test_three_of_two_people_is_nobody() -> None:
    with pytest.raises(NobodyMayApprove, match="Three"):
        plan(case(), [Rule("Three", ("role:finance",), need=3)], DIRECTORY)
