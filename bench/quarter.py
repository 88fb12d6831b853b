"""A quarter of a contact centre in PostgreSQL: contacts, their events, and what they count for, made by the database.

The draws are the database's own with a fixed seed. What each contact counts for is written beside its events; whoever
uses it should have some of them counted anew, from the events, and compare (`counted_anew`).
"""

from __future__ import annotations

from time import perf_counter

import asyncpg
from serving.demo import TENANT

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.sql_store import open_store
from assistant.adapters.system_clock import SystemClock
from assistant.flow.recounting import Recounting
from assistant.flow.summing_up import SummingUp
from assistant.model.parts import COUNTS
from assistant.settings.tenant import load_tenant

DAYS = 90
AGENTS = 40
TOPICS = ("lost_card", "freeze_card", "balance", "bill_due", "pay_bill", "transactions", "report_fraud", "")
PLACE = """json_build_object('state', %s, 'reach', 'present', 'queue', queue, 'order_at', entered_at,
    'entered_at', entered_at, 'channel', channel, 'language', 'en')"""

DRAWN = f"""
SELECT setseed(0.5);
CREATE UNLOGGED TABLE drawn AS
WITH rolled AS MATERIALIZED (
    SELECT n, 1 + n %% {DAYS} AS day, random() AS r1, random() AS r2, random() AS r3, random() AS which,
        random() AS what, random() AS wait, random() AS work, random() AS who, random() AS said, random() AS liked
    FROM generate_series(0, %d - 1) AS n
)
SELECT n,
    '01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS id,
    (extract(epoch FROM date_trunc('hour', now()))::bigint - day * 86400) * 1000000
        + ((6 + 12 * (r1 + r2 + r3) / 3) * 3600000000)::bigint AS entered_at,
    (ARRAY['cards', 'cards', 'cards', 'accounts', 'accounts', 'fraud'])[1 + floor(which * 6)::int] AS queue,
    (ARRAY['voice', 'voice', 'chat', 'chat', 'sms', 'whatsapp'])[1 + floor(work * 6)::int] AS channel,
    (ARRAY[{", ".join(f"'{topic}'" for topic in TOPICS)}])[1 + floor(what * {len(TOPICS)})::int] AS topic,
    CASE WHEN said < 0.8 THEN 'handled' WHEN said < 0.9 THEN 'abandoned' ELSE 'contained' END AS outcome,
    20000000 + (-ln(1 - wait * 0.999) * 120000000)::bigint AS waited,
    60000000 + (-ln(1 - work * 0.999) * 240000000)::bigint AS handled,
    'agent-' || floor(who * {AGENTS})::int AS agent_id,
    CASE WHEN liked < 0.2 THEN 1 + floor(liked * 25)::int END AS csat
FROM rolled;
ALTER TABLE drawn ADD PRIMARY KEY (n);
"""

AGENTS_ROWS = f"""
INSERT INTO agents (id, username, name, role, password_hash, presence, queues, languages, is_reachable)
SELECT 'agent-' || n, 'agent-' || n, 'Agent ' || n, 'agent', '', 'signed_out', '[]', '["en"]', false
FROM generate_series(0, {AGENTS - 1}) AS n;
"""

CONTACTS = """
INSERT INTO contacts (id, channel, queue, language, state, dialogue, reach, entered_at, order_at, code, seq, topic,
    connected_at, ended_at, outcome, disposition, agent_id, token_hash)
SELECT id, channel, queue, 'en', CASE outcome WHEN 'handled' THEN 'closed' ELSE outcome END, 'speaking', 'present',
    entered_at, entered_at, lpad((n % 100000000)::text, 8, '0'), CASE outcome WHEN 'handled' THEN 9 ELSE 4 END,
    nullif(topic, ''), CASE outcome WHEN 'handled' THEN entered_at + waited END,
    entered_at + waited + CASE outcome WHEN 'handled' THEN handled ELSE 0 END, outcome,
    CASE outcome WHEN 'handled' THEN 'resolved' END, CASE outcome WHEN 'handled' THEN agent_id END, ''
FROM drawn;
"""

