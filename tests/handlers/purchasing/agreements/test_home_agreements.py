"""Agreements on a buyer's Home tab."""

import json
from typing import Any

from handlers import home
from handlers.happenings import HomeOpened


def home_of(buying: Any, who: str) -> str:
    desk, person = buying.desk, buying.people[who]
    return json.dumps(desk.does(home.opened, HomeOpened(desk.key("home"), person.slack_id)).home, ensure_ascii=False)


def test_an_agreement_that_ends_soon_is_on_the_buyers_tab(buying: Any, agreeing: Any) -> None:
    agreeing.active("blanket", last="2026-12-10")

    view = home_of(buying, "buyer")

    assert "*1 agreement is near its end*" in view
    assert "18 days left, to 10 Dec 2026." in view
