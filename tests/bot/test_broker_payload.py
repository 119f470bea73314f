"""What a broker's message says: plain figures, figures at a path, moments in three forms, and all that is no reading."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.broker_payload import MOST_BYTES, Published, Unreadable, read

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("payload", "value", "at", "said"),
    [
        (b"1240.5", "", "", Published(Decimal("1240.5"))),
        (b' "81" ', "", "", Published(Decimal(81))),
        (b'{"value": 3}', "value", "", Published(Decimal(3))),
        (b'{"data": [{"h": "12.250"}]}', "data.0.h", "", Published(Decimal("12.250"))),
        (b'{"v": 1, "t": "2026-11-22T13:00:00+01:00"}', "v", "t", Published(Decimal(1), NOON)),
        (b'{"v": 1, "t": 1795348800}', "v", "t", Published(Decimal(1), NOON)),
        (b'{"v": 1, "t": 1795348800000}', "v", "t", Published(Decimal(1), NOON)),
    ],
)
def test_a_figure_is_read_with_its_moment(payload: bytes, value: str, at: str, said: Published) -> None:
    assert read(payload, value, at) == said


def test_a_number_that_is_none_is_left_to_its_meter_to_refuse() -> None:
    assert read(b"NaN", "").value.is_nan()
    assert read(b'{"v": "NaN"}', "v").value.is_nan()


@pytest.mark.parametrize(
    ("payload", "value", "at", "why"),
    [
        (b"", "", "", "neither a number nor JSON"),
        (b"\xff\xfe", "", "", "neither a number nor JSON"),
        (b"offline", "", "", "neither a number nor JSON"),
        (b"[" * 60_000, "", "", "neither a number nor JSON"),
        (b"9" * (MOST_BYTES + 1), "", "", "65537 bytes"),
        (b'{"v": 1}', "w", "", "it has no w"),
        (b"[1]", "7", "", "it has no 7"),
        (b'{"v": 1}', "", "", "it is no number"),
        (b'{"v": true}', "v", "", "v is no number"),
        (b'{"v": null}', "v", "", "v is no number"),
        (b'{"v": "on"}', "v", "", "v is no number"),
        (b'{"v": 1, "t": "noon"}', "v", "t", "t is no moment"),
        (b'{"v": 1, "t": 1e400}', "v", "t", "t is no moment"),
        (b'{"v": 1, "t": null}', "v", "t", "t is no moment"),
        (b'{"v": 1, "t": "2026-11-22T13:00:00"}', "v", "t", "says no zone"),
        (b'{"v": 1, "t": 12}', "v", "t", "before 1990"),
    ],
)
def test_what_is_no_reading_is_named(payload: bytes, value: str, at: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(payload, value, at)
