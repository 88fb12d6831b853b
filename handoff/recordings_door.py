"""Recordings of conversations, for supervisors alone: which there are of a contact, and the sound of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from assistant.edge.errors import json_response
from assistant.flow.recording import Recording
from assistant.model.call_recordings import TapeState
from assistant.model.contact import Contact, ContactId
from assistant.model.errors import Refused, no_such_contact
from assistant.model.events import Event, EventType
from assistant.model.place import rfc3339
from assistant.model.storage import Store, UnitOfWork
from handoff.sessions import Sessions, check_supervisor

PATH = "/api/v1/supervisor/contacts/{id}/recordings"
CONNECTIONS = frozenset({EventType.CONTACT_CONNECTED})


class RecordingsDoor:
    """Both raise `Refused`: `unauthorized`, `forbidden` for who is no supervisor, `no_such_contact`."""

    def __init__(self, store: Store, sessions: Sessions, recording: Recording) -> None:
        self._store = store
        self._sessions = sessions
        self._recording = recording

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH, self.show), web.get(PATH + "/{n}", self.play)]

    async def show(self, request: web.Request) -> web.Response:
        """`{recordings: [{n, at, seconds, agent_name}]}`, in the order in which they were made; `n` names one."""
        check_supervisor((await self._sessions.of_request(request)).agent)
        contact_id = ContactId(request.match_info["id"])
        return json_response({"recordings": await self._store.read(lambda work: _kept(work, contact_id))})

    async def play(self, request: web.Request) -> web.Response:
        """The sound, as a WAV file that nobody else may keep; who hears it stands in the contact's trail.

        Raises `Refused` `no_recording`, and `Unavailable` where the telephone company can't be reached.
        """
        supervisor = (await self._sessions.of_request(request)).agent
        check_supervisor(supervisor)
        contact_id, n = ContactId(request.match_info["id"]), request.match_info["n"]
        await self._store.read(lambda work: _existing(work, contact_id))
        attempt = int(n) if n.isascii() and n.isdigit() and len(n) < 9 else 0
        sound = await self._recording.heard_by(contact_id, attempt, supervisor)
        if sound is None:
            raise Refused("no_recording", "There is no such recording any more.")
        return web.Response(body=sound, content_type="audio/wav", headers={"Cache-Control": "no-store"})


def _existing(work: UnitOfWork, contact_id: ContactId) -> Contact:
    contact = work.contacts.get(contact_id)
    if contact is None:
        raise no_such_contact()
    return contact


def _kept(work: UnitOfWork, contact_id: ContactId) -> list[dict[str, Any]]:
    _existing(work, contact_id)
    connections = work.trail.after(contact_id, 0, CONNECTIONS)
    return [
        {
            "n": tape.attempt,
            "at": rfc3339(tape.began_at),
            "seconds": tape.seconds,
            "agent_name": _agent_at(connections, tape.began_at),
        }
        for tape in work.tapes.of_contact(contact_id)
        if tape.state is TapeState.KEPT
    ]


def _agent_at(connections: Sequence[Event], at: datetime) -> str | None:
    """Who had the caller then."""
    return next((event.data.get("agent_name") for event in reversed(connections) if event.at <= at), None)
