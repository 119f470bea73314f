"""An order that is changed after it was requested: the new question says what is different from the one before."""

import json
from typing import Any

from handlers import purchase_orders


def test_60_the_new_question_shows_what_changed_since_the_last_one(buying: Any, amendment: Any) -> None:
    requisition = buying.short(4000)
    buying.request(requisition)
    first = amendment.question()
    changed = {"quantity": "3", "price": "180", "supplier": str(buying.order().supplier_id)}
    buying.desk.submit(purchase_orders.edited, buying.people["buyer"], requisition, **changed)

    buying.request(requisition)

    question = amendment.question()
    assert "Different since it was last asked" not in first
    assert "Different since it was last asked" in question
    assert "Line 1, quantity: 4 pieces → 3 pieces" in question
    assert "Line 1, price: EUR 184.00 → EUR 180.00" in question


def test_what_is_requested_again_as_it_was_says_nothing_of_differences(buying: Any, amendment: Any) -> None:
    requisition = buying.short(4000)
    buying.request(requisition)
    line = buying.line()
    same = {"quantity": "4", "price": "184", "deliver_by": line.deliver_by.isoformat()}
    buying.desk.submit(purchase_orders.edited, buying.people["buyer"], requisition, **same)

    buying.request(requisition)

    assert "Different since" not in json.dumps(amendment.question())
