"""The lifecycle of a request, and which way a report goes."""

import pytest

from orders.errors import NotPossible, NotYours
from orders.people import Actor, Role
from orders.requests import REQUESTS, UNDECIDED, WAITING, RequestEvent, RequestState, Way, way_of
from orders.work_orders import Impact

_E, _S = RequestEvent, RequestState
PLANNER = Actor(1, "Priya Nair", frozenset({Role.SUPERVISOR}))
REPORTER = Actor(2, "Ana Ruiz", frozenset({Role.OPERATOR}))


@pytest.mark.parametrize(
    ("state", "event", "target"),
    [
        (_S.NEW, _E.ACCEPT, _S.ACCEPTED),
        (_S.NEW, _E.JOIN, _S.DUPLICATE),
        (_S.NEW, _E.REJECT, _S.REJECTED),
        (_S.NEW, _E.ASK, _S.NEEDS_INFORMATION),
        (_S.TO_REVIEW, _E.ACCEPT, _S.ACCEPTED),
        (_S.TO_REVIEW, _E.REJECT, _S.REJECTED),
    ],
)
def test_a_planner_decides_on_a_request(state: RequestState, event: RequestEvent, target: RequestState) -> None:
    assert REQUESTS.follow(state, event, PLANNER, subject="RQ-1") == target


def test_an_answer_brings_a_request_back() -> None:
    assert REQUESTS.follow(_S.NEEDS_INFORMATION, _E.ANSWER, REPORTER, subject="RQ-1") == _S.NEW


@pytest.mark.parametrize("state", WAITING)
def test_a_reporter_takes_back_what_nobody_has_accepted(state: RequestState) -> None:
    assert REQUESTS.follow(state, _E.WITHDRAW, REPORTER, subject="RQ-1") == _S.WITHDRAWN


@pytest.mark.parametrize("event", [_E.ACCEPT, _E.REJECT, _E.ASK])
def test_a_reporter_decides_nothing(event: RequestEvent) -> None:
    with pytest.raises(NotYours):
        REQUESTS.follow(_S.NEW, event, REPORTER, subject="RQ-1")


@pytest.mark.parametrize("event", list(RequestEvent))
@pytest.mark.parametrize("state", [each for each in RequestState if each not in UNDECIDED])
def test_nothing_happens_to_a_request_that_is_decided(state: RequestState, event: RequestEvent) -> None:
    anybody = Actor(1, "Priya Nair", frozenset(Role))

    with pytest.raises(NotPossible):
        REQUESTS.follow(state, event, anybody, subject="RQ-1")


@pytest.mark.parametrize("impact", [Impact.SAFETY, Impact.STANDS])
@pytest.mark.parametrize("alike", [False, True])
def test_what_cannot_wait_is_made_at_once_whatever_else_is_open(impact: Impact, alike: bool) -> None:
    assert way_of("C", impact, planned=True, alike=alike) is Way.AT_ONCE


@pytest.mark.parametrize(
    ("criticality", "planned", "alike", "way"),
    [
        ("A", True, False, Way.AT_ONCE),
        ("A", True, True, Way.ASK),
        ("B", True, False, Way.TRIAGE),
        ("B", True, True, Way.ASK),
        ("B", False, False, Way.AT_ONCE),
        ("B", False, True, Way.ASK),
    ],
)
def test_the_rest_goes_by_criticality_planners_and_what_is_open(
    criticality: str, planned: bool, alike: bool, way: Way
) -> None:
    assert way_of(criticality, Impact.REDUCED, planned=planned, alike=alike) is way
