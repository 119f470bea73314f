"""Stand-ins: chains that end, circles that are seen, and nobody who asked for an order at their end."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.absences import Absence, away_on, stand_in_for, stand_ins

ANA, BO, CY, DAN, EVE, LUIS = range(1, 7)


@pytest.mark.parametrize(("day", "away"), [(22, False), (23, True), (27, True), (28, False)])
def test_somebody_is_away_on_the_first_and_the_last_day_and_on_no_other(day: int, away: bool) -> None:
    absence = Absence(BO, ANA, date(2026, 11, 23), date(2026, 11, 27))

    assert away_on(date(2026, 11, day), [absence]) == ({BO: ANA} if away else {})


def test_of_two_absences_on_one_day_the_one_that_began_last_names_the_stand_in() -> None:
    long = Absence(BO, ANA, date(2026, 11, 1), date(2026, 11, 30))
    short = Absence(BO, CY, date(2026, 11, 20), date(2026, 11, 25))

    assert away_on(date(2026, 11, 22), [short, long]) == {BO: CY}


@pytest.mark.parametrize(
    ("away", "barred", "instead"),
    [
        ({}, (), None),
        ({BO: ANA}, (), ANA),
        ({BO: None}, (), None),
        ({BO: ANA, ANA: CY}, (), CY),
        ({BO: ANA, ANA: CY, CY: DAN}, (), DAN),
        ({BO: ANA, ANA: CY, CY: DAN, DAN: EVE}, (), None),
        ({BO: ANA, ANA: BO}, (), None),
        ({BO: ANA, ANA: None}, (), None),
        ({BO: LUIS}, (LUIS,), None),
        ({BO: LUIS, LUIS: ANA}, (LUIS,), None),
    ],
)
def test_a_chain_leads_to_somebody_who_is_here_and_may_decide_or_to_nobody(
    away: dict[int, int | None], barred: tuple[int, ...], instead: int | None
) -> None:
    assert stand_in_for(BO, away, barred) == instead


def test_nobody_who_is_asked_already_gets_a_second_voice_as_a_stand_in() -> None:
    assert stand_ins([(BO,), (ANA,)], {BO: ANA}, ()) == {}
    assert stand_ins([(BO, CY)], {BO: ANA, CY: ANA}, ()) == {BO: ANA}


@given(away=st.dictionaries(st.integers(1, 8), st.none() | st.integers(1, 8)), barred=st.frozensets(st.integers(1, 8)))
def test_no_chain_ends_at_somebody_away_or_barred_or_at_its_beginning(
    away: dict[int, int | None], barred: frozenset[int]
) -> None:
    for person in range(1, 9):
        instead = stand_in_for(person, away, barred)

        assert instead is None or (instead not in away and instead not in barred and instead != person)
