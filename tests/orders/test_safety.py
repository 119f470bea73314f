"""How a safety protocol is read, joined and confirmed."""

import pytest

from orders.safety import SafetyKind, confirmed, keys, precautions, together


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("LOTO-17", SafetyKind.LOCK_OUT), ("Lock out the drive", SafetyKind.LOCK_OUT), ("Freischalten nach FA-3", SafetyKind.LOCK_OUT),
        ("hot work permit", SafetyKind.PERMIT), ("Erlaubnisschein", SafetyKind.PERMIT), ("Permit to lock out", SafetyKind.PERMIT),
        ("face shield and gloves", SafetyKind.PROTECTION), ("Schutzbrille", SafetyKind.OTHER), ("PSA Schnittschutz", SafetyKind.PROTECTION),
        ("Drain the caustic", SafetyKind.OTHER), ("blocker in place", SafetyKind.OTHER),
    ],
)  # fmt: skip
def test_a_precaution_is_known_by_its_words(words: str, kind: SafetyKind) -> None:
    (found,) = precautions(words)

    assert found.kind is kind


def test_each_precaution_is_confirmed_by_itself_and_all_have_to_be() -> None:
    protocol = "LOTO-17; hot work permit; gloves"

    assert [(key, each.label) for key, each in keys(protocol)] == [
        ("confirmed", "Locked out and tagged: LOTO-17"),
        ("confirmed1", "Permit is here: hot work permit"),
        ("confirmed2", "I wear it: gloves"),
    ]
    assert confirmed(protocol, "confirmed,confirmed1,confirmed2")
    assert not confirmed(protocol, "confirmed,confirmed2")
    assert not confirmed(protocol, "")
    assert confirmed("", "")


def test_the_assets_and_the_plans_protocols_are_joined_without_repeating_anything() -> None:
    assert together("LOTO-17; gloves", "", "gloves; permit") == "LOTO-17; gloves; permit"


def test_many_precautions_still_fit_into_one_group() -> None:
    found = precautions("; ".join(f"step {at}" for at in range(14)))

    assert len(found) == 10
    assert found[-1].words == "step 9; step 10; step 11; step 12; step 13"
