"""Charges, freight first of all, and the tax of each line: written in a form, counted, asked about, printed, and void after an edit."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

import templates
from handlers import amending, approvals, charging, order_taxes, order_views, reducing
from handlers.happenings import Command, Submission
from handlers.ids import value
from handlers.order_content import opened
from orders.plant import Plant
from storage import budget
from storage.budget import differences
from storage.tables import (
    Agreement,
    Approval,
    ApprovalTask,
    BudgetEntry,
    BudgetSum,
    CostCentre,
    OrderRevision,
    Part,
    Person,
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
    SupplierPart,
)
from templates.order_sheet import order_sheet

UBL = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


@pytest.fixture
def plant(plant: Plant) -> Plant:
    return replace(plant, tax_id="NO900000017MVA", terms=replace(plant.terms, tax_percent="19"))


@pytest.fixture
def workshop(desk: Any, approver: Any) -> int:
    return int(desk.writes(lambda uow: uow.add(CostCentre, code="430", name="Workshop", owner_id=approver.id)))


@pytest.fixture
def draft(buying: Any, bearing: Part) -> Any:
    """Two seals for EUR 368.00 and four bearings on a draft."""
    buying.short(2000)
    buying.short(4000, bearing)
    return buying


def charges(draft: Any, by: str = "technician", **fields: str) -> Any:
    return draft.desk.submit(charging.charged, draft.people[by], draft.order().id, **fields)


def document(draft: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(draft.order().document)
    return found


def lines(draft: Any) -> list[Any]:
    return draft.desk.all(PurchaseOrderLine, order_id=draft.order().id)  # type: ignore[no-any-return]


def goods(draft: Any) -> int:
    order = draft.order()
    dossier = draft.desk.reads(lambda uow: opened(uow, order.id))
    return sum(dossier.amount(line).minor for line in dossier.lines)


def of_supplier(draft: Any, **values: str) -> None:
    supplier = draft.order().supplier_id
    draft.desk.writes(lambda uow: uow.change(Supplier, supplier, **values))


def test_42_charges_are_kept_with_kind_amount_payer_and_tax_and_read_back(draft: Any, workshop: int) -> None:
    before = goods(draft)

    told = charges(draft, charges="Freight 18\nPacking 12.50\nCustoms 30; 430; 7 %\nDiscount 24.50")

    order = draft.order()
    assert "EUR" in told.private
    assert order.total == before + 18_00 + 12_50 + 30_00 - 24_50
    form = draft.desk.click(charging.charges, draft.people["technician"], order.id).modal
    (text,) = [block for block in form["blocks"] if block.get("block_id") == "charges"]
    assert text["element"]["initial_value"] == "Freight 18.00\nPacking 12.50\nCustoms 30.00; 430; 7 %\nDiscount 24.50"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"charges": "Packing -5"}, "charges"),
        ({"charges": "Packing 0"}, "charges"),
        ({"charges": "Packing 1e9"}, "charges"),
        ({"charges": "Packing 12.505"}, "charges"),
        ({"charges": "Packing"}, "charges"),
        ({"charges": "Tip 5"}, "charges"),
        ({"charges": "Packing 5; 999"}, "charges"),
        ({"charges": "Packing 5; -; S"}, "charges"),
        ({"charges": "Packing 5; -; exempt"}, "charges"),
        ({"charges": "Packing 5; -; 101"}, "charges"),
        ({"charges": "Discount 5; -; 19"}, "charges"),
        ({"charges": "Discount 99999"}, "charges"),
        ({"charges": "\n".join(["Packing 1"] * 21)}, "charges"),
        ({"charges": "Packing 99999999999999999"}, "charges"),
        ({"charges": "Freight -1"}, "charges"),
        ({"taxes": "1: -7"}, "taxes"),
        ({"taxes": "1: S"}, "taxes"),
        ({"taxes": "9: 7"}, "taxes"),
        ({"taxes": "all 7"}, "taxes"),
        ({"taxes": "1: exempt"}, "taxes"),
        ({"taxes": "x-y: 7"}, "taxes"),
    ],
)
def test_42_and_45_what_cannot_be_read_is_said_at_its_field_and_nothing_is_changed(
    draft: Any, fields: dict[str, str], wrong: str
) -> None:
    before = draft.order()

    told = charges(draft, **fields)

    assert set(told.errors) == {wrong}
    assert draft.order() == before


def test_42_each_cost_centre_promises_its_own_charges_and_the_ledger_agrees(draft: Any, workshop: int) -> None:
    charges(draft, charges="Customs 30; 430\nDiscount 24.50\nPacking 12.50")
    draft.request()
    draft.approve()

    sums = {row.cost_centre_id: row.committed for row in draft.desk.all(BudgetSum)}
    assert sums.pop(workshop) == 30_00
    assert sum(sums.values()) == goods(draft) + 12_50 - 24_50
    assert draft.desk.reads(differences) == []

    draft.relay("leaving", "accepted")
    order = draft.order()
    assert draft.desk.reads(lambda uow: budget.spent_by_receipts(uow, order.id)) == {}


def test_42_whoever_owns_the_cost_centre_of_a_charge_is_asked_as_for_a_line(
    draft: Any, desk: Any, workshop: int, hire: Any
) -> None:
    marta = hire("Marta Kowalska", "approver")
    desk.writes(lambda uow: uow.change(CostCentre, workshop, owner_id=marta.id))
    charges(draft, charges="Customs 30; 430")

    draft.request()

    asked = {task.person_id for task in desk.all(ApprovalTask)}
    assert asked == {marta.id, draft.people["approver"].id}


def test_42_a_charge_that_is_edited_after_the_question_makes_it_void(draft: Any) -> None:
    charges(draft, charges="Packing 12.50")
    draft.request()
    asked = draft.task()

    charges(draft, charges="Packing 12.51")

    assert draft.order().state == "draft"
    assert draft.desk.all(Approval)[-1].state == "voided"
    assert draft.refuses(approvals.approve, "approver", draft.order().id, asked.id) != ""


def test_45_a_tax_that_is_edited_after_the_question_makes_it_void(draft: Any) -> None:
    draft.request()
    hashed = draft.order().content_hash

    charges(draft, taxes="1: 7 %")
    draft.request()

    assert draft.desk.all(Approval)[0].state == "voided"
    assert draft.order().content_hash not in {"", hashed}


def test_42_whoever_adds_a_charge_has_a_hand_in_the_order_and_does_not_approve_it(
    draft: Any, desk: Any, approver: Any
) -> None:
    desk.writes(lambda uow: uow.change(Person, approver.id, roles="approver+buyer"))

    charges(draft, by="approver", charges="Packing 12.50")

    draft.request()
    assert draft.refuses(approvals.approve, "approver", draft.order().id, 1) != ""


def test_42_a_stranger_to_the_order_does_not_write_its_charges(draft: Any) -> None:
    assert draft.refuses(charging.charges, "storekeeper", draft.order().id) == "NotYours"


def test_42_the_question_and_the_card_say_every_charge_and_the_tax(draft: Any, workshop: int) -> None:
    charges(draft, charges="Freight 18\nCustoms 30; 430\nDiscount 24.50", taxes="1: 19\n2: reverse charge")
    of_supplier(draft, tax_id="DE900000017")
    draft.request()

    card = json.dumps(draft.desk.card(f"po:{draft.order().id}:task:{draft.task().id}"), ensure_ascii=False)
    assert all(
        said in card for said in ("Freight EUR 18.00", "Customs EUR 30.00, cost centre 430", "Discount -EUR 24.50")
    )
    assert "Tax comes on top: 19 % on" in card
    seen = draft.desk.does(lambda uow, _: order_views.order(uow, "DR-1"), _typed(draft, "buyer"))
    assert "Customs EUR 30.00" in json.dumps(seen.blocks)
    hidden = draft.desk.does(lambda uow, _: order_views.order(uow, "DR-1"), _typed(draft, "storekeeper"))
    assert "Customs" not in json.dumps(hidden.blocks)


def _typed(draft: Any, who: str) -> Any:
    return Command(draft.desk.key("cmd"), draft.people[who].slack_id, "D1", "/chargehand", "order DR-1")


def approved(draft: Any) -> dict[str, Any]:
    draft.request()
    draft.approve()
    return document(draft)


def test_45_the_paper_and_the_ubl_order_say_tax_by_rate_right_to_the_cent(draft: Any, workshop: int) -> None:
    charges(draft, charges="Freight 18\nPacking 12.50; -; 7 %\nDiscount 24.51", taxes="1: 19\n2: 7 %")

    paper = approved(draft)

    tree: Any = etree.fromstring(templates.purchase_order_ubl(paper))
    rows = tree.findall("cac:TaxTotal/cac:TaxSubtotal", UBL)
    bases = [Decimal(row.findtext("cbc:TaxableAmount", namespaces=UBL)) for row in rows]
    taxes = [Decimal(row.findtext("cbc:TaxAmount", namespaces=UBL)) for row in rows]
    rates = [Decimal(row.findtext("cac:TaxCategory/cbc:Percent", namespaces=UBL)) for row in rows]
    assert rates == [19, 7]
    assert taxes == [
        (base * rate / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP") for base, rate in zip(bases, rates, strict=True)
    ]
    total = tree.find("cac:AnticipatedMonetaryTotal", UBL)

    def amount(name: str) -> Decimal:
        return Decimal(total.findtext(f"cbc:{name}", namespaces=UBL))

    assert sum(bases) == amount("TaxExclusiveAmount") == Decimal(draft.order().total) / 100
    assert amount("TaxInclusiveAmount") == amount("PayableAmount") == sum(bases) + sum(taxes)
    assert amount("LineExtensionAmount") + amount("ChargeTotalAmount") - amount("AllowanceTotalAmount") == sum(bases)
    assert (amount("ChargeTotalAmount"), amount("AllowanceTotalAmount")) == (Decimal("30.50"), Decimal("24.51"))
    codes = {row.text for row in tree.findall("cac:AllowanceCharge/cbc:AllowanceChargeReasonCode", UBL)}
    assert codes == {"FC", "PC", "95"}


def test_45_the_mail_in_plain_text_says_charges_rates_both_tax_ids_and_how_tax_is_rounded(draft: Any) -> None:
    of_supplier(draft, tax_id="DE900000017", language="en")
    charges(draft, charges="Packing 12.50", taxes="1: 19\n2: reverse charge: section 13b")

    text = templates.mail("purchase_order", document=approved(draft)).text

    for said in (
        "Packing: 12.50",
        "Sum without tax:",
        "Tax 19 % on",
        "Reverse charge on",
        "(section 13b)",
        "rounded half up",
    ):
        assert said in text
    assert "VAT ID DE900000017" in str(order_sheet(document(draft)))
    assert "VAT ID NO900000017MVA" in str(order_sheet(document(draft)))


def test_45_reverse_charge_needs_both_tax_ids(draft: Any) -> None:
    of_supplier(draft, tax_id="")
    charges(draft, taxes="all: reverse charge")

    told = draft.request()

    assert "the supplier's tax id" in json.dumps(told.blocks)
    assert draft.order().state == "draft"


def test_45_the_nearest_word_on_tax_counts_and_is_frozen_when_it_is_requested(draft: Any, desk: Any) -> None:
    order, (seal, bearing) = draft.order(), lines(draft)

    def usual() -> list[str]:
        return [
            tax.written() for tax in desk.reads(lambda uow: order_taxes.taxes_of(uow, opened(uow, order.id))).values()
        ]

    assert usual() == ["19 %", "19 %"]
    desk.writes(lambda uow: uow.change(Part, bearing.part_id, tax="7 %"))
    assert usual() == ["19 %", "7 %"]
    desk.writes(lambda uow: uow.change(Supplier, order.supplier_id, tax="export"))
    assert usual() == ["export", "export"]
    offer = desk.all(SupplierPart, part_id=seal.part_id, supplier_id=order.supplier_id)[0]
    desk.writes(lambda uow: uow.change(SupplierPart, offer.id, tax="5 %"))
    assert usual() == ["5 %", "export"]

    draft.request()

    assert [line.tax for line in lines(draft)] == ["5 %", "export"]
    desk.writes(lambda uow: uow.change(Supplier, order.supplier_id, tax=""))
    assert usual() == ["5 %", "export"]


def test_45_a_tax_that_is_the_usual_one_is_not_held_on_to(draft: Any) -> None:
    charges(draft, taxes="1: 7\n2: 19")

    assert [line.tax for line in lines(draft)] == ["7 %", ""]


def test_42_a_sent_order_gets_its_charges_by_a_revision_that_is_asked_about(buying: Any, plant: Plant) -> None:
    order, desk = buying.sent(), buying.desk
    form = desk.click(charging.charges, buying.people["buyer"], order.id).modal
    assert form["callback_id"] == "amend_purchase_order"
    number = int(form["private_metadata"].split(":")[2])

    said = {"charges": "Insurance 9.90; -; 7 %", "taxes": "1: 7", "reason": "They insure it"}
    told = desk.submit(amending.amended, buying.people["buyer"], order.id, number, **said)

    assert "other charges" in told.private
    assert "another tax" in told.private
    assert (buying.order().charges, lines(buying)[0].tax) == ("", "19 %")
    question = json.dumps(desk.card(f"po:{order.id}:task:{buying.task().id}"), ensure_ascii=False)
    assert "Insurance: EUR 9.90 taxed 7 %" in question


def test_61_the_paper_of_a_change_marks_charges_that_are_new_other_or_gone(draft: Any) -> None:
    charges(draft, charges="Freight 18\nPacking 12.50\nDiscount 5")
    first = approved(draft)
    assert [charge.get("was") for charge in first["charges"]] == [None, None, None]
    draft.relay("leaving", "accepted")
    order, buyer = draft.order(), draft.people["buyer"]

    said = {"charges": "Freight 25\nDiscount 5\nCustoms 9.90", "reason": "They said so"}
    draft.desk.submit(amending.amended, buyer, order.id, 2, **said)
    draft.desk.click(approvals.approve, draft.people["approver"], order.id, draft.task().id)

    paper = json.loads(draft.desk.all(OrderRevision)[-1].document)
    marks = {charge["kind"]: charge.get("was") for charge in paper["charges"]}
    assert marks == {"freight": {"amount": "18.00"}, "discount": None, "customs": {}, "packing": {"amount": "12.50"}}
    totals = {row["label"]: (row["value"], row["changed"]) for row in order_sheet(paper)["totals"]}
    assert totals["Freight"] == ("25.00", "Before: 18.00")
    assert totals["Customs"] == ("9.90", "New")
    assert totals["Packing"] == ("0.00", "No longer charged, before: 12.50")
    assert totals["Discount"][1] == ""
    tree: Any = etree.fromstring(templates.purchase_order_ubl(paper))
    note = tree.findtext("cbc:Note", namespaces=UBL)
    assert "Changed: Freight 25.00, before 18.00; Customs 9.90, new; Packing 0, before 12.50." in note
    assert len(tree.findall("cac:AllowanceCharge", UBL)) == 3


def test_42_less_may_be_approved_only_while_the_discount_is_still_covered(draft: Any) -> None:
    charges(draft, charges=f"Discount {Decimal(goods(draft) - 1) / 100}")
    draft.request()
    task, (seal, bearing) = draft.task(), lines(draft)
    fields = {f"line_{seal.id}": "1", f"line_{bearing.id}": "4", "words": "one will do"}

    form = Submission(
        draft.desk.key("view"), draft.people["approver"].slack_id, "", value(draft.order().id, task.id), fields
    )

    assert draft.refused(reducing.reduced, form) == "Incomplete"
    assert draft.order().state == "pending_approval"
    assert [line.quantity for line in lines(draft)] == [2000, 4000]


def test_42_an_agreement_has_no_charges_of_its_own(buying: Any) -> None:
    requisition = buying.short(2000)
    assert requisition
    order = buying.order()
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, kind="contract", state="sent"))
    buying.desk.writes(lambda uow: uow.add(Agreement, order_id=order.id, state="active"))

    assert buying.refuses(charging.charges, "buyer", order.id) == "Unlawful"


def test_42_two_thousand_lines_with_charges_are_printed_and_add_up(draft: Any) -> None:
    order, (seal, _) = draft.order(), lines(draft)
    row = {name: getattr(seal, name) for name in ("part_id", "description", "unit", "cost_centre_id", "deliver_by")}

    def many(uow: Any) -> None:
        for number in range(3, 2_001):
            uow.add(PurchaseOrderLine, order_id=order.id, line=number, quantity=1000, price=number * 10, **row)

    draft.desk.writes(many)
    charges(draft, charges="Discount 100\nPacking 12.50", taxes="1-999: 19\n1000-2000: 7")

    paper = approved(draft)

    assert sum(Decimal(row["base"]) for row in paper["taxes"]) == Decimal(paper["without_tax"])
    assert Decimal(paper["total"]) == Decimal(paper["without_tax"]) + sum(
        Decimal(row["amount"]) for row in paper["taxes"]
    )
    assert draft.desk.reads(differences) == []
    assert draft.desk.all(BudgetEntry)
