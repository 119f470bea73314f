"""The mail servers of a configuration, as the wires take them."""

from bot.config import Config
from bot.mailbox_folder import ImapServer
from bot.mailer import SmtpServer


def smtp_server(config: Config) -> SmtpServer:
    """Return where mail is handed in; an empty host in the configuration means that no mail is sent."""
    out = config.mail.outgoing
    return SmtpServer(
        host=out.host,
        port=out.port,
        user=out.user or None,
        password=out.password or None,
        tls=out.tls,
        timeout=out.timeout,
        ca_file=str(out.ca_file) if out.ca_file else None,
        name=config.mail.address.rpartition("@")[2] or "chargehand.invalid",
    )


def imap_server(config: Config) -> ImapServer:
    """Return the mailbox that is read; an empty host in the configuration means that none is."""
    box = config.mail.incoming
    return ImapServer(
        host=box.host,
        port=box.port,
        user=box.user,
        password=box.password,
        tls=box.tls,
        folder=box.folder,
        archive_folder=box.archive_folder or None,
        timeout=box.timeout,
        ca_file=str(box.ca_file) if box.ca_file else None,
    )
