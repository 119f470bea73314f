"""`python -m sandbox`: the outside world as its own process."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from sandbox.outside import Outside, wipe
from sandbox.seed import Seed, SeedIsWrong

REAL_TOKENS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")


def main(words: list[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; gives the exit status: 0 stopped, 1 cannot start, 2 refused."""
    options = _options().parse_args(words)
    real = [name for name in REAL_TOKENS if _is_real(os.environ.get(name, ""))]
    if real:
        print(f"sandbox: {' and '.join(real)} hold real tokens; unset them first", file=sys.stderr)  # noqa: T201
        return 2
    try:
        asyncio.run(_run(options))
    except (SeedIsWrong, OSError) as error:
        print(f"sandbox: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


async def _run(options: argparse.Namespace) -> None:
    if options.fresh:
        wipe(options.data)
    ended = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, ended.set)
    seed = Seed.of(options.plant)
    outside = await Outside.start(options.data, options.port, seed=seed, mail=not options.no_mail)
    try:
        print(_ready(outside), flush=True)  # noqa: T201
        await ended.wait()
    finally:
        await outside.stop()


def _ready(outside: Outside) -> str:
    mail = ("smtp=%s:%d" % outside.smtp, "imap=%s:%d" % outside.imap) if outside.mail else ()  # noqa: UP031 - a pair each
    return " ".join([f"sandbox ready {outside.url}/", *mail])


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("sandbox", description="A pretend Slack workspace and mail server on 127.0.0.1.")
    parser.add_argument("--data", type=Path, required=True, help="folder that keeps the state")
    parser.add_argument("--plant", type=Path, required=True, help="JSON file with people, channels and suppliers")
    parser.add_argument("--port", type=int, default=0, help="port of page and API; 0 takes a free one")
    parser.add_argument("--fresh", action="store_true", help="forget the kept state first")
    parser.add_argument("--no-mail", action="store_true", help="without the mail server")
    return parser


def _is_real(token: str) -> bool:
    return token.startswith(("xoxb-", "xapp-")) and "-sandbox-" not in token


if __name__ == "__main__":
    sys.exit(main())
