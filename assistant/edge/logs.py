"""How the service logs: one line per event, `key=value` after the message, ids and codes only."""

from __future__ import annotations

import logging
import sys

STANDARD = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class KeyValueFormatter(logging.Formatter):
    """Appends what was given as `extra`; personal data has no place there."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        extra = {key: value for key, value in record.__dict__.items() if key not in STANDARD}
        return line + "".join(f" {key}={value}" for key, value in extra.items())


def log_to_stderr(level: int = logging.INFO) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(KeyValueFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # access logs carry addresses and ids of callers; libraries speak up from warnings on
    for name in ("aiohttp.access", "alembic", "twilio", "asyncio", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.WARNING)
