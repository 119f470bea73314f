"""What the reader makes of mails whose truth is known, beside two plain readers, and how long it takes; no database."""

import gc
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, percentile
from benchmarks.plain_readers import asks_always, by_patterns
from benchmarks.scores import Score, Tally, Verdict, judge, score_of
from benchmarks.truths import FIELDS, OWN, Case, cases_of
from handlers import extraction
from handlers.extraction import Known

Reader = Callable[[bytes, Known], dict[str, Any]]
MOST_LISTED = 40


def the_reader(raw: bytes, known: Known) -> dict[str, Any]:
    """The reader of the product."""
    return extraction.read(raw, known).to_json()


READERS: dict[str, Reader] = {"the reader": the_reader, "ask always": asks_always, "patterns": by_patterns}
"""What is compared, by the heading of its column."""


def measure(*, quick: bool) -> list[Figure]:
    """Print the scores of tests/mails and of the folder that MAILS names, and return the headline figures."""
    figures = []
    folders = {"": OWN} | ({"given: ": Path(os.environ["MAILS"])} if os.environ.get("MAILS") else {})
    for prefix, folder in folders.items():
        cases = cases_of(folder)
        verdicts = {name: [_verdict(reader, case) for case in cases] for name, reader in READERS.items()}
        scores = {
            name: score_of(zip((case.truth for case in cases), found, strict=True)) for name, found in verdicts.items()
        }
        print("\n".join(report(scores, list(zip(cases, verdicts["the reader"], strict=True)), folder.name)))
        figures += [*_headline(prefix, scores["the reader"]), *_speed(prefix, cases, 2 if quick else 5)]
    return figures


def _verdict(reader: Reader, case: Case) -> Verdict:
    try:
        reading = reader(case.raw, case.known)
    except Exception as fault:  # noqa: BLE001 - a reader that fails is what is counted
        print(f"{case.name}: {fault!r}")
        reading = None
    return judge(case.truth, reading)


# What is printed


def report(scores: dict[str, Score], judged: Sequence[tuple[Case, Verdict]], title: str) -> list[str]:
    """The lines of the table, of the confusions and of the mails that fail."""
    mails = next(iter(scores.values())).mails
    columns = [_column(score) for score in scores.values()]
    lines = ["", f"{title}: {mails} mails", f"{'':26}" + "".join(f"{name:>20}" for name in scores)]
    lines += [f"{name:26}" + "".join(f"{column[name]:>20}" for column in columns) for name in columns[0]]
    score = scores["the reader"]
    lines += ["", "kinds taken for another (right: read)"]
    lines += [f"  {right}: {said}  {count}" for (right, said), count in score.kind_confusions.most_common()] or [
        "  none"
    ]
    lines += ["", "asked where a proposal is allowed, by the rule that decided"]
    lines += [f"  {rule}  {count}" for rule, count in score.asked_by.most_common()] or ["  none"]
    failing = [(case, verdict) for case, verdict in judged if verdict.notes]
    lines += ["", f"mails with something wrong: {len(failing)}"]
    lines += [
        f"  {case.name}  [{verdict.fault or 'free'}]  " + "; ".join(verdict.notes)
        for case, verdict in sorted(failing, key=lambda pair: -pair[1].cost)[:MOST_LISTED]
    ]
    more = len(failing) - MOST_LISTED
    return [*lines, *([f"  and {more} more"] if more > 0 else []), ""]


def _column(score: Score) -> dict[str, str]:
    """One reader's column by the name of the row."""
    fields = {name.replace("_", " "): score.fields[name] for name in (*FIELDS, "outstanding") if name in score.fields}
    return {
        "kind right": _part(score.kinds_right, score.mails),
        "order precision": _rate(score.orders.precision),
        "order recall": _rate(score.orders.recall),
        "line quantity precision": _rate(score.lines.precision),
        "line quantity recall": _rate(score.lines.recall),
        **{name: _of(tally) for name, tally in fields.items()},
        "action right": _part(score.actions_right, score.mails),
        "proposed right": _part(score.proposed_right, score.proposable),
        "wrong proposals": str(score.faults["wrong proposal"]),
        "taken from nothing": str(score.faults["taken"]),
        "missed": str(score.faults["missed"]),
        "crashes": str(score.faults["crash"]),
        "cost per mail": f"{score.per_mail:.3f}",
    }


def _rate(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def _part(part: int, whole: int) -> str:
    return f"{part}/{whole} {part / whole:.3f}" if whole else "-"


def _of(tally: Tally) -> str:
    return _part(tally.right, tally.right + tally.missing)


def _headline(prefix: str, score: Score) -> list[Figure]:
    """What the reader is to reach on mails that it has not seen."""
    return [
        Figure(f"{prefix}wrong proposals", score.faults["wrong proposal"], "mails", 0),
        Figure(f"{prefix}taken from what gives nothing", score.faults["taken"], "mails", 0),
        Figure(f"{prefix}crashes", score.faults["crash"], "mails", 0),
        _at_least(f"{prefix}proposed right", _whole(score.proposed_right, score.proposable), 0.8),
        _at_least(f"{prefix}line quantity precision", score.lines.precision, 0.995),
        _at_least(f"{prefix}line quantity recall", score.lines.recall, 0.92),
        _at_least(f"{prefix}kind right", _whole(score.kinds_right, score.mails), 0.95),
        Figure(f"{prefix}cost per mail", score.per_mail, "", note="ask always is about 0.5"),
    ]


def _whole(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _at_least(name: str, share: float | None, goal: float) -> Figure:
    return Figure(name, 1.0 if share is None else share, "share", goal, less_is_better=False)


# How long it takes


def _speed(prefix: str, cases: Sequence[Case], rounds: int) -> list[Figure]:
    """Seconds of one core for each mail without PDF; the first round only warms up."""
    light = [case for case in cases if b"application/pdf" not in case.raw.lower()]
    with _as_in_the_bot():
        passes = [[_seconds(case) for case in light] for _ in range(rounds + 1)][1:]
    taken = [seconds for one in passes for seconds in one]
    return [
        Figure(
            f"{prefix}mails read", len(taken) / sum(taken), "/s", 300, less_is_better=False, note="one core, no PDF"
        ),
        Figure(f"{prefix}one mail, p50", percentile(taken, 0.5) * 1000, "ms"),
        Figure(f"{prefix}one mail, p99", percentile(taken, 0.99) * 1000, "ms"),
        Figure(f"{prefix}one mail, slowest", max(taken) * 1000, "ms", 2000),
    ]


@contextmanager
def _as_in_the_bot() -> Iterator[None]:
    """Let the collector work as it does beside the running bot: here it would walk thousands of cases with every mail."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _seconds(case: Case) -> float:
    begun = time.process_time()
    extraction.read(case.raw, case.known)
    return time.process_time() - begun
