"""What is told of a table of rules before any order meets it, and why an order is asked of whom."""

import pytest

from orders.approval_gaps import Circumstance, amounts, can_be_approved, circles, circumstances, gaps_in_rules
from orders.approval_reasons import conditions_said, explained
from orders.approval_rules import Case, Directory, Rule
from orders.money import Money

BO, INES, LUIS = 1, 2, 9
DIRECTORY = Directory({"410": BO}, {"finance": (INES,)}, {"bo@halden.example": BO, "ines@halden.example": INES})
LIMIT = Money.of("5000", "EUR")

GAPS: list[tuple[str, list[Rule], str]] = [
    ("nobody", [Rule("Ghost", ("role:admin",))], "names nobody who is active; orders that need it can never be approved"),
    ("nobody to tell", [Rule("Ghost", ("role:admin",), notify=True)], "nobody is told"),
    ("somebody who left", [Rule("Boss", ("gone@halden.example", "role:finance"))], "names gone@halden.example, who is not among"),
    ("too many", [Rule("Three", ("bo@halden.example", "role:finance"), need=3)], "needs 3 of 2 people"),
    ("an owner among too few", [Rule("Three", ("owner", "role:finance"), need=3)], "needs 3 of 2 people"),
    ("a rule that is not there", [Rule("Auto", automatic=True, instead=("Owner",))], "takes the place of “Owner”"),
    ("one name twice", [Rule("A", ("owner",)), Rule("A", ("role:finance",))], "Two rules are called “A”"),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "sentence"), [row[1:] for row in GAPS], ids=[row[0] for row in GAPS])
def test_each_gap_of_a_table_has_its_sentence(rules: list[Rule], sentence: str) -> None:
    assert any(sentence in told for told in gaps_in_rules(rules, DIRECTORY, []))


def test_a_table_in_order_has_no_gap() -> None:
    rules = [
        Rule("Owner", ("owner",)),
        Rule("Two", ("bo@halden.example", "role:finance"), need=2, above=LIMIT),
        Rule("Auto", automatic=True, up_to=LIMIT, kinds=("release",), instead=("Owner",)),
        Rule("Told", ("role:finance",), notify=True),
    ]

    assert gaps_in_rules(rules, DIRECTORY, []) == []


def test_an_order_is_tried_at_each_amount_and_for_each_rule_with_conditions() -> None:
    rules = [
        Rule("Owner", ("owner",)),
        Rule("Risky", ("role:finance",), risks=("high",), categories=("elec*",), kinds=("blanket",)),
        Rule("Dear", ("role:finance",), above=LIMIT),
    ]

    assert circumstances(rules) == [Circumstance(), Circumstance("blanket", "elec", "high")]
    assert [amount.minor for amount in amounts(rules, "EUR")] == [1, 500_001]
    assert circumstances(rules)[1].said() == "blanket orders, category elec, risk high"


def test_a_rule_that_only_some_orders_meet_is_found_to_have_nobody() -> None:
    rules = [Rule("Owner", ("owner",)), Rule("Risky", ("bo@halden.example",), risks=("high",))]

    assert can_be_approved(rules, DIRECTORY, (), "410", LIMIT)
    assert not can_be_approved(rules, DIRECTORY, (), "410", LIMIT, Circumstance(risk="high"))
    assert not can_be_approved(rules, DIRECTORY, (), "410", LIMIT, requester=BO)


@pytest.mark.parametrize(
    ("away", "rings"),
    [
        ({}, []),
        ({1: 2}, []),
        ({1: None, 2: 1}, []),
        ({1: 2, 2: 1}, [(1, 2)]),
        ({3: 1, 1: 2, 2: 3}, [(1, 2, 3)]),
        ({5: 1, 1: 2, 2: 1}, [(1, 2)]),
        ({4: 4}, [(4,)]),
    ],
)
def test_people_who_stand_in_for_each_other_are_found_as_a_ring(
    away: dict[int, int | None], rings: list[tuple[int, ...]]
) -> None:
    assert circles(away) == rings


