"""Checks of mail: the mailbox, the server that takes our mail, and whose word about a sender is believed."""

import asyncio
import imaplib

from imap_tools import ImapToolsError

from bot.config import Config
from bot.findings import Finding, off, ok, several, wrong
from bot.mail_servers import imap_server, smtp_server
from bot.mailbox_folder import ImapFolder, LoginRefused
from bot.mailer import Mailer


async def check_mail(config: Config) -> list[Finding]:
    """Run all checks of mail."""
    return [*_identity(config), *await asyncio.to_thread(_mailbox, config), *await _smtp(config)]


def _identity(config: Config) -> list[Finding]:
    mail = config.mail
    if not (mail.incoming.host or mail.outgoing.host):
        return [off("Mail", "No mail is sent or read: mail.in.host and mail.out.host are empty.")]
    faults = []
    if not mail.address:
        faults.append("mail.address is empty: write the address that suppliers answer to.")
    if mail.incoming.host and not (mail.trusted_authserv or mail.trust_without_name):
        hint = "name your receiving server in mail.trusted_authserv"
        faults.append(f"No server's word about senders is believed, so every mail goes to quarantine: {hint}.")
    return several("Mail", faults, f"Orders come from {mail.address}.")


def _mailbox(config: Config) -> list[Finding]:
    box = config.mail.incoming
    if not box.host:
        return [off("Mailbox", "No mail is read: mail.in.host is empty.")]
    folder = ImapFolder(imap_server(config), box.user)
    try:
        folder.open()
    except LoginRefused as refusal:
        return [
            wrong("Mailbox", f"{box.host} refuses the login of {box.user}: {refusal}. Mend mail.in.user or password.")
        ]
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as trouble:
        hint = "mend mail.in.host, port, tls or folder"
        return [wrong("Mailbox", f"{box.host}:{box.port} {box.folder} does not open ({trouble}): {hint}.")]
    finally:
        folder.close()
    return [ok("Mailbox", f"{box.folder} of {box.user} opens.")]


async def _smtp(config: Config) -> list[Finding]:
    out = config.mail.outgoing
    if not out.host:
        return [off("Mail server", "No mail is sent: mail.out.host is empty.")]
    mailer = Mailer(smtp_server(config))
    try:
        refused = await mailer.open()
    finally:
        await mailer.close()
    if refused is None:
        return [ok("Mail server", f"{out.host}:{out.port} takes our mail.")]
    hints = {"login": "mail.out.user or password", "tls": "mail.out.tls or ca_file"}
    hint = hints.get(refused.stage, "mail.out.host, port or tls")
    return [wrong("Mail server", f"{out.host}:{out.port} stops at {refused.stage} ({refused.reason}): mend {hint}.")]
