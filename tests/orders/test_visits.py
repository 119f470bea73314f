"""What contractors say in plain words, and what may follow from it."""

import pytest

from orders.errors import NotPossible, NotYours
from orders.people import Actor, Role
from orders.visits import VISITS, VisitEvent, VisitState, heard

E = VisitEvent


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("We accept and come on 2026-11-27.", E.AGREE),
        ("Agreed.", E.AGREE),
        ("Wir nehmen den Auftrag an und kommen am 27.11.2026.", E.AGREE),
        ("Hiermit bestätigen wir den Termin.", E.AGREE),
        ("Wir kommen am 27. November und bringen das Gerüst mit.", E.AGREE),
        ("We cannot come this month.", E.REFUSE),
        ("Leider lehnen wir den Auftrag ab.", E.REFUSE),
        ("The work is done, photos attached.", E.FINISH),
        ("Arbeit erledigt.", E.FINISH),
        ("The work is not done yet.", None),
        ("It will be finished on Friday.", None),
        ("Once the part is here, it is completed in an hour.", None),
        ("Is the machine locked out when we come?", None),
        ("Can you confirm that the crane is there?", None),
        ("We accept. The work is done.", None),
        ("Thank you for your mail.", None),
        ("", None),
    ],
)
def test_only_plain_words_mean_something(text: str, event: VisitEvent | None) -> None:
    assert heard(text) is event


def test_a_contractor_never_accepts_its_own_work() -> None:
    contractor = Actor(None, "Fitters Ltd", frozenset({Role.SUPPLIER}))

    with pytest.raises(NotYours):
        VISITS.follow(VisitState.DONE, E.TAKE_OVER, contractor, subject="The work")


@pytest.mark.parametrize("state", [state for state in VisitState if state is not VisitState.DONE])
def test_only_what_is_said_to_be_done_can_be_accepted(state: VisitState) -> None:
    supervisor = Actor(1, "Priya Nair", frozenset({Role.SUPERVISOR}))

    with pytest.raises(NotPossible):
        VISITS.follow(state, E.TAKE_OVER, supervisor, subject="The work")