EVENTS = f"""
INSERT INTO contact_events (contact_id, seq, type, at, data)
SELECT id, step.seq, step.type, step.at, step.data FROM drawn, LATERAL (VALUES
    (1, 'contact.placed', entered_at, json_build_object('queue', queue, 'position', 1 + n % 9, 'wait',
        json_build_object('low_seconds', 60, 'high_seconds', 180, 'known', true), 'place', {PLACE % "'waiting'"})),
    (2, 'message.added', entered_at + 6000000, json_build_object('author', 'caller')),
    (3, 'gathered.updated', entered_at + 15000000, json_build_object('topic', nullif(topic, ''))),
    (4, 'offer.made', entered_at + waited - 4000000, json_build_object('offer_id', id, 'agent_id', agent_id,
        'attempt', 1, 'queue', queue, 'passed_over', '[]'::json, 'place', {PLACE % "'offered'"})),
    (5, 'offer.ended', entered_at + waited - 1000000, json_build_object('offer_id', id, 'agent_id', agent_id,
        'outcome', 'accepted', 'place', {PLACE % "'offered'"})),
    (6, 'contact.connected', entered_at + waited, json_build_object('agent_id', agent_id, 'offer_id', id,
        'place', {PLACE % "'connected'"})),
    (7, 'contact.closed', entered_at + waited + handled - 10000000, json_build_object('outcome', 'handled',
        'place', {PLACE % "'wrapping'"})),
    (8, 'contact.wrapped', entered_at + waited + handled, json_build_object('disposition', 'resolved',
        'place', {PLACE % "'closed'"})),
    (9, 'feedback.given', entered_at + waited + handled + 60000000, CASE WHEN csat IS NULL THEN '{{}}'::json
        ELSE json_build_object('csat', csat) END)
) AS step (seq, type, at, data) WHERE outcome = 'handled'
UNION ALL
SELECT id, step.seq, step.type, step.at, step.data FROM drawn, LATERAL (VALUES
    (1, 'contact.placed', entered_at, json_build_object('queue', queue, 'position', 1 + n % 9, 'wait',
        json_build_object('low_seconds', 60, 'high_seconds', 180, 'known', true), 'place', {PLACE % "'waiting'"})),
    (2, 'message.added', entered_at + 6000000, json_build_object('author', 'caller')),
    (3, 'gathered.updated', entered_at + 15000000, json_build_object('topic', nullif(topic, ''))),
    (4, 'contact.closed', entered_at + waited, json_build_object('outcome', outcome, 'place', {PLACE % "outcome"}))
) AS step (seq, type, at, data) WHERE outcome <> 'handled';
"""

PARTS = """
INSERT INTO counted_hours (hour) SELECT DISTINCT entered_at / 3600000000 FROM drawn;
INSERT INTO counted_parts (contact_id, n, seq, entered_at, queue, channel, topic, agent_id, waited_micros, left_micros,
    entered, served, answered, contained, spoke, held, helped, saved_micros, scored, in_range, longer, error_micros,
    services, handled_micros, offers, csat_given, satisfied)
SELECT id, 0, CASE outcome WHEN 'handled' THEN 9 ELSE 4 END, entered_at, queue, channel, topic,
    CASE outcome WHEN 'handled' THEN agent_id ELSE '' END,
    CASE outcome WHEN 'handled' THEN waited END, CASE outcome WHEN 'abandoned' THEN waited END,
    1, served, served, CASE outcome WHEN 'contained' THEN 1 END,
    CASE WHEN topic <> '' THEN 1 END, CASE WHEN topic = '' THEN 1 END, CASE WHEN topic <> '' THEN served END,
    CASE WHEN topic <> '' THEN served * 9000000 END, served,
    CASE WHEN waited BETWEEN 60000000 AND 180000000 THEN served END, CASE WHEN waited > 180000000 THEN served END,
    nullif(served * (waited - 120000000), 0), served, served * handled, served,
    CASE WHEN csat IS NOT NULL THEN served END, CASE WHEN csat >= 4 THEN served END
FROM (SELECT *, CASE outcome WHEN 'handled' THEN 1 END AS served FROM drawn) AS each;
"""


async def fill(address: str, contacts: int) -> None:
    """Into a migrated database without contacts; queues of the demo's tenant must be there."""
    connection = await asyncpg.connect(address)
    try:
        for step in (DRAWN % contacts, AGENTS_ROWS, CONTACTS, EVENTS, PARTS, "DROP TABLE drawn"):
            await connection.execute(step)
        for table in ("contacts", "contact_events", "counted_parts"):
            await connection.execute(f"VACUUM ANALYZE {table}")
    finally:
        await connection.close()


async def summed_up(address: str) -> float:
    """Seconds until every hour but those of the last day is summed up by the service."""
    begun = perf_counter()
    store = open_store(address, SystemClock(), MemoryBus())
    await SummingUp(store, load_tenant(TENANT)).catch_up()
    await store.close()
    return perf_counter() - begun


async def counted_anew(address: str, contacts: int) -> tuple[int, float]:
    """Some contacts counted from their events once more: how many count for something else, and how many a second."""
    connection = await asyncpg.connect(address)
    told = ("contact_id", "n", "queue", "channel", "topic", "agent_id", "waited_micros", "left_micros", *COUNTS)
    some = f"SELECT {', '.join(told)} FROM counted_parts WHERE contact_id = ANY($1) ORDER BY contact_id, n"
    ids = [row["id"] for row in await connection.fetch("SELECT id FROM contacts ORDER BY md5(id) LIMIT $1", contacts)]
    before = await connection.fetch(some, ids)
    await connection.execute("INSERT INTO uncounted SELECT id, seq FROM contacts WHERE id = ANY($1)", ids)
    store = open_store(address, SystemClock(), MemoryBus())
    begun = perf_counter()
    await Recounting(store).catch_up()
    took = perf_counter() - begun
    await store.close()
    after = await connection.fetch(some, ids)
    await connection.close()
    different = sum(dict(one) != dict(other) for one, other in zip(before, after, strict=True))
    return different, len(ids) / took
