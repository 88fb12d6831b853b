"""The tables. The SQL database is the truth; the same tables stand in PostgreSQL and SQLite."""

from assistant.adapters.sql_schema.columns import Instant, metadata
from assistant.adapters.sql_schema.counting import counted_hours, counted_parts, hour_sums, uncounted
from assistant.adapters.sql_schema.ledger import (
    deadlines,
    deliveries,
    effects,
    legs,
    one_time_codes,
    paces,
    parked_endpoints,
    preferences,
    processes,
    sent_texts,
    spoken_messages,
    text_threads,
    verification_attempts,
)
from assistant.adapters.sql_schema.people import (
    agent_sessions,
    agent_slots,
    agents,
    consoles,
    offers,
    supervisions,
)
from assistant.adapters.sql_schema.places import (
    contact_events,
    contacts,
    facts,
    line_changes,
    messages,
    queues,
    tried,
)
from assistant.adapters.sql_schema.settings import change_heads, changes

__all__ = [
    "Instant",
    "agent_sessions",
    "agent_slots",
    "agents",
    "change_heads",
    "changes",
    "consoles",
    "contact_events",
    "contacts",
    "counted_hours",
    "counted_parts",
    "deadlines",
    "deliveries",
    "effects",
    "facts",
    "hour_sums",
    "legs",
    "line_changes",
    "messages",
    "metadata",
    "offers",
    "one_time_codes",
    "paces",
    "parked_endpoints",
    "preferences",
    "processes",
    "queues",
    "sent_texts",
    "spoken_messages",
    "supervisions",
    "text_threads",
    "tried",
    "uncounted",
    "verification_attempts",
]
