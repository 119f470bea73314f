"""Methods about people, user groups, the team and the bot itself."""

import hashlib
from typing import Any

from sandbox.web_api.call import Call, paged
from sandbox.wire import Json, Refused
from sandbox.workspace import Workspace

FLAGS = ("is_admin", "is_owner", "is_restricted", "is_ultra_restricted", "is_app_user")


def auth_test(call: Call) -> Json:
    """auth.test."""
    place = call.workspace
    answer = {
        "ok": True,
        "url": place.url + "/",
        "team": place.seed.team,
        "user": place.seed.bot,
        "team_id": place.team,
    }
    return {**answer, "user_id": place.bot_user, "bot_id": place.bot_id, "is_enterprise_install": False}


def open_connection(call: Call) -> Json:
    """apps.connections.open."""
    return {"ok": True, "url": call.socket.open_address()}


def list_users(call: Call) -> Json:
    """users.list."""
    page, cursor = call.page(call.workspace.store.people())
    return paged("members", [shown(call.workspace, one) for one in page], cursor)


def user_info(call: Call) -> Json:
    """users.info."""
    return {"ok": True, "user": shown(call.workspace, call.workspace.person(call.want("user", "user_not_found")))}


def user_by_email(call: Call) -> Json:
    """users.lookupByEmail."""
    email = call.want("email", "users_not_found").lower()
    for one in call.workspace.store.people():
        if one.get("email", "").lower() == email and not one.get("deleted"):
            return {"ok": True, "user": shown(call.workspace, one)}
    raise Refused("users_not_found")


def list_groups(call: Call) -> Json:
    """usergroups.list."""
    groups = [_group(call.workspace, one) for one in call.workspace.seed.usergroups]
    if not call.flag("include_users"):
        for one in groups:
            one.pop("users")
    return {"ok": True, "usergroups": groups}


def group_users(call: Call) -> Json:
    """usergroups.users.list."""
    wanted = call.want("usergroup", "no_such_subteam")
    for one in call.workspace.seed.usergroups:
        if one["id"] == wanted:
            return {"ok": True, "users": list(one["users"])}
    raise Refused("no_such_subteam")


def team_info(call: Call) -> Json:
    """team.info."""
    place = call.workspace
    team: Json = {
        "id": place.team,
        "name": place.seed.team,
        "domain": "sandbox",
        "email_domain": "",
        "url": place.url + "/",
    }
    return {"ok": True, "team": team}


def bot_info(call: Call) -> Json:
    """bots.info."""
    place = call.workspace
    if call.text("bot") not in ("", place.bot_id):
        raise Refused("bot_not_found")
    bot: Json = {
        "id": place.bot_id,
        "deleted": False,
        "name": place.seed.bot,
        "app_id": place.app,
        "user_id": place.bot_user,
    }
    return {"ok": True, "bot": {**bot, "updated": 0, "icons": {}}}


def shown(workspace: Workspace, person: Json) -> Json:
    """A person as Slack describes them."""
    name = person["name"]
    handle = person.get("handle") or person.get("email", "").partition("@")[0]
    is_bot = bool(person.get("is_bot"))
    profile: Json = {
        "real_name": name,
        "display_name": person.get("display_name", name),
        "title": person.get("title", ""),
    }
    profile |= {"email": person.get("email", ""), "team": workspace.team, "status_text": person.get("status", "")}
    profile |= {"image_72": "", "phone": person.get("phone", "")}
    if is_bot:
        profile |= {"bot_id": workspace.bot_id, "api_app_id": workspace.app}
        profile.pop("email")
    doc: Json = {"id": person["id"], "team_id": person.get("team", workspace.team), "name": handle, "real_name": name}
    zone: Any = person.get("tz", "Etc/UTC")
    doc |= {"deleted": bool(person.get("deleted")), "is_bot": is_bot, "profile": profile, "tz": zone, "tz_label": zone}
    doc |= {"locale": person.get("locale", "en-US"), "updated": 0, "tz_offset": person.get("tz_offset", 0)}
    doc["color"] = hashlib.sha256(person["id"].encode()).hexdigest()[:6]
    return {**doc, **{flag: bool(person.get(flag)) for flag in FLAGS}}


def _group(workspace: Workspace, group: Json) -> Json:
    name = group.get("name", group["handle"])
    doc: Json = {
        "id": group["id"],
        "team_id": workspace.team,
        "handle": group["handle"],
        "name": name,
        "is_usergroup": True,
    }
    return {**doc, "users": list(group["users"]), "user_count": len(group["users"]), "date_delete": 0}
