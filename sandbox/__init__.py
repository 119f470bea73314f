"""The pretend outside world: a Slack-compatible workspace with a page, and a mail server, on 127.0.0.1."""
