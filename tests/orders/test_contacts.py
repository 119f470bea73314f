"""Contacts at a supplier: the roles, whom a mail goes to, and the text of older files."""

import pytest

from orders.contacts import ASKED, ROLES, Contact, Matter, asked, contacts_in, role_named

UTE = Contact("quality", "Ute Brandt", "ute@hartmann.example", "+49 711 555031")
KAI = Contact("accounts", "Kai Lang", "kai@hartmann.example", language="en")


def test_every_matter_asks_roles_that_are_known() -> None:
    assert set(ASKED) == set(Matter)
    assert {role for roles in ASKED.values() for role in roles} <= set(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_every_word_for_a_role_means_it_and_no_other(role: str) -> None:
    assert {role_named(word.title()) for word in (role, *ROLES[role])} == {role}


def test_a_role_that_we_do_not_know_stays_as_it_is_written() -> None:
    assert role_named("  Night   watch ") == "night watch"


@pytest.mark.parametrize(
    ("matter", "who"), [("returns", UTE), ("invoices", KAI), ("reminders", None), ("service", None)]
)
def test_a_mail_goes_to_the_first_role_for_it_that_has_an_address(matter: str, who: Contact | None) -> None:
    assert asked([UTE, KAI], Matter(matter)) == who


def test_whoever_has_no_address_is_not_written_to_and_of_two_the_first_is() -> None:
    two = [
        Contact("returns", "Nobody"),
        Contact("returns", "Ana", "ana@h.example"),
        Contact("returns", "B", "b@h.example"),
    ]

    found = asked([UTE, *two], Matter.RETURNS)

    assert found is not None
    assert found.name == "Ana"


def test_the_text_of_older_files_is_read_as_people_with_role_name_number_and_address() -> None:
    found = contacts_in("Quality: Ute Brandt, +49 711 555031 ; Buchhaltung: Kai Lang <Kai@hartmann.example>\nNight: Jo")

    assert found == [
        Contact("quality", "Ute Brandt", phone="+49 711 555031"),
        Contact("accounts", "Kai Lang", "kai@hartmann.example"),
        Contact("night", "Jo"),
    ]
    assert found[1].words() == "accounts: Kai Lang kai@hartmann.example"


@pytest.mark.parametrize(
    "text", ["Ute Brandt", "quality:", ": Ute", "quality: +49 711 555031", "quality: " + "x" * 260]
)
def test_text_without_a_role_and_a_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        contacts_in(text)


def test_no_text_names_nobody() -> None:
    assert contacts_in(" ; \n") == []
