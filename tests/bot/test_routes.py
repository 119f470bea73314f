"""The one table of routes: whatever a card offers is answered by somebody."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import templates
from bot import manifest
from bot.routes import CLICKS, COMMANDS, OPTIONS, OUTCOMES, ROUTES, SHORTCUTS, SUBMISSIONS
from handlers.ids import Action, Callback

MENUS = {
    f"{one}.more"
    for one in ("work_order", "approval", "receipt", "mail", "agreement", "invoice", "stock", "shortage", "request")
} | {"receipt.posted"}
"""Menus are only opened; each of their entries is a button of its own."""
SAMPLES = sorted((Path(__file__).parents[1] / "templates").glob("samples_*.py"))
TABLES = [import_module(f"tests.templates.{file.stem}") for file in SAMPLES]
CARDS = {name: many for table in TABLES for name, many in getattr(table, "CARDS", {}).items()}
VIEWS = {name: many for table in TABLES for name, many in getattr(table, "VIEWS", {}).items()}
OWN_FIELDS = {Action.FIND_ASSET, Action.FIND_PART}


def _blocks() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, many in CARDS.items():
        for values in many:
            yield from ((name, block) for block in templates.card(name, **values).blocks)
    for name, many in VIEWS.items():
        for values in many:
            yield from ((name, block) for block in templates.view(name, **values)["blocks"])


def _offered() -> Iterator[tuple[str, str]]:
    """Yield each template's name with every action that it offers; entries of menus count as buttons."""
    for name, block in _blocks():
        for element in [*block.get("elements", ()), block.get("accessory") or {}]:
            if element.get("type") == "overflow":
                yield from ((name, option["value"].partition("|")[0]) for option in element["options"])
            elif "action_id" in element:
                yield name, element["action_id"]


@pytest.mark.parametrize(("name", "action"), sorted(set(_offered())))
def test_whatever_a_card_offers_has_a_handler(name: str, action: str) -> None:
    assert action in CLICKS, f"{name} offers {action}"


def test_menus_carry_entries_that_name_their_action() -> None:
    menus = [
        element for _, block in _blocks() for element in block.get("elements", ()) if element.get("type") == "overflow"
    ]

    assert {menu["action_id"] for menu in menus} == MENUS
    assert all("|v1:" in option["value"] for menu in menus for option in menu["options"])


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_every_form_that_can_be_submitted_has_a_handler(name: str) -> None:
    for values in VIEWS[name]:
        form = templates.view(name, **values)
        assert "submit" not in form or form["callback_id"] in SUBMISSIONS


def test_fields_that_look_things_up_have_a_handler() -> None:
    fields = {
        block["element"]["action_id"]
        for _, block in _blocks()
        if block.get("element", {}).get("type") == "external_select"
    }

    assert fields <= set(OPTIONS)


def test_commands_and_shortcuts_are_those_of_the_manifest() -> None:
    assert set(COMMANDS) == manifest.declared().commands
    assert set(SHORTCUTS) == manifest.declared().shortcuts


def test_every_name_has_its_place() -> None:
    assert set(Action) - OWN_FIELDS <= set(CLICKS)
    assert set(Callback) - set(SHORTCUTS) <= set(SUBMISSIONS) | {Callback.REPORT}
    assert set(OUTCOMES) == {"purchase_order"}


@pytest.mark.parametrize("name", sorted({*CLICKS, *SUBMISSIONS}))
def test_only_known_people_reach_a_handler_unless_they_report(name: str) -> None:
    route = ROUTES.clicks.get(name) or ROUTES.submissions[name]
    assert route.actor == ("reporter" if name in {Callback.REPORT, Callback.REPORT_MESSAGE} else "known")
