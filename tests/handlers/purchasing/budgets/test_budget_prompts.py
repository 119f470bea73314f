"""What a budget says in every question, and what it stops: shown, warned of, blocked, released by finance."""

import json
import threading
from typing import Any

from handlers import approvals, budget_releases, people, reducing
from handlers.happenings import Click
from handlers.ids import value
from orders.budgets import Mode
from storage.happenings import Deed, perform
from storage.tables import ApprovalTask, AuditEntry, BudgetRelease, PurchaseOrder, PurchaseOrderLine


def told(books: Any) -> str:
    """Return the newest question to the owner as it is shown."""
    order, task = books.buying.order(), books.buying.task()
    return json.dumps(books.desk.card(f"po:{order.id}:task:{task.id}"), ensure_ascii=False)


def test_every_question_says_what_the_cost_centre_has_what_is_left_and_what_is_left_after_it(books: Any) -> None:
    books.buying.short()

    books.buying.request()

    assert "Cost centre 410: EUR 12,000.00, of which 12,000.00 left, 11,632.00 after this." in told(books)
    assert "Budget 410: EUR 12,000.00 left." in told(books)


def test_what_others_wait_for_is_shown_and_never_booked(books: Any) -> None:
    books.buying.request(books.buying.short())
    second = books.buying.short(1000)

    books.buying.request(second)

    assert "11,816.00 after this, 368.00 more waits for approval." in told(books)
    assert books.entries() == []


def test_an_order_beyond_the_budget_says_by_how_much_and_goes_on_where_budgets_are_only_shown(books: Any) -> None:
    books.planned(30_000)
    books.buying.request(books.buying.short())
    shown = told(books)

    books.buying.approve()

    assert "Cost centre 410: EUR 300.00, of which 300.00 left, this is 68.00 too much." in shown
    assert "Budget 410: EUR 68.00 too much." in shown
    assert books.buying.order().state == "approved"


def test_a_cost_centre_without_a_budget_is_named_plainly_and_stops_nothing_by_itself(books: Any) -> None:
    books.unplanned()
    books.watched(Mode.BLOCK)
    books.buying.request(books.buying.short())

    assert "Cost centre 410 has no budget for 2026." in told(books)
    books.buying.approve()

    assert books.buying.order().state == "approved"


def test_whoever_asks_reads_figures_only_with_the_role_for_them(books: Any) -> None:
    technician = books.buying.request(books.buying.short())
    buyer = books.buying.request(books.buying.short(1000), by="buyer")

    assert "Cost centre 410 has enough left for this." in technician.private
    assert "12,000.00" not in technician.private
    assert "Cost centre 410: EUR 12,000.00, of which 12,000.00 left, 11,816.00 after this" in buyer.private


def test_a_warning_asks_the_approver_for_a_reason_and_keeps_it(books: Any) -> None:
    books.planned(30_000)
    books.watched(Mode.WARN)
    books.buying.request(books.buying.short())

    form = books.buying.approve()
    empty = books.desk.submit(
        budget_releases.beyond, books.buying.people["approver"], 1, books.buying.task().id, words=""
    )
    books.desk.submit(
        budget_releases.beyond, books.buying.people["approver"], 1, books.buying.task().id, words="The line stands"
    )

    assert form.modal is not None
    assert form.modal["callback_id"] == "approve_beyond_budget"
    assert "this is 68.00 too much" in json.dumps(form.modal)
    assert empty.errors == {"words": "Say why in a few words."}
    assert books.buying.order().state == "approved"
    assert books.desk.all(ApprovalTask)[-1].reason == "The line stands"
    assert "beyond the budget" in books.desk.audited(books.buying.order().draft_number)


def test_a_typed_yes_beyond_the_budget_needs_its_reason_too(books: Any) -> None:
    books.planned(30_000)
    books.watched(Mode.WARN)
    books.buying.request(books.buying.short())
    approver = books.buying.people["approver"]

    def types(reason: str) -> dict[str, Any]:
        def work(uow: Any) -> dict[str, Any]:
            uow.actor = people.actor(approver)
            return approvals.approve_named(uow, "DR-1", reason).to_json()

        return perform(books.desk.database, books.desk.plant, Deed(books.desk.key(), "x", reason, books.desk.now), work)

    assert types("")["refused"] == "ReasonForBudget"
    assert "refused" not in types("The line stands")
    assert books.buying.order().state == "approved"


def test_a_warning_does_not_ask_where_the_money_is_there(books: Any) -> None:
    books.watched(Mode.WARN)
    books.buying.request(books.buying.short())

    assert books.buying.approve().modal is None
    assert books.buying.order().state == "approved"


def test_a_blocked_order_is_not_requested_and_finance_is_asked(books: Any, treasurer: Any) -> None:
    books.planned(30_000)
    books.watched(Mode.BLOCK)

    answer = books.buying.request(books.buying.short())

    assert "This is more than cost centre 410 has left." in answer.private
    assert "until finance has released it: Ines Vogt is asked." in answer.private
    assert books.buying.order().state == "draft"
    card = json.dumps(books.desk.card(f"po:1:budget:{treasurer.id}"), ensure_ascii=False)
    assert "Cost centre 410: EUR 300.00, of which 300.00 left, this is 68.00 too much." in card
    assert books.desk.all(ApprovalTask) == []


