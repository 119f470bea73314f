"""Methods for views, files and the checking of blocks."""

from typing import Any

from sandbox.block_rules import Finding
from sandbox.blocks import find_in_message, find_in_view
from sandbox.web_api.call import Call
from sandbox.web_api.chat import checked_blocks
from sandbox.wire import Json, Refused

LARGEST_FILE = 1_000_000_000


def open_view(call: Call) -> Json:
    """views.open."""
    return {"ok": True, "view": call.modals.open(_trigger(call), _view(call))}


def push_view(call: Call) -> Json:
    """views.push."""
    return {"ok": True, "view": call.modals.push(_trigger(call), _view(call))}


def update_view(call: Call) -> Json:
    """views.update, by view_id or external_id."""
    view_id = call.text("view_id")
    if not view_id:
        external = call.want("external_id")
        view_id = call.workspace.store.view_by_external_id(external) or ""
    return {"ok": True, "view": call.modals.update(view_id, _view(call), known_hash=call.text("hash"))}


def publish_view(call: Call) -> Json:
    """views.publish."""
    view = _view(call)
    if view.get("type") != "home":
        raise Refused("invalid_arguments", ["[ERROR] expected a view of type home [json-pointer:/view/type]"])
    return {"ok": True, "view": call.modals.publish(call.want("user_id"), view, known_hash=call.text("hash"))}


def upload_address(call: Call) -> Json:
    """files.getUploadURLExternal."""
    name, length = call.want("filename"), call.want("length")
    if not length.isdigit() or not 0 < int(length) <= LARGEST_FILE:
        raise Refused("file_upload_size_restricted")
    file = call.workspace.keep_file(call.workspace.bot_user, name, "application/octet-stream", None)
    call.workspace.store.put_file({**file, "size": int(length)}, None)
    return {"ok": True, "upload_url": f"{call.workspace.url}/upload/{file['id']}", "file_id": file["id"]}


def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal: shares the uploaded files in a channel, or keeps them private."""
    wanted = call.nested("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted:
        raise Refused("invalid_arguments", ["[ERROR] missing required field: files"])
    files = [_uploaded(call, one) for one in wanted]
    channel = call.text("channel_id")
    if channel:
        place = call.inside(call.workspace.channel(channel))
        _share(call, place, files)
    return {"ok": True, "files": files}


def file_info(call: Call) -> Json:
    """files.info."""
    file = call.workspace.store.file(call.want("file", "file_not_found"))
    if file is None:
        raise Refused("file_not_found")
    return {"ok": True, "file": file, "comments": [], "response_metadata": {"next_cursor": ""}}


def validate_blocks(call: Call) -> Json:
    """blocks.validate: exactly one of blocks, message and view."""
    given = [name for name in ("blocks", "message", "view") if call.args.get(name)]
    if len(given) != 1:
        raise Refused("invalid_arguments", ["[ERROR] provide exactly one of blocks, message or view"])
    name = given[0]
    value = call.nested(name, f"invalid_{name}")
    found = find_in_view(value) if name == "view" else find_in_message(_blocks_of(name, value))
    if found:
        raise Refused(f"invalid_{name}", errors=[_listed(one, name) for one in found])
    return {"ok": True}


def _trigger(call: Call) -> str:
    return call.text("trigger_id") or call.want("interactivity_pointer")


def _view(call: Call) -> Json:
    view = call.nested("view", "invalid_arguments")
    if not isinstance(view, dict):
        raise Refused("invalid_arguments", ["[ERROR] missing required field: view"])
    return view


def _uploaded(call: Call, wanted: Json) -> Json:
    file = call.workspace.store.file(str(wanted.get("id")))
    if file is None or call.workspace.store.content(file["id"]) is None:
        raise Refused("file_not_found")
    file["title"] = wanted.get("title") or file["name"]
    call.workspace.store.put_file(file, None)
    return file


def _share(call: Call, channel: str, files: list[Json]) -> None:
    words: Json = {"text": call.text("initial_comment"), "files": files, "upload": False}
    blocks = call.nested("blocks", "invalid_blocks_format")
    if blocks:
        words["blocks"] = checked_blocks(blocks)
    if call.text("thread_ts"):
        words["thread_ts"] = call.text("thread_ts")
    call.workspace.post(channel, call.workspace.bot_words(words))


def _blocks_of(name: str, value: Any) -> Any:
    return value.get("blocks") if name == "message" and isinstance(value, dict) else value


def _listed(finding: Finding, name: str) -> Json:
    pointer = finding.pointer.removeprefix("/blocks" if name == "blocks" else "/view" if name == "view" else "")
    return {"pointer": pointer, "code": finding.code, "message": finding.message}
