"""Where a budget is spoken of besides the question itself: the shortage in the thread, and the form of an agreement."""

import json
from typing import Any


def test_the_shortage_in_the_thread_says_whether_there_is_money_and_names_no_figures(books: Any) -> None:
    books.planned(30_000)

    need = books.buying.short()

    shown = json.dumps(books.desk.card(f"pr:{need}"), ensure_ascii=False)
    assert "This is more than cost centre 410 has left." in shown
    assert "300.00" not in shown
