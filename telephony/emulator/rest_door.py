"""The REST door: the resources that we use, with Twilio's parameters, states and codes.

https://www.twilio.com/docs/voice/api/call-resource
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from telephony.emulator import resources, rest_forms
from telephony.emulator.calls import API_VERSION, Call
from telephony.emulator.exchange import Exchange
from telephony.emulator.faults import REST_FAULTS, FaultKind, Faults
from telephony.emulator.messages import Text, Texts, text_json
from telephony.emulator.participants import Conference, Participant
from telephony.emulator.refusals import REFUSALS, Refusal, refuse
from telephony.emulator.rest_recordings import Handler, RecordingsDoor
from telephony.emulator.settings import EmulatorSettings
from telephony.emulator.transcriptions import NAME_IN_USE
from telephony.payloads import CallStatus


class RestDoor:
    """Answers the REST requests of one account."""

    def __init__(self, settings: EmulatorSettings, exchange: Exchange, texts: Texts, faults: Faults) -> None:
        self._settings = settings
        self._texts = texts
        self._exchange = exchange
        self._faults = faults
        self._account = settings.account_sid
        self._recordings = RecordingsDoor(self._account, exchange.shelf, exchange.tapes, exchange.calls)

    def routes(self) -> list[web.RouteDef]:
        root = f"/{API_VERSION}/Accounts/{{account}}"
        conference = f"{root}/Conferences/{{room}}"
        participant = f"{conference}/Participants/{{participant}}.json"
        return [
            web.get(f"{root}/Calls.json", self._guarded(self._list_calls)),
            web.post(f"{root}/Calls.json", self._guarded(self._create_call)),
            web.get(f"{root}/Calls/{{call}}.json", self._guarded(self._fetch_call)),
            web.post(f"{root}/Calls/{{call}}.json", self._guarded(self._update_call)),
            web.post(f"{root}/Calls/{{call}}/Transcriptions.json", self._guarded(self._start_transcription)),
            web.post(
                f"{root}/Calls/{{call}}/Transcriptions/{{transcription}}.json",
                self._guarded(self._stop_transcription),
            ),
            web.get(f"{root}/Conferences.json", self._guarded(self._list_conferences)),
            web.get(f"{conference}.json", self._guarded(self._fetch_conference)),
            web.post(f"{conference}.json", self._guarded(self._update_conference)),
            web.get(f"{conference}/Participants.json", self._guarded(self._list_participants)),
            web.get(participant, self._guarded(self._fetch_participant)),
            web.post(participant, self._guarded(self._update_participant)),
            web.delete(participant, self._guarded(self._remove_participant)),
            web.get(f"{root}/Messages.json", self._guarded(self._list_messages)),
            web.post(f"{root}/Messages.json", self._guarded(self._create_message)),
            web.get(f"{root}/Messages/{{message}}.json", self._guarded(self._fetch_message)),
            web.delete(f"{root}/Messages/{{message}}.json", self._guarded(self._delete_message)),
            *self._recordings.routes(root, self._guarded),
            web.get(f"{root}/Notifications.json", self._guarded(self._list_notifications)),
            web.route("*", f"/{API_VERSION}/{{rest:.*}}", self._guarded(self._unknown)),
        ]

    def _guarded(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                self._authenticate(request)
                fault = self._faults.hit(request.path, REST_FAULTS)
                if fault and fault.kind is FaultKind.REFUSE:
                    refuse(fault.code if fault.code in REFUSALS else 20500)
                status, body = await handler(request)
            except Refusal as refusal:
                return refusal.response()
            if fault and request.transport is not None:
                # What was asked for has happened; the one who asked never learns it.
                request.transport.abort()
            if isinstance(body, bytes):
                return web.Response(body=body, status=status, content_type="audio/x-wav")
            return web.json_response(body, status=status) if body is not None else web.Response(status=status)

        return guarded

    def _authenticate(self, request: web.Request) -> None:
        scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
        try:
            user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            refuse(20003)
        right = hmac.compare_digest(password.encode(), self._settings.auth_token.encode())
        if scheme.lower() != "basic" or user != self._account or not right:
            refuse(20003)
        if request.match_info.get("account", self._account) != self._account:
            refuse(20404, request.path)

    async def _list_calls(self, request: web.Request) -> tuple[int, dict[str, Any]]:
        wanted = request.query.get("Status")
        calls = [call for call in reversed(self._exchange.calls.values()) if wanted in (None, call.status)]
        shown = [resources.call_json(self._account, call) for call in calls[:1000]]
        return 200, resources.page_json(self._account, "calls", shown)

    async def _create_call(self, request: web.Request) -> tuple[int, dict[str, Any]]:
        wanted = rest_forms.new_call(await rest_forms.form_of(request), self._settings.numbers)
        call = self._exchange.create(wanted.caller, wanted.callee, wanted.script, wanted.progress, wanted.ring_seconds)
        return 201, resources.call_json(self._account, call)

    async def _fetch_call(self, request: web.Request) -> tuple[int, dict[str, Any]]:
        return 200, resources.call_json(self._account, self._call(request))

    async def _update_call(self, request: web.Request) -> tuple[int, dict[str, Any]]:
        call, form = self._call(request), await rest_forms.form_of(request)
        rest_forms.check_update(form)
        status, script = form.get("Status"), rest_forms.script_of(form)
        if status is not None and status not in (CallStatus.CANCELED, CallStatus.COMPLETED):
            refuse(21218, status)
        if call.status.is_over:
            refuse(21220)
        if script is not None:
            if form.get("StatusCallback"):
                call.progress = rest_forms.progress_of(form)
            if not self._exchange.redirect(call, script):
                refuse(21220)
        # `canceled` leaves a call in progress as it is: only `completed` hangs up.
        elif status == CallStatus.COMPLETED or (status and call.status is not CallStatus.IN_PROGRESS):
            self._exchange.hang_up(call, by_api=True)
        return 200, resources.call_json(self._account, call)

    async def _start_transcription(self, request: web.Request) -> tuple[int, dict[str, Any]]:
        call, terms = self._call(request), rest_forms.transcription(await rest_forms.form_of(request))
        if call.status is not CallStatus.IN_PROGRESS:
            refuse(21220)
        begun = self._exchange.transcriptions.start(call, terms) or refuse(NAME_IN_USE)
        return 201, resources.transcription_json(self._account, begun)

    async def _stop_transcription(self, request: web.Request) -> tuple[int, dict[str, Any]]:
        form = await rest_forms.form_of(request)
        rest_forms.check_known(form, frozenset({"Status"}))
        if form.get("Status") != "stopped":
            refuse(20001, "Status")
        name = request.match_info["transcription"]
        running = self._exchange.transcriptions.find(self._call(request), name) or refuse(20404, request.path)
        self._exchange.transcriptions.stop(running)
        return 200, resources.transcription_json(self._account, running)

    async def _list_conferences(self, request: web.Request) -> tuple[int, dict[str, Any]]:
        status, name = request.query.get("Status"), request.query.get("FriendlyName")
        rooms = [
            room
            for room in reversed(self._exchange.rooms.all())
            if status in (None, room.status) and name in (None, room.name)
        ]
        shown = [resources.conference_json(self._account, room) for room in rooms[:1000]]
        return 200, resources.page_json(self._account, "conferences", shown)

    async def _fetch_conference(self, request: web.Request) -> tuple[int, dict[str, Any]]:
        return 200, resources.conference_json(self._account, self._room(request))

    async def _update_conference(self, request: web.Request) -> tuple[int, dict[str, Any]]:
        room, form = self._room(request), await rest_forms.form_of(request)
        rest_forms.check_known(form, rest_forms.CONFERENCE_FIELDS)
        if room.status == "completed":
            refuse(16022)
        if url := rest_forms.web_address(form, "AnnounceUrl"):
            self._exchange.rooms.announce(room, url, form.get("AnnounceMethod", "POST"))
        if (status := form.get("Status")) is not None:
            if status != "completed":
                refuse(20001, "Status")
            self._exchange.rooms.end(room, "conference-ended-via-api")
        return 200, resources.conference_json(self._account, room)

    async def _list_participants(self, request: web.Request) -> tuple[int, dict[str, Any]]:
        room = self._room(request)
        shown = [resources.participant_json(self._account, one) for one in room.participants]
        return 200, resources.page_json(self._account, "participants", shown)

    async def _fetch_participant(self, request: web.Request) -> tuple[int, dict[str, Any]]:
        return 200, resources.participant_json(self._account, self._participant(request))

    async def _update_participant(self, request: web.Request) -> tuple[int, dict[str, Any]]:
        participant, form = self._participant(request), await rest_forms.form_of(request)
        rest_forms.check_known(form, rest_forms.PARTICIPANT_FIELDS)
        coaching = rest_forms.flag(form, "Coaching")
        coach = form.get("CallSidToCoach", "") if coaching else ("" if coaching is False else None)
        self._exchange.rooms.change(
            participant,
            muted=rest_forms.flag(form, "Muted"),
            hold=rest_forms.flag(form, "Hold"),
            hold_url=rest_forms.web_address(form, "HoldUrl"),
            hold_method=form.get("HoldMethod", "POST"),
            end_on_exit=rest_forms.flag(form, "EndConferenceOnExit"),
            coach=coach,
        )
        return 200, resources.participant_json(self._account, participant)

    async def _remove_participant(self, request: web.Request) -> tuple[int, None]:
        self._exchange.hang_up(self._participant(request).call, by_api=True)
        return 204, None

    async def _list_messages(self, request: web.Request) -> tuple[int, dict[str, Any]]:
        query = request.query
        asked = self._texts.all(query.get("To"), query.get("From"), _instant(query.get("DateSent>")))
        shown = [text_json(self._account, text) for text in asked[:1000]]
        return 200, resources.page_json(self._account, "messages", shown)

    async def _create_message(self, request: web.Request) -> tuple[int, dict[str, Any]]:
        return 201, text_json(self._account, self._texts.send(await rest_forms.form_of(request)))

    async def _fetch_message(self, request: web.Request) -> tuple[int, dict[str, Any]]:
        return 200, text_json(self._account, self._text(request))

    async def _delete_message(self, request: web.Request) -> tuple[int, None]:
        self._texts.forget(self._text(request))
        return 204, None

    async def _list_notifications(self, request: web.Request) -> tuple[int, dict[str, Any]]:
        notes = self._exchange.stage.notifications
        shown = [resources.notification_json(self._account, note) for note in notes]
        return 200, resources.page_json(self._account, "notifications", shown)

    async def _unknown(self, request: web.Request) -> tuple[int, dict[str, Any]]:
        refuse(20404, request.path)

    def _call(self, request: web.Request) -> Call:
        return self._exchange.calls.get(request.match_info["call"]) or refuse(20404, request.path)

    def _text(self, request: web.Request) -> Text:
        return self._texts.find(request.match_info["message"]) or refuse(20404, request.path)

    def _room(self, request: web.Request) -> Conference:
        return self._exchange.rooms.find(request.match_info["room"]) or refuse(20404, request.path)

    def _participant(self, request: web.Request) -> Participant:
        found = self._room(request).find(request.match_info["participant"])
        return found or refuse(20404, request.path)


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        refuse(20001, "DateSent")
    return at if at.tzinfo else at.replace(tzinfo=UTC)
