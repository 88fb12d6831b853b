"""What Alembic runs: the steps of `versions/`, on the connection and in the transaction that `migrate` holds."""

from __future__ import annotations

from alembic import context

from assistant.adapters.sql_schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
