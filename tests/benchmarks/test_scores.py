"""The scorer of mails counts what it says it counts, shown on truths and readings made by hand."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from benchmarks import accuracy
from benchmarks.plain_readers import asks_always, by_patterns
from benchmarks.scores import COSTS, Verdict, judge, score_of
from benchmarks.truths import OWN, NoCases, Truth, cases_of, foldered_truth, own_truth
from handlers.extraction import Known

ONE, TWO = ("PO-1", 1), ("PO-1", 2)
KNOWN = {
    "plant": {
        "name": "Mill",
        "domains": ["mill.example"],
        "trusted_authserv": ["mx.mill.example"],
        "today": "2026-11-20",
    },
    "suppliers": [{"id": "S", "name": "Seller", "domains": ["seller.example"], "locale": "en_GB"}],
    "orders": [
        {
            "number": "PO-1",
            "supplier": "S",
            "lines": [{"line": 1, "sku": "AB-77", "quantity": "9"}, {"line": 2, "sku": "CD-88", "quantity": "4"}],
        }
    ],
}


def despatch(**other: Any) -> Truth:
    stated: dict[str, Any] = {"kinds": frozenset({"despatch"}), "actions": frozenset({"propose"})}
    stated |= {"orders": frozenset({"PO-1"}), "lines": {ONE: Decimal(6)}}
    return Truth(**(stated | other))


def reading(
    lines: dict[tuple[str, int], str | None] | None = None,
    *,
    action: str = "propose",
    kind: str = "despatch",
    **other: Any,
) -> dict[str, Any]:
    said = lines if lines is not None else {ONE: "6"}
    listed = [{"order": order, "line": line, "quantity": quantity} for (order, line), quantity in said.items()]
    usual = {"kind": kind, "orders": ["PO-1"], "lines": listed, "decision": {"action": action, "rule": "complete"}}
    return usual | other


def test_a_right_proposal_costs_nothing() -> None:
    verdict = judge(despatch(), reading())

    assert (verdict.fault, verdict.cost, verdict.proposed_right, verdict.notes) == ("", 0, True, [])


def test_numbers_are_compared_as_decimals() -> None:
    assert judge(despatch(), reading({ONE: "6.00"})).proposed_right


@pytest.mark.parametrize(
    "lines",
    [{ONE: "5"}, {}, {ONE: "6", TWO: "1"}, {ONE: "six"}, {("PO-2", 1): "6"}],
    ids=["another quantity", "none", "one too many", "no number", "another order"],
)
def test_a_proposal_with_one_wrong_line_is_a_wrong_proposal(lines: dict[tuple[str, int], str]) -> None:
    assert judge(despatch(), reading(lines)).fault == "wrong proposal"


def test_a_proposal_where_a_person_had_to_look_is_a_wrong_one() -> None:
    assert judge(despatch(actions=frozenset({"ask"})), reading()).fault == "wrong proposal"


def test_a_proposal_for_a_surplus_order_is_a_wrong_one() -> None:
    assert judge(despatch(), reading(orders=["PO-1", "PO-2"])).fault == "wrong proposal"


@pytest.mark.parametrize(("action", "fault"), [("ask", "asked"), ("ignore", "missed"), ("quarantine", "missed")])
def test_what_is_not_proposed_costs_by_what_happens_instead(action: str, fault: str) -> None:
    assert judge(despatch(), reading({}, action=action)).fault == fault


def test_lines_taken_from_a_mail_that_gives_nothing_cost_most() -> None:
    truth = Truth(frozenset({"auto_reply"}), frozenset({"ignore", "ask"}), lines={}, gives_nothing=True)

    asked = judge(truth, reading(action="ask", kind="auto_reply"))
    ignored = judge(truth, reading(action="ignore", kind="auto_reply"))

    assert (asked.fault, ignored.fault, ignored.lines.wrong) == ("taken", "", 0)


def test_a_reader_that_fails_is_a_crash() -> None:
    failed = {"kind": "other", "decision": {"action": "ask", "rule": "fault"}}

    assert [judge(despatch(), one).fault for one in (None, failed)] == ["crash", "crash"]


def test_a_line_with_zero_or_without_a_line_of_ours_states_nothing() -> None:
    said = reading({ONE: "6", TWO: "0"})
    said["lines"].append({"order": "PO-1", "line": None, "quantity": "9"})

    assert judge(despatch(), said).proposed_right


def test_optional_lines_count_neither_when_given_nor_when_left_out() -> None:
    truth = despatch(lines={}, optional={ONE: Decimal(6)}, actions=frozenset({"ask"}))

    given, left_out = (judge(truth, reading(lines, action="ask")) for lines in ({ONE: "6"}, {}))
    another = judge(truth, reading({ONE: "7"}, action="ask"))

    assert (given.lines, left_out.lines.wrong, another.lines.wrong) == (left_out.lines, 0, 1)


def test_in_a_delay_what_is_outstanding_says_the_same_as_a_quantity() -> None:
    truth = Truth(frozenset({"delay"}), frozenset({"propose"}), lines={ONE: Decimal(6)}, outstanding={TWO: Decimal(2)})
    said = reading({ONE: None, TWO: "2"}, kind="delay")
    said["lines"][0]["outstanding"] = "6"

    verdict = judge(truth, said)

    assert (verdict.lines.right, verdict.lines.wrong, verdict.lines.missing) == (1, 0, 0)


def test_fields_are_right_only_when_they_are_equal_and_null_can_be_right() -> None:
    truth = despatch(fields={"number": "LS-1", "tracking": ["B", "A"], "expected_on": None, "response": "accepted"})
    said = reading(document={"number": "LS-1"}, shipment={"tracking": ["A", "B"], "expected_on": "2026-11-20"})

    fields = judge(truth, said).fields

    assert {name: tally.right for name, tally in fields.items()} == {
        "number": 1,
        "tracking": 1,
        "expected_on": 0,
        "response": 0,
    }


def test_one_day_on_every_line_is_the_day_of_the_mail() -> None:
    said = reading()
    said["lines"][0]["expected_on"] = "2026-11-24"

    assert judge(despatch(fields={"expected_on": "2026-11-24"}), said).fields["expected_on"].right == 1


def test_outstanding_is_counted_line_by_line() -> None:
    truth = despatch(outstanding={ONE: Decimal(3), TWO: None})
    said = reading()
    said["lines"][0]["outstanding"] = "3.0"

    assert judge(truth, said).fields["outstanding"].right == 2


def test_the_sums_are_those_of_the_mails() -> None:
    truths = [despatch(), despatch(), despatch()]
    verdicts = [judge(despatch(), said) for said in (reading(), reading({}, action="ask"), reading({ONE: "5"}))]

    score = score_of(zip(truths, verdicts, strict=True))

    assert (score.proposed_right, score.proposable, score.cost) == (1, 3, COSTS["asked"] + COSTS["wrong proposal"])
    assert (score.lines.precision, score.lines.recall) == (0.5, pytest.approx(1 / 3))
    assert score.asked_by == {"complete": 1}


def test_nothing_said_has_no_precision() -> None:
    score = score_of([(despatch(), judge(despatch(), reading({}, action="ask")))])

    assert (score.lines.precision, score.lines.recall, score.per_mail) == (None, 0.0, 1.0)


def test_kinds_taken_for_another_are_counted_by_pair() -> None:
    score = score_of([(despatch(), judge(despatch(), reading(kind="delay")))])

    assert score.kind_confusions == {("despatch", "delay"): 1}


def test_both_forms_of_a_truth_mean_the_same() -> None:
    own = {"kind": "despatch", "action": "propose", "orders": ["PO-1"], "number": "L1", "lines": {"PO-1/1": "6"}}
    foldered = {"kinds": ["despatch"], "actions": ["propose"], "orders": ["PO-1"], "document_number": "L1"}
    foldered |= {"lines": [{"order": "PO-1", "line": 1, "quantity": "6"}], "taking": True}

    assert own_truth({"expected": own}) == foldered_truth(foldered)


def test_what_holds_only_for_a_proposal_counts_as_the_truth() -> None:
    truth = own_truth({"expected": {"action": ["propose", "ask"]}, "proposed": {"lines": {"PO-1/1": "6"}}})

    assert truth.lines == {ONE: Decimal(6)}


def mail(text: str, **head: str) -> bytes:
    heads = {"From": "s@seller.example", "Subject": "Despatch"} | head
    return ("".join(f"{name}: {value}\n" for name, value in heads.items()) + f"\n{text}").encode()


def test_a_folder_of_folders_is_read_as_a_folder_of_files_is(tmp_path: Path) -> None:
    truth = {"kinds": ["despatch"], "orders": ["PO-1"], "lines": [], "actions": ["ask"], "taking": True}
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "mail.eml").write_bytes(mail("PO-1"))
    (tmp_path / "one" / "orders.json").write_text(json.dumps(KNOWN))
    (tmp_path / "one" / "expected.json").write_text(json.dumps(truth))

    cases = cases_of(tmp_path)

    assert [(case.name, case.truth) for case in cases] == [("one", foldered_truth(truth))]
    assert cases[0].known.order_by_number.keys() == {"PO-1"}


def test_a_folder_without_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoCases):
        cases_of(tmp_path)


def test_every_mail_of_our_own_has_a_truth() -> None:
    cases = cases_of(OWN)

    assert len(cases) == len(list(OWN.glob("*.eml")))
    assert all(case.truth.actions or case.truth.kinds for case in cases)


def test_the_plain_reader_reads_a_plain_mail_and_asking_always_reads_nothing() -> None:
    known = Known.from_json(KNOWN)
    raw = mail("We shipped for PO-1 today:\nAB-77 bearing 6 pcs\nCD-88: 4\nTracking 1Z9999999999")

    said, asked = by_patterns(raw, known), asks_always(raw, known)

    assert judge(despatch(lines={ONE: Decimal(6), TWO: Decimal(4)}), said).proposed_right
    assert said["shipment"]["tracking"] == ["1Z9999999999"]
    assert (asked["decision"]["action"], asked["lines"]) == ("ask", [])


def test_the_table_names_every_reader_and_lists_what_fails() -> None:
    case = cases_of(OWN)[0]
    verdict = Verdict(
        "other", "ask", "unread", "asked", kind_right=False, notes=["kind: read other, right is despatch"]
    )
    scores = {name: score_of([(case.truth, verdict)]) for name in accuracy.READERS}

    lines = accuracy.report(scores, [(case, verdict)], "few")

    assert all(name in lines[2] for name in accuracy.READERS)
    assert any(case.name in line and "[asked]" in line for line in lines)
