"""The printed sheet of a work order: everything on it, safety first, the same bytes each time, nothing typed breaks it."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

import templates

JOB: dict[str, Any] = {
    "language": "en", "plant": "Halden Works", "number": "WO-2026-00412", "title": "Seal leaking on pump P-101", "priority": "Line stopped: it stands",
    "critical": True, "description": "A puddle by the drive.", "instructions": "Torque 45 Nm crosswise.", "facts": [("asset", "P-101 CIP return pump"), ("due", "today 14:00")],
    "safety": [("lock_out", "LOTO-17"), ("permit", "hot work permit"), ("protection", "gloves"), ("other", "drain it")], "tools": "bearing puller",
    "waits": "WO-2026-00411", "parts": [("2 pieces", "P-10231", "Mechanical seal 45 mm", "store 2 B14")],
    "steps": [("tick", "Lock out", ""), ("number", "Bearing", "20 to 80 °C"), ("photo", "Gauge", "")], "opens": "https://slack.com/app_redirect?channel=C0FAULTS",
    "printed": "today 09:41, Luis Moreno", "issued_at": "2026-11-23T09:41:00+00:00",
}  # fmt: skip


def _read(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def test_everything_stands_on_one_page_with_safety_before_the_work() -> None:
    (page,) = _read(templates.work_order_pdf(JOB))

    for said in (
        "WO-2026-00412",
        "Seal leaking on pump P-101",
        "bearing puller",
        "2 pieces",
        "20 to 80 °C",
        "photo",
        "Done by, date",
        "WO-2026-00411",
    ):
        assert said in page
    assert page.index("LOTO-17") < page.index("P-101 CIP") < page.index("Bearing")


def test_the_same_job_gives_the_same_bytes_on_either_paper() -> None:
    assert templates.work_order_pdf(JOB) == templates.work_order_pdf(JOB)
    assert templates.work_order_pdf(JOB) != templates.work_order_pdf(JOB, paper="letter")


def test_without_safety_steps_it_says_so_in_the_plants_language() -> None:
    (page,) = _read(templates.work_order_pdf(JOB | {"language": "de", "safety": []}))

    assert "Keine besonderen Sicherheitsschritte" in page
    assert "Arbeitsauftrag" in page


@pytest.mark.parametrize(
    "typed", ["#panic()", "$x$ *b* _i_ `c`", "\u4e2d\u6587 \U0001f527", "@ref <label> \\ // x", "a" * 3000]
)
def test_nothing_that_was_typed_breaks_it(typed: str) -> None:
    texts = dict.fromkeys(("title", "description", "instructions", "tools", "waits", "priority"), typed)
    made = templates.work_order_pdf(
        JOB | texts | {"safety": [("other", typed)], "steps": [("text", typed, typed)], "parts": [(typed,) * 4]}
    )

    assert made.startswith(b"%PDF-")


def test_sixty_steps_go_on_over_further_pages() -> None:
    pages = _read(
        templates.work_order_pdf(JOB | {"steps": [("number", f"Reading {at}", "20 to 80 °C") for at in range(60)]})
    )

    assert len(pages) > 1
    assert "Reading 59" in "".join(pages)
