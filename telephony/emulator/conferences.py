"""Conferences: who is in which, who hears whom, and what is told about it.

Audio is text here: what one participant says is shown as a caption to the others.
https://www.twilio.com/docs/voice/twiml/conference
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any
from xml.etree.ElementTree import Element

from telephony.emulator.calls import Call, new_sid
from telephony.emulator.participants import Conference, Participant, about, is_open, show_part
from telephony.emulator.stage import Stage

LABEL_IN_USE = 16025
FULL = 16020
NOBODY_TO_COACH = 13240
MAX_PARTICIPANTS = 250

HUNG_UP = "participant_hung_up"
UPDATED = "participant_updated_via_api"
MODERATOR_ENDED = "moderator_ended_conference"
ENDED_BY_API = "conference_ended_via_api"

# Which events a subscription's word stands for.
SUBSCRIPTIONS: dict[str, frozenset[str]] = {
    "start": frozenset({"conference-start"}),
    "end": frozenset({"conference-end"}),
    "join": frozenset({"participant-join"}),
    "leave": frozenset({"participant-leave"}),
    "mute": frozenset({"participant-mute", "participant-unmute"}),
    "hold": frozenset({"participant-hold", "participant-unhold"}),
    "modify": frozenset({"participant-modify"}),
    "announcement": frozenset({"announcement-end", "announcement-fail"}),
}


class Conferences:
    """All rooms of the account; of those with one name, only one is open.

    `play_alone` plays what an address says; `hears` is told what each call hears of others.
    """

    def __init__(
        self,
        stage: Stage,
        play_alone: Callable[[Call, str, str, dict[str, str]], Coroutine[Any, Any, None]],
        hears: Callable[[Call, str], None],
    ) -> None:
        self._stage = stage
        self._hears = hears
        self._play_alone = play_alone
        self._rooms: dict[str, Conference] = {}
        self._announcements: set[asyncio.Task[None]] = set()

    def all(self) -> list[Conference]:
        return list(self._rooms.values())

    def find(self, sid_or_name: str) -> Conference | None:
        if sid_or_name in self._rooms:
            return self._rooms[sid_or_name]
        return next((room for room in self._rooms.values() if room.name == sid_or_name and is_open(room)), None)

    def join(self, call: Call, element: Element) -> Participant | None:
        """Brings a call in; None, with a complaint, when it can't join, and its document then goes on."""
        name = (element.text or "").strip()
        room = next((room for room in self._rooms.values() if room.name == name and is_open(room)), None)
        label = element.get("participantLabel")
        if room and label and room.find(label):
            self._stage.complain(LABEL_IN_USE, call.sid, "the participant's label is taken")
            return None
        if room and len(room.participants) >= int(element.get("maxParticipants", MAX_PARTICIPANTS)):
            self._stage.complain(FULL, call.sid, "the conference is full")
            return None
        coach = element.get("coach")
        if coach and not (room and room.find(coach)):
            self._stage.complain(NOBODY_TO_COACH, call.sid, "who is to be coached is not in the conference")
            return None
        room = room or self._open(name, element)
        participant = Participant(
            call=call,
            conference=room,
            label=label,
            joined_at=self._stage.pace.now(),
            left=asyncio.get_running_loop().create_future(),
            start_on_enter=element.get("startConferenceOnEnter", "true") == "true",
            end_on_exit=element.get("endConferenceOnExit", "false") == "true",
            muted=element.get("muted", "false") == "true",
            coach=coach,
            wait_url=element.get("waitUrl"),
            wait_method=element.get("waitMethod", "POST"),
        )
        room.participants.append(participant)
        call.participant = participant
        call.show("conference", name=name, joined=True)
        self.tell(room, "participant-join", participant)
        self._start_or_wait(room, participant)
        return participant

    def leave(self, participant: Participant, reason: str) -> None:
        """Takes a call out. Whoever was said to end the conference by leaving does."""
        room = participant.conference
        if participant not in room.participants:
            return
        self._take_out(participant, reason)
        if participant.end_on_exit:
            self.end(room, "participant-with-end-conference-on-exit-left", participant, MODERATOR_ENDED)
        elif not room.participants:
            self.end(room, "last-participant-left", participant, reason)

    def end(self, room: Conference, reason: str, by: Participant | None = None, left: str = ENDED_BY_API) -> None:
        """Ends the conference for everybody."""
        if not is_open(room):
            return
        for participant in list(room.participants):
            self._take_out(participant, left)
        room.status, room.reason_ended, room.updated_at = "completed", reason, self._stage.pace.now()
        room.ended_by = by.call.sid if by else None
        ending = {"ReasonConferenceEnded": reason}
        if by:
            ending["CallSidEndingConference"] = by.call.sid
            if by.label:
                ending["ParticipantLabelEndingConference"] = by.label
        self.tell(room, "conference-end", None, **ending)

    def say(self, speaker: Participant, text: str) -> None:
        """Lets the others hear it: not while muted or on hold, and a coach is heard only by whom they coach."""
        if speaker.muted or speaker.hold or speaker.conference.status != "in-progress":
            return
        for other in speaker.conference.participants:
            whispered_past = speaker.coach is not None and other.call.sid != speaker.coach
            if other is not speaker and not other.hold and not whispered_past:
                other.call.show("caption", **{"from": speaker.label or speaker.call.caller, "text": text})
                self._hears(other.call, text)

    def announce(self, room: Conference, url: str, method: str) -> None:
        """Plays to everybody who is not on hold what the address says; the talk goes on beneath it."""
        params = {"ConferenceSid": room.sid, "FriendlyName": room.name}
        playing = [
            asyncio.ensure_future(self._play_alone(one.call, url, method, params))
            for one in room.participants
            if not one.hold
        ]
        task = asyncio.ensure_future(self._announced(room, playing))
        self._announcements.add(task)
        task.add_done_callback(self._announcements.discard)

    async def _announced(self, room: Conference, playing: list[asyncio.Task[None]]) -> None:
        try:
            await asyncio.gather(*playing)
            self.tell(room, "announcement-end", None)
        finally:
            for one in playing:
                one.cancel()

    def change(
        self,
        participant: Participant,
        *,
        muted: bool | None = None,
        hold: bool | None = None,
        hold_url: str = "",
        hold_method: str = "POST",
        end_on_exit: bool | None = None,
        coach: str | None = None,
    ) -> None:
        """Changes how a participant takes part; each change that is one is told."""
        if muted is not None and muted != participant.muted:
            participant.muted = muted
            show_part(participant)
            self.tell(participant.conference, "participant-mute" if muted else "participant-unmute", participant)
        if hold is not None and hold != participant.hold:
            participant.hold = hold
            participant.silence()
            show_part(participant)
            if hold and hold_url:
                self._begin_media(participant, hold_url, hold_method)
            self.tell(participant.conference, "participant-hold" if hold else "participant-unhold", participant)
        if end_on_exit is not None and end_on_exit != participant.end_on_exit:
            participant.end_on_exit = end_on_exit
            self.tell(participant.conference, "participant-modify", participant)
        if coach is not None:
            participant.coach = coach or None
            show_part(participant)
            self.tell(participant.conference, "participant-modify", participant)

    def tell(self, room: Conference, event: str, participant: Participant | None, **more: str) -> None:
        """Tells the conference's status callback, if it asked for events of this kind."""
        wanted = frozenset[str]().union(*(SUBSCRIPTIONS.get(word, frozenset()) for word in room.events))
        if room.status_url is None or event not in wanted:
            return
        room.sequence += 1
        params = {
            "AccountSid": self._stage.account_sid,
            "ConferenceSid": room.sid,
            "FriendlyName": room.name,
            "SequenceNumber": str(room.sequence),
            "StatusCallbackEvent": event,
            "Timestamp": self._stage.timestamp(),
        }
        if participant:
            params |= about(participant)
        self._stage.webhooks.notify(room.sid, room.status_url, room.status_method, params | more)

    def close(self) -> None:
        """Stops all music and all announcements."""
        for task in list(self._announcements):
            task.cancel()
        for room in self._rooms.values():
            for participant in room.participants:
                participant.silence()

    def _open(self, name: str, element: Element) -> Conference:
        room = Conference(
            sid=new_sid("CF"),
            name=name,
            created_at=self._stage.pace.now(),
            status_url=element.get("statusCallback"),
            status_method=element.get("statusCallbackMethod", "POST"),
            events=frozenset(element.get("statusCallbackEvent", "").split()),
        )
        self._rooms[room.sid] = room
        return room

    def _start_or_wait(self, room: Conference, newcomer: Participant) -> None:
        if room.status == "in-progress":
            return
        if len(room.participants) >= 2 and any(one.start_on_enter for one in room.participants):
            room.status, room.updated_at = "in-progress", self._stage.pace.now()
            for one in room.participants:
                one.silence()
            self.tell(room, "conference-start", newcomer)
        elif newcomer.wait_url:
            self._begin_media(newcomer, newcomer.wait_url, newcomer.wait_method)

    def _begin_media(self, participant: Participant, url: str, method: str) -> None:
        params = {"ConferenceSid": participant.conference.sid, "FriendlyName": participant.conference.name}
        participant.media = asyncio.ensure_future(self._play_alone(participant.call, url, method, params))

    def _take_out(self, participant: Participant, reason: str) -> None:
        room = participant.conference
        participant.silence()
        room.participants.remove(participant)
        participant.call.participant = None
        participant.call.show("conference", name=room.name, joined=False)
        self.tell(
            room,
            "participant-leave",
            participant,
            ReasonParticipantLeft=reason,
            ParticipantCallStatus=participant.call.status,
        )
        if not participant.left.done():
            participant.left.set_result(reason)
