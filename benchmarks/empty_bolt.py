"""Bolt with an empty handler over the same socket: what an acknowledgement costs before we do anything."""

import asyncio
import re
import sys

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


async def main(url: str) -> None:
    client = AsyncWebClient(token="xoxb-bench", base_url=f"{url}/api/")
    app = AsyncApp(client=client, process_before_response=True)

    @app.action(re.compile(".*"))
    async def nothing(ack: AsyncAck) -> None:
        await ack()

    handler = AsyncSocketModeHandler(app, "xapp-bench")
    await handler.connect_async()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
