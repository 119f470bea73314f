"""What is kept: tables, the unit of work, queries, numbers, outbox rows, the audit chain, attachments, migrations."""
