"""Letters to our own people: all of them said with samples, one-line subjects, and no token ever cut off."""

import re

import pytest

import templates
from orders.invoices import Difference
from templates.notes import SUBJECT_MOST, note_names, note_words
from tests.templates.samples_purchasing import APPROVAL, SUPPLIER

TOKEN = "ask.123456.0123abcd.0123456789abcdef"
FACTS = {name: value for name, value in APPROVAL.items() if name not in {"state", "value", "work_order", "budgets"}}
QUESTION = FACTS | {
    "facts": [("for", "CIP return pump P-101"), ("needed_by", "27 Nov 2026")],
    "instead": [("stand_in", {"whom": "Bo Lindqvist"}), ("some", {"need": 2, "of": 3})],
    "budgets": ["Cost centre 410: EUR 12,000.00, of which 1,250.00 left."],
    "token": TOKEN,
    "address": f"purchasing+{TOKEN}@halden.example",
    "subject_written": "DR-118",
    "email": "bo@halden.example",
    "plant": "Halden Works",
}
ROW = {"line": "1", "order": "PO-2026-00118", "item": "HS-45-SSE", "charged": "2 pieces", "ordered": "2 pieces"}
ROW |= {"accepted": "1 piece", "rejected": "1 piece", "price": "202.40", "agreed": "184.00", "amount": "EUR 36.80"}
DISPUTE = {
    "number": "R-7781",
    "day": "24.11.2026",
    "total": "EUR 564.40",
    "order": "PO-2026-00118",
    "rows": [ROW | {"what": one.value} for one in Difference],
    "buyer": "Ines Vogt",
    "plant": "Halden Works",
}
REPORT = {
    "number": "RQ-2026-00012", "title": "Seal leaking on P-101", "written": "", "order": "WO-2026-00412", "due": "today 14:00",
    "reason": "It is cleaned on Friday.", "left": [("seal.docx", "only pictures and PDF are kept")], "files": 2, "plant": "Halden Works",
}  # fmt: skip
SAMPLES = {
    "approval_question": [
        QUESTION | {"what": "ask"},
        QUESTION | {"what": "reminder", "language": "de", "instead": [], "changes": ["Freight: EUR 18.00"]},
        QUESTION | {"what": "told", "token": "", "address": "", "worth": "", "split": "", "reason": "", "charges": []},
    ],
    "approval_answer": [
        {"what": what, "number": "DR-118", "words": "Already approved by Bo Lindqvist.", "plant": "Halden Works"}
        for what in ("done", "refused", "unclear")
    ],
    "reading_letter": [
        {"language": language, "plant": "Halden Works", "written": "Readings", "kept": kept, "refused": refused}
        for language in ("en", "de")
        for kept, refused in (
            (["P101-H 1240.5 h"], []),
            (["P101-H 1240.5 h"], ["P101-X 3: I know no meter."]),
            ([], ["NaN"]),
        )
    ],
    "request_letter": [
        REPORT | {"what": what, "language": language}
        for language in ("en", "de")
        for what in (
            "waits",
            "alike",
            "opened",
            "asked",
            "joined",
            "rejected",
            "withdrawn",
            "done",
            "cancelled",
            "refused",
        )
    ],
    "invoice_dispute": [
        DISPUTE | {"language": language, "wants": wants, "credit": credit}
        for language in ("en", "de")
        for wants in ("credit", "answer")
        for credit in (False, True)
    ],
}
CASES = [(name, values) for name, samples in SAMPLES.items() for values in samples]


def test_every_note_has_samples() -> None:
    assert set(SAMPLES) == set(note_names())


@pytest.mark.parametrize(("name", "values"), CASES)
def test_every_note_has_a_short_subject_and_a_plain_text(name: str, values: dict[str, object]) -> None:
    said = templates.note(name, **values)

    assert 0 < len(said.subject) <= SUBJECT_MOST
    assert "\n" not in said.subject
    assert said.text.endswith("Halden Works\n")
    assert "{" not in said.text
    assert "\n\n\n" not in said.text


def test_a_long_supplier_never_cuts_the_token_off() -> None:
    said = templates.note("approval_question", **QUESTION | {"what": "ask", "supplier": SUPPLIER * 3})

    assert said.subject.endswith(f"[{TOKEN}]")


def test_a_name_of_several_lines_stays_in_the_subject() -> None:
    said = templates.note(
        "approval_question", **QUESTION | {"what": "ask", "supplier": "Bad\nBcc: x@y.example\n---\nZ"}
    )

    assert "Bcc" not in said.subject.split(" [")[0].splitlines()[1:]
    assert len(said.subject.splitlines()) == 1


def test_what_is_only_told_offers_no_way_to_answer() -> None:
    said = templates.note("approval_question", **SAMPLES["approval_question"][2])

    assert "YES" not in said.text
    assert "mailto:" not in said.text


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("what", Difference)
def test_every_difference_of_an_invoice_has_a_sentence_for_the_supplier(language: str, what: Difference) -> None:
    given = DISPUTE | {"language": language, "wants": "answer", "credit": False, "rows": [ROW | {"what": what.value}]}

    said = templates.note("invoice_dispute", **given)

    assert len([line for line in said.text.splitlines() if line.startswith("- ") and len(line) > 12]) == 1


def test_every_language_has_the_same_words_with_the_same_places_in_them() -> None:
    english, others = note_words()["en"], {name: said for name, said in note_words().items() if name != "en"}

    assert others
    for said in others.values():
        assert said.keys() == english.keys()
        for name, words in english.items():
            assert words.keys() == said[name].keys()
            assert all(_places(words[key]) == _places(said[name][key]) for key in words)


def _places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_a_language_that_nobody_wrote_words_for_is_english() -> None:
    said = templates.note("approval_question", **QUESTION | {"what": "ask", "language": "fi"})

    assert "reply with YES alone" in said.text
