"""The mail part of the control API: looking at mail, answering as the supplier, putting mail into the plant's mailbox."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from aiohttp import web

from sandbox.mail_office import PostOffice, WrongMail
from sandbox.mail_store import Mail
from sandbox.mail_summary import attachment_bytes, attachment_name, attachments, parsed
from sandbox.suppliers import NoSuchAnswer

Json = dict[str, Any]
# Shown by the browser itself; anything else is only for saving, so that no sender's page runs on this address.
SHOWN = {"application/pdf", "image/png", "image/jpeg", "image/gif", "text/plain", "text/csv"}


def mail_routes(office: PostOffice) -> list[web.RouteDef]:
    """The routes below /sandbox/mail."""
    return [
        web.get("/sandbox/mail", _listing(office)),
        web.post("/sandbox/mail/answer", _act(lambda wanted: _answer(office, wanted))),
        web.post("/sandbox/mail/new", _act(office.write)),
        web.post("/sandbox/mail/raw", _raw_in(office)),
        web.get("/sandbox/mail/{mail}", _one(office, lambda mail, _: web.json_response(office.shown(mail)))),
        web.get("/sandbox/mail/{mail}/raw", _one(office, lambda mail, _: _raw_out(mail))),
        web.get("/sandbox/mail/{mail}/attachment/{number}", _one(office, _attachment)),
    ]


Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _listing(office: PostOffice) -> Serve:
    async def serve(_: web.Request) -> web.StreamResponse:
        return web.json_response(office.listing())

    return serve


def _one(office: PostOffice, show: Callable[[Mail, web.Request], web.Response]) -> Serve:
    async def serve(request: web.Request) -> web.StreamResponse:
        number = request.match_info["mail"]
        mail = office.store.mail(int(number)) if number.isascii() and number.isdecimal() else None
        if mail is None:
            return _refused("mail_not_found", status=404)
        return show(mail, request)

    return serve


def _act(act: Callable[[Json], int]) -> Serve:
    async def serve(request: web.Request) -> web.StreamResponse:
        try:
            wanted = json.loads(await request.read())
        except ValueError:
            return _refused("invalid_json", status=400)
        if not isinstance(wanted, dict):
            return _refused("invalid_json", status=400)
        try:
            return web.json_response({"ok": True, "id": act(wanted)})
        except (WrongMail, NoSuchAnswer) as fault:
            return _refused("wrong_mail", str(fault) or "no such answer")

    return serve


def _raw_in(office: PostOffice) -> Serve:
    async def serve(request: web.Request) -> web.StreamResponse:
        return web.json_response({"ok": True, "id": office.put(await request.read())})

    return serve


def _answer(office: PostOffice, wanted: Json) -> int:
    number = str(wanted.get("mail_id", ""))
    if not (number.isascii() and number.isdecimal()):
        msg = "mail_id is missing"
        raise WrongMail(msg)
    return office.answer(int(number), str(wanted.get("kind") or "free"), str(wanted.get("text") or ""))


def _raw_out(mail: Mail) -> web.Response:
    return web.Response(body=mail.raw, content_type="text/plain", charset="utf-8", headers=_SAFE)


def _attachment(mail: Mail, request: web.Request) -> web.Response:
    parts, number = attachments(parsed(mail.raw)), request.match_info["number"]
    if not (number.isascii() and number.isdecimal()) or int(number) >= len(parts):
        return _refused("attachment_not_found", status=404)
    part = parts[int(number)]
    kind = part.get_content_type()
    how = "inline" if kind in SHOWN else "attachment"
    name = quote(attachment_name(part, int(number)), safe="")
    headers = {**_SAFE, "Content-Disposition": f"{how}; filename*=UTF-8''{name}"}
    shown = kind if kind in SHOWN else "application/octet-stream"
    return web.Response(body=attachment_bytes(part), content_type=shown, headers=headers)


def _refused(code: str, reason: str = "", *, status: int = 200) -> web.Response:
    return web.json_response({"ok": False, "error": code, "reason": reason}, status=status)


_SAFE = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
