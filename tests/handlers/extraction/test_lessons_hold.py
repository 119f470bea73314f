"""What holds for every rule and every lesson, whatever the mail, the rule and the correction are."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from handlers.extraction import Known, read
from handlers.extraction.columns import ROLES
from handlers.extraction.guesses import Corrected
from handlers.extraction.known import ReadingRule
from handlers.extraction.lessons import is_read_so, lessons, with_more

MAILS = Path(__file__).parents[2] / "mails"
SOME_MAILS = sorted(MAILS.glob("*.eml"))[::7]
HEADS = ("Pos", "Artikel", "Menge", "Raus", "Bestellt", "Geliefert", "Rest", "Kolli", "Einheit", "Beschreibung")
WORDS = some.sampled_from(
    ("pos", "artikel", "menge", "raus", "geliefert", "bestellt", "qty", "item", "stk", "pcs", "geb")
)
MEANINGS = some.sampled_from((*ROLES, "dmy", "mdy", "ymd", "BX", "10 C62", "0.5 KGM", "SPA-1500", "", "x" * 99))
RULES = some.lists(
    some.builds(
        ReadingRule,
        some.sampled_from(("column", "dates", "unit", "part", "other")),
        WORDS | some.sampled_from(("*", "NL99812", "4711", "")) | some.text(max_size=12),
        MEANINGS | some.text(max_size=12),
    ),
    max_size=6,
)
COUNTS = some.sampled_from(("0", "1", "2", "4", "6", "10", "20", "2 Geb", "4 Stk", "-", ""))
ARTICLES = some.sampled_from(("NL-99812", "NL-44120", "NL-70031", "77120", "SPA-1500", ""))
BRIEF = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], print_blob=False
)


@pytest.fixture
def open_of(known: Known) -> dict[tuple[str, int], Decimal]:
    """What is open on every line of every order."""
    return {(order.number, line.line): line.open for order in known.orders for line in order.lines}


@BRIEF
@given(rules=RULES, path=some.sampled_from(SOME_MAILS), supplier=some.integers(1, 8))
def test_no_rule_breaks_the_reader_or_lets_more_than_is_open_be_proposed(
    known: Known, open_of: dict[tuple[str, int], Decimal], rules: list[ReadingRule], path: Path, supplier: int
) -> None:
    reading = read(path.read_bytes(), with_more(known, f"S{supplier}", rules))

    assert reading.decision.rule != "fault", reading.problems
    if reading.decision.action == "propose" and reading.kind in ("despatch", "delivery"):
        assert all((one.quantity or 0) <= open_of[one.order.number, one.line.line] for one in reading.statements)


@BRIEF
@given(
    heads=some.lists(some.sampled_from(HEADS), min_size=3, max_size=5, unique=True),
    rows=some.lists(some.tuples(ARTICLES, COUNTS, COUNTS, COUNTS, COUNTS), min_size=1, max_size=3),
    told=some.dictionaries(some.integers(1, 4), some.sampled_from((None, "0", "2", "4", "6", "10", "20")), max_size=3),
    kind=some.sampled_from(("despatch", "delivery", "order_response", "delay", "nothing")),
)
def test_what_is_learnt_makes_the_mail_read_exactly_as_it_was_corrected(
    known: Known,
    letter: Callable[..., bytes],
    heads: list[str],
    rows: list[tuple[str, ...]],
    told: dict[int, Any],
    kind: str,
) -> None:
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row[: len(heads)]) + "</tr>" for row in rows)
    names = "".join(f"<th>{name}</th>" for name in heads)
    raw = letter(html=f"<p>Lieferschein LS-1 zu PO-2026-00042.</p><table><tr>{names}</tr>{cells}</table>")
    lines = [{"order": "PO-2026-00042", "line": line, "quantity": many} for line, many in told.items()]
    corrected = Corrected.from_json({"kind": kind, "lines": lines})

    rules = lessons(raw, known, corrected)

    assert not rules or is_read_so(read(raw, with_more(known, "S1", rules)), corrected)
    assert not rules or not is_read_so(read(raw, known), corrected) or read(raw, known).problems


@BRIEF
@given(raw=some.binary(max_size=400))
def test_whatever_the_bytes_are_nothing_is_learnt_of_what_is_no_verified_mail(known: Known, raw: bytes) -> None:
    corrected = Corrected.from_json(
        {"kind": "despatch", "lines": [{"order": "PO-2026-00042", "line": 1, "quantity": "2"}]}
    )

    assert lessons(raw, known, corrected) == []