def test_what_finance_released_with_a_reason_is_requested_and_approved(books: Any, treasurer: Any) -> None:
    books.planned(30_000)
    books.watched(Mode.BLOCK)
    need = books.buying.short()
    books.buying.request(need)

    books.desk.submit(budget_releases.released, treasurer, 1, words="Paid from the reserve")
    told_requester = json.dumps(books.desk.said(books.buying.people["technician"].slack_id), ensure_ascii=False)
    books.buying.request(need)
    books.buying.approve()

    assert "Ines Vogt let DR-2026-00001 for" in told_requester
    assert "Paid from the reserve" in told_requester
    assert books.buying.order().state == "approved"
    row = books.desk.one(BudgetRelease)
    assert (row.amount, row.currency, row.person_id, row.reason) == (
        36800,
        "EUR",
        treasurer.id,
        "Paid from the reserve",
    )
    assert "release the budget" in books.desk.audited("DR-2026-00001")
    assert "Released by Ines Vogt" in json.dumps(books.desk.card(f"po:1:budget:{treasurer.id}"), ensure_ascii=False)


def test_a_release_covers_no_more_than_it_was_given_for(books: Any, treasurer: Any) -> None:
    books.planned(30_000)
    books.watched(Mode.BLOCK)
    need = books.buying.short()
    books.buying.request(need)
    books.desk.submit(budget_releases.released, treasurer, 1, words="Paid from the reserve")
    line = books.buying.line()
    books.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, quantity=3000))

    books.buying.request(need)

    assert books.buying.order().state == "draft"


def test_only_finance_releases_and_nobody_their_own_order(books: Any, treasurer: Any, hire: Any) -> None:
    books.planned(30_000)
    books.watched(Mode.BLOCK)
    buying = books.buying
    buying.people["both"] = hire("Olga Both", "finance+buyer+technician")
    buying.request(buying.short(by="both"), by="both")

    assert buying.refuses(budget_releases.form, "buyer", 1) == "NotYours"
    assert buying.refuses(budget_releases.form, "both", 1) == "OwnRelease"
    assert buying.refuses(budget_releases.form, "treasurer", 1) == ""


def test_a_release_without_a_reason_is_none(books: Any, treasurer: Any) -> None:
    books.planned(30_000)
    books.watched(Mode.BLOCK)
    books.buying.request(books.buying.short())

    answer = books.desk.submit(budget_releases.released, treasurer, 1, words="  ")

    assert answer.errors == {"words": "Say why in a few words."}
    assert books.desk.all(BudgetRelease) == []


def test_an_approver_whose_money_is_gone_meanwhile_is_stopped_and_finance_is_asked(books: Any, treasurer: Any) -> None:
    books.watched(Mode.BLOCK)
    books.buying.request(books.buying.short())
    books.planned(30_000)

    answer = books.buying.approve()

    assert "this is 68.00 too much. DR-2026-00001 goes no further until finance has released it" in answer.private
    assert books.buying.order().state == "pending_approval"
    books.desk.submit(budget_releases.released, treasurer, 1, words="Paid from the reserve")
    (line,) = books.desk.lines(books.buying.people["approver"].slack_id)
    assert line.startswith("Ines Vogt let DR-2026-00001 go beyond the budget: “Paid from the reserve”.")
    books.buying.approve()
    assert books.buying.order().state == "approved"


def test_approving_less_goes_through_where_less_is_within_the_budget(books: Any) -> None:
    books.watched(Mode.BLOCK)
    books.buying.request(books.buying.short())
    books.planned(20_000)

    books.desk.writes(
        lambda uow: reducing.reduce_named(uow, "DR-1", "1 because one will do"), by=books.buying.people["approver"]
    )

    assert books.buying.order().state == "approved"
    assert books.sums() == (18400, 0)


def test_a_missing_budget_blocks_only_where_the_plant_says_so(books: Any, treasurer: Any) -> None:
    books.unplanned()
    books.watched(without=Mode.BLOCK)

    answer = books.buying.request(books.buying.short())

    assert "Cost centre 410 has no budget for 2026." in answer.private
    assert books.buying.order().state == "draft"


def test_two_approvals_race_for_the_last_money_and_one_wins(books: Any, treasurer: Any) -> None:
    books.planned(40_000)
    books.watched(Mode.BLOCK)
    for _ in range(2):
        books.buying.request(books.buying.short())
    tasks = books.desk.all(ApprovalTask)
    desk, approver, ready, answers = books.desk, books.buying.people["approver"], threading.Barrier(2), []

    def clicks(task: ApprovalTask, order_id: int) -> None:
        click = Click(f"race:{task.id}", approver.slack_id, "", value(order_id, task.id))

        def work(uow: Any) -> dict[str, Any]:
            uow.actor = people.known(uow, click.by)
            return approvals.approve(uow, click).to_json()

        ready.wait(10)
        answers.append(perform(desk.database, desk.plant, Deed(click.key, "race", click.key, desk.now), work))

    orders = [order.id for order in desk.all(PurchaseOrder)]
    threads = [threading.Thread(target=clicks, args=pair) for pair in zip(tasks, orders, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(order.state for order in desk.all(PurchaseOrder)) == ["approved", "pending_approval"]
    assert books.sums() == (36800, 0)
    assert sum("goes no further" in answer["private"] for answer in answers) == 1
    assert books.agree()
    assert any(row.action == "stopped by the budget" for row in desk.all(AuditEntry))
