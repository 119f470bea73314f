"""What an approver's mail answers: what they wrote themselves in the first line, and nothing that is quoted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.approval_replies import CLOSINGS, NO, YES, Reply, reply_in

QUOTED = "\n\nOn Mon, 23 Nov 2026 at 10:12, Halden Works wrote:\n> To approve it, reply with YES alone.\n> YES\n"
OUTLOOK = "\n\n________________________________\nFrom: Halden Works <purchasing@halden.example>\nYES\n"
APPROVED = Reply(approves=True)


@pytest.mark.parametrize(
    "text",
    ["YES", "yes.", "Yes!\n", "\n\n  yes  \n", "*YES*", "Ja", "Approved", "oui", "YES\n\nKind regards\nBo Lindqvist",
     "YES\nBo", "Yes\n-- \nbut this is a signature", f"YES{QUOTED}", f"YES{OUTLOOK}", f"{QUOTED}\nYES", "YES\u00a0",
     "YES\nSent from my phone"],
)  # fmt: skip
def test_yes_alone_in_the_first_own_line_approves(text: str) -> None:
    assert reply_in(text, "Bo Lindqvist") == APPROVED


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("NO, use the spare first", "use the spare first"),
        ("no - too dear\nask Ines", "too dear ask Ines"),
        ("Nein: wir haben noch zwei", "wir haben noch zwei"),
        ("NO\nwe have two in store 3", "we have two in store 3"),
        (f"NO too dear{QUOTED}", "too dear"),
        ("No problem, go ahead", "problem, go ahead"),
        ("NO " + "x" * 900, "x" * 500),
    ],
)
def test_no_with_words_rejects_and_keeps_the_reason(text: str, reason: str) -> None:
    assert reply_in(text, "Bo Lindqvist") == Reply(approves=False, reason=reason)


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "NO", "No.", f"NO{QUOTED}", "YES but only two", "YES\nbut only two", "YES, if Ines agrees", "Why two?",
     "I say YES", QUOTED, OUTLOOK, "> YES", "Yesterday", "Nobody", "12", "👍", "YES NO", "YES\nNO, too dear"],
)  # fmt: skip
def test_everything_else_is_asked_back_and_decides_nothing(text: str) -> None:
    assert reply_in(text, "Bo Lindqvist") is None


@pytest.mark.parametrize(
    "text",
    [
        "YES because the line stands",
        "approve DR-2026-00007 because the line stands\n> To approve it",
        "Ja, weil the line stands",
    ],
)
def test_a_yes_may_say_why_and_nothing_else(text: str) -> None:
    assert reply_in(text, "Bo Lindqvist") == Reply(approves=True, reason="the line stands")


def test_no_word_says_both() -> None:
    assert not YES & NO
    assert all(word == word.casefold() for word in YES | NO | CLOSINGS)


@given(st.text(max_size=300), st.sampled_from([QUOTED, OUTLOOK]))
def test_what_is_quoted_below_changes_nothing(words: str, quoted: str) -> None:
    assert reply_in(words + quoted, "Bo") == reply_in(words, "Bo")


@given(st.text(max_size=200))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    found = reply_in(text, "Bo")

    assert found is None or found.approves or found.reason
