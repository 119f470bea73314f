"""Last prices: what has moved, in words, and what is compared with nothing."""

from datetime import date

import pytest

from orders.price_changes import LastPaid, permille, said

LAST = LastPaid(1_840_000, "EUR", "C62", date(2026, 5, 3))


@pytest.mark.parametrize(
    ("now", "currency", "unit", "last", "words"),
    [
        (1_900_000, "EUR", "C62", LAST, "Seal: EUR 190.00, last EUR 184.00 in May 2026 (+3.3 %)"),
        (2_116_000, "EUR", "C62", LAST, "Seal: EUR 211.60, last EUR 184.00 in May 2026 (+15.0 %, much dearer)"),
        (1_656_000, "EUR", "C62", LAST, "Seal: EUR 165.60, last EUR 184.00 in May 2026 (-10.0 %)"),
        (1_840_100, "EUR", "C62", LAST, "Seal: EUR 184.01, last EUR 184.00 in May 2026 (as before)"),
        (1_900_000, "USD", "C62", LAST, "Seal: USD 190.00, last EUR 184.00 in May 2026"),
        (1_900_000, "EUR", "BX", LAST, "Seal: EUR 190.00, last EUR 184.00 in May 2026"),
        (0, "EUR", "C62", LAST, "Seal: no price yet, last EUR 184.00 in May 2026"),
        (1_900_000, "EUR", "C62", None, "Seal: EUR 190.00, never ordered before"),
        (
            1_900_000,
            "EUR",
            "C62",
            LastPaid(0, "EUR", "C62", date(2026, 5, 3)),
            "Seal: EUR 190.00, never ordered before",
        ),
    ],
)
def test_a_price_is_said_beside_the_last_one(
    now: int, currency: str, unit: str, last: LastPaid | None, words: str
) -> None:
    assert said("Seal", now, currency, unit, last) == words


def test_nothing_before_has_not_moved() -> None:
    assert permille(0, 5) is None
    assert permille(4, 5) == 250
