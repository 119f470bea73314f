"""A yes by mail beyond a budget: it has to say why, and where nothing is lacking it may not."""

from typing import Any

import pytest

from orders.budgets import Mode
from storage.tables import Person
from tests.handlers.purchasing.test_approval_mail import letters, replies


@pytest.fixture
def asked(books: Any) -> Any:
    """An order for EUR 368.00 whose approver has no Slack and is asked by mail."""
    buying = books.buying
    bo = buying.people["approver"].id
    buying.desk.writes(lambda uow: uow.change(Person, bo, slack_id=None))
    buying.short()
    buying.request()
    return buying


def test_a_yes_beyond_the_budget_is_asked_for_its_reason_and_taken_with_it(
    books: Any, asked: Any, mailbox: Any
) -> None:
    books.planned(30_000)
    books.watched(Mode.WARN)

    replies(asked, mailbox, "YES")
    between = asked.order().state
    told = letters(asked)[-1]["text"]
    replies(asked, mailbox, "YES because the line stands")

    assert between == "pending_approval"
    assert "this is 68.00 too much. Say why it is bought all the same" in " ".join(told.split())
    assert asked.order().state == "approved"
    assert asked.task().reason == "the line stands"


def test_words_behind_a_yes_may_be_a_condition_where_no_reason_is_asked_for(asked: Any, mailbox: Any) -> None:
    replies(asked, mailbox, "YES because two are enough")

    assert asked.order().state == "pending_approval"
    assert "Reply with YES alone." in " ".join(letters(asked)[-1]["text"].split())