RULES = [
    Rule("Owner", ("owner",)),
    Rule("Dear", ("bo@halden.example", "role:finance"), above=LIMIT),
    Rule("Told", ("role:finance",), notify=True),
    Rule("Auto", automatic=True, up_to=LIMIT, kinds=("standard",), instead=("Owner",)),
]


def test_every_rule_says_what_it_does_for_an_order() -> None:
    found = explained(Case("DR-1", Money(600_000, "EUR"), ("410",), LUIS), RULES, DIRECTORY, ())

    assert [(one.rule.name, one.does) for one in found.reasons] == [
        ("Owner", "asks"),
        ("Dear", "asks"),
        ("Told", "tells"),
        ("Auto", "does not hold"),
    ]
    assert found.reasons[1].left_out == ((BO, "is needed for “Owner”"),)
    assert found.reasons[3].why_not == ("EUR 6,000.00 is above EUR 5,000.00",)
    assert found.nobody == ""


def test_a_rule_that_approves_and_the_one_whose_place_it_takes_say_so() -> None:
    found = explained(Case("DR-1", Money(100, "EUR"), ("410",), LUIS), RULES, DIRECTORY, ())

    assert [one.does for one in found.reasons] == ["is spared", "does not hold", "tells", "approves"]


def test_an_automatic_rule_that_is_kept_back_names_the_rule_that_asks() -> None:
    rules = [*RULES[:1], Rule("Risky", ("role:finance",), risks=("high",)), RULES[3]]

    found = explained(Case("DR-1", Money(100, "EUR"), ("410",), LUIS, risk="high"), rules, DIRECTORY, ())

    assert found.reasons[2].why_not == ("“Risky” asks somebody",)


def test_two_automatic_rules_name_the_first() -> None:
    rules = [Rule("One", automatic=True), Rule("Two", automatic=True)]

    found = explained(Case("DR-1", Money(100, "EUR"), ("410",), LUIS), rules, DIRECTORY, ())

    assert found.reasons[1].why_not == ("another rule comes first",)


@pytest.mark.parametrize(("requester", "authors", "why"), [(BO, frozenset(), "asked for the order"), (LUIS, frozenset({BO}), "had a hand in the order")])  # fmt: skip
def test_whoever_is_left_out_is_named_with_why(requester: int, authors: frozenset[int], why: str) -> None:
    case = Case("DR-1", Money(100, "EUR"), ("410",), requester, authors)

    found = explained(case, [RULES[0]], DIRECTORY, ["role:finance"])

    assert found.reasons[0].left_out == ((BO, why),)
    assert found.reasons[0].filled_in == (INES,)


def test_what_keeps_an_order_from_being_approved_is_said_and_not_raised() -> None:
    nobody = explained(Case("DR-1", Money(100, "EUR"), ("999",), LUIS), RULES[:1], DIRECTORY, ())
    no_rate = explained(Case("DR-1", None, ("410",), LUIS, lacking="USD"), RULES[:2], DIRECTORY, ())

    assert "Nobody may approve DR-1" in nobody.nobody
    assert "no rate into EUR" in no_rate.nobody
    assert "no rate into EUR" in no_rate.reasons[1].why_not[0]


def test_somebody_whom_nobody_needs_is_said_to_be_spare() -> None:
    found = explained(Case("DR-1", Money(100, "EUR"), ("999",), LUIS), [Rule("F", ("role:finance",)), *RULES[:1]], DIRECTORY, ())  # fmt: skip

    assert found.reasons[0].left_out == ((INES, "is not needed"),)


def test_for_which_orders_a_rule_holds_is_said_in_words() -> None:
    rule = Rule("r", kinds=("release",), releases_of=("planned",), cost_centres=("4*",), categories=("seals",), risks=("new",), above=LIMIT, up_to=Money.of("9000", "EUR"))  # fmt: skip

    assert conditions_said(rule) == (
        "for orders of the kind release, that call off planned, on cost centre 4*, of category seals, "
        "from suppliers of risk new, above EUR 5,000.00, up to EUR 9,000.00"
    )
    assert conditions_said(Rule("r")) == ""
