"""The table of Web API methods: what carries each out and which scope it needs."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.web_api import chat, conversations, people, surfaces
from sandbox.web_api.call import Call
from sandbox.wire import Json


@dataclass(frozen=True)
class Method:
    """What carries a method out; one of the scopes is enough; `key` names the token that opens it."""

    carry_out: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()
    key: str = "bot_token"


READ = ("channels:read", "groups:read", "im:read", "mpim:read", "channels:history", "groups:history", "im:history")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")

METHODS: dict[str, Method] = {
    "apps.connections.open": Method(people.open_connection, key="app_token"),
    "auth.test": Method(people.auth_test),
    "blocks.validate": Method(surfaces.validate_blocks),
    "bots.info": Method(people.bot_info, ("users:read",)),
    "chat.delete": Method(chat.delete, ("chat:write",)),
    "chat.getPermalink": Method(chat.get_permalink),
    "chat.postEphemeral": Method(chat.post_ephemeral, ("chat:write",)),
    "chat.postMessage": Method(chat.post_message, ("chat:write",)),
    "chat.update": Method(chat.update, ("chat:write",)),
    "conversations.history": Method(conversations.history, HISTORY),
    "conversations.info": Method(conversations.info, READ),
    "conversations.join": Method(conversations.join, ("channels:join",)),
    "conversations.list": Method(conversations.list_channels, READ),
    "conversations.members": Method(conversations.members, READ),
    "conversations.open": Method(conversations.open_channel, ("im:write", "mpim:write")),
    "conversations.replies": Method(conversations.replies, HISTORY),
    "files.completeUploadExternal": Method(surfaces.complete_upload, ("files:write",)),
    "files.getUploadURLExternal": Method(surfaces.upload_address, ("files:write",)),
    "files.info": Method(surfaces.file_info, ("files:read",)),
    "reactions.add": Method(chat.add_reaction, ("reactions:write",)),
    "team.info": Method(people.team_info, ("team:read",)),
    "usergroups.list": Method(people.list_groups, ("usergroups:read",)),
    "usergroups.users.list": Method(people.group_users, ("usergroups:read",)),
    "users.info": Method(people.user_info, ("users:read",)),
    "users.list": Method(people.list_users, ("users:read",)),
    "users.lookupByEmail": Method(people.user_by_email, ("users:read.email",)),
    "views.open": Method(surfaces.open_view),
    "views.publish": Method(surfaces.publish_view),
    "views.push": Method(surfaces.push_view),
    "views.update": Method(surfaces.update_view),
}

ALL_SCOPES = tuple(
    sorted(
        {scope for method in METHODS.values() for scope in method.scopes}
        | {"commands", "app_mentions:read", "reactions:read"}
    )
)
