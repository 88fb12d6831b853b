"""Calls, conferences and participants as Twilio's REST interface shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from telephony.emulator.calls import API_VERSION, Call
from telephony.emulator.participants import Conference, Participant
from telephony.emulator.stage import Notification, rfc2822
from telephony.emulator.transcriptions import Transcription


def call_json(account_sid: str, call: Call) -> dict[str, Any]:
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Calls/{call.sid}.json"
    return {
        "sid": call.sid,
        "account_sid": account_sid,
        "annotation": None,
        "answered_by": None,
        "api_version": API_VERSION,
        "caller_name": None,
        "date_created": rfc2822(call.created_at),
        "date_updated": rfc2822(call.updated_at or call.created_at),
        "direction": call.direction,
        "duration": str(call.duration_seconds) if call.ended_at else None,
        "end_time": _at(call.ended_at),
        "forwarded_from": None,
        "from": call.caller,
        "from_formatted": call.caller,
        "group_sid": None,
        "parent_call_sid": None,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "start_time": _at(call.answered_at),
        "status": str(call.status),
        "subresource_uris": {},
        "to": call.callee,
        "to_formatted": call.callee,
        "trunk_sid": None,
        "uri": uri,
    }


def conference_json(account_sid: str, room: Conference) -> dict[str, Any]:
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Conferences/{room.sid}"
    return {
        "sid": room.sid,
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "call_sid_ending_conference": room.ended_by,
        "date_created": rfc2822(room.created_at),
        "date_updated": rfc2822(room.updated_at or room.created_at),
        "friendly_name": room.name,
        "reason_conference_ended": room.reason_ended,
        "region": "us1",
        "status": room.status,
        "subresource_uris": {"participants": f"{uri}/Participants.json"},
        "uri": f"{uri}.json",
    }


def participant_json(account_sid: str, participant: Participant) -> dict[str, Any]:
    room, call = participant.conference, participant.call
    return {
        "account_sid": account_sid,
        "call_sid": call.sid,
        "call_sid_to_coach": participant.coach,
        "coaching": participant.coach is not None,
        "conference_sid": room.sid,
        "date_created": rfc2822(participant.joined_at),
        "date_updated": rfc2822(participant.joined_at),
        "end_conference_on_exit": participant.end_on_exit,
        "hold": participant.hold,
        "label": participant.label,
        "muted": participant.muted,
        "queue_time": "0",
        "start_conference_on_enter": participant.start_on_enter,
        "status": "connected",
        "uri": f"/{API_VERSION}/Accounts/{account_sid}/Conferences/{room.sid}/Participants/{call.sid}.json",
    }


def transcription_json(account_sid: str, transcription: Transcription) -> dict[str, Any]:
    call_sid = transcription.call.sid
    return {
        "sid": transcription.sid,
        "account_sid": account_sid,
        "call_sid": call_sid,
        "name": transcription.name,
        "status": transcription.status,
        "date_updated": None,
        "uri": f"/{API_VERSION}/Accounts/{account_sid}/Calls/{call_sid}/Transcriptions/{transcription.sid}.json",
    }


def notification_json(account_sid: str, notification: Notification) -> dict[str, Any]:
    return {
        "sid": notification.sid,
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "call_sid": notification.call_sid,
        "date_created": rfc2822(notification.at),
        "error_code": str(notification.code),
        "log": "0",
        "message_date": rfc2822(notification.at),
        "message_text": notification.message,
        "more_info": f"https://www.twilio.com/docs/errors/{notification.code}",
        "uri": f"/{API_VERSION}/Accounts/{account_sid}/Notifications/{notification.sid}.json",
    }


def page_json(account_sid: str, name: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    """A list of resources as one page: this emulator has never more than one."""
    uri = f"/{API_VERSION}/Accounts/{account_sid}/{name.capitalize()}.json"
    return {
        name: items,
        "end": max(0, len(items) - 1),
        "first_page_uri": uri,
        "next_page_uri": None,
        "page": 0,
        "page_size": max(50, len(items)),
        "previous_page_uri": None,
        "start": 0,
        "uri": uri,
    }


def _at(at: datetime | None) -> str | None:
    return rfc2822(at) if at else None
