"""A caller's call from its arrival to its end, as Twilio asks about it."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from assistant.flow.intake import JoinRequest
from assistant.flow.transcripts import ContactView
from assistant.model.contact import Channel, Contact, ContactId, State
from assistant.model.errors import Refused, Unavailable
from assistant.model.events import Event, EventType
from assistant.model.wording import connecting_sentence
from telephony import payloads, twiml
from telephony import voice_wording as words
from telephony.addresses import (
    AGENT_ANSWER,
    CUSTOMER_ANSWER,
    HOLD_MUSIC,
    VOICE_AFTER,
    VOICE_ASIDE,
    VOICE_ASIDE_KEYS,
    VOICE_BRIDGE,
    VOICE_CLOSED,
    VOICE_INCOMING,
    VOICE_MESSAGE,
    VOICE_MESSAGE_DONE,
    VOICE_PREFERENCE,
    VOICE_RELAYED,
    VOICE_SURVEY,
    VOICE_TURN,
    Addresses,
    Mode,
    TurnState,
)
from telephony.patience import Patience
from telephony.payloads import CallSid
from telephony.voice_closed import ClosedLine
from telephony.voice_flow import VoiceFlow
from telephony.voice_preference import VoicePreference
from telephony.voice_steps import Next
from telephony.voice_survey import VoiceSurvey
from telephony.voice_turns import VoiceTurns
from telephony.voice_wording import speaker_for

TRIES = 5
RETRY_PAUSE_SECONDS = 3
KEPT_ENDED_CALLS = 1000
TURNS_PER_ATTEMPT = 100_000
REPEATABLE = frozenset(
    {
        VOICE_INCOMING,
        VOICE_TURN,
        VOICE_BRIDGE,
        VOICE_AFTER,
        VOICE_CLOSED,
        VOICE_MESSAGE,
        VOICE_MESSAGE_DONE,
        VOICE_SURVEY,
        VOICE_PREFERENCE,
        VOICE_RELAYED,
        VOICE_ASIDE,
        VOICE_ASIDE_KEYS,
    }
)
CALLBACKS, AGENTS = (path.partition("{")[0] for path in (CUSTOMER_ANSWER, AGENT_ANSWER))

log = logging.getLogger(__name__)

type Fields = Mapping[str, str]


class VoiceCalls:
    """Answers with a document in every case: what fails behind the door becomes an honest sentence."""

    def __init__(self, flow: VoiceFlow, addresses: Addresses, turns: VoiceTurns, patience: Patience) -> None:
        self._flow = flow
        self._addresses = addresses
        self._turns = turns
        self._patience = patience
        self._speaker = speaker_for(flow.tenant.languages[0])
        self._ended: OrderedDict[CallSid, None] = OrderedDict()
        self._closed = ClosedLine(flow, addresses, patience)
        self._survey = VoiceSurvey(flow, addresses)
        self._preference = VoicePreference(flow, addresses)

    async def incoming(self, query: Fields, fields: Fields) -> str:
        """Secures the place, then says so and listens. Asked again for the same call, it finds the same place."""
        call = payloads.incoming_call(fields)
        try:
            answer = await self._patience.answer(f"incoming/{call.call_sid}", lambda: self._arrive(call))
        except Refused as refused:
            return self._closed.turn_away(call, refused)
        except Unavailable as unavailable:
            log.warning("a place could not be secured", extra={"code": unavailable.code, "call_sid": call.call_sid})
            return self._try_again(query, words.NO_PLACE_YET)
        return answer or self._try_again(query, words.ONE_MOMENT)

    async def _arrive(self, call: payloads.IncomingCall) -> str:
        tenant = self._flow.tenant
        joined = await self._flow.intake.join(
            JoinRequest(
                channel=Channel.VOICE,
                queue=tenant.queue_of_number(call.dnis),
                idempotency_key=f"call:{call.call_sid}",
                ani=call.ani,
                dnis=call.dnis,
                language=tenant.language_of_number(call.dnis),
                call_sid=call.call_sid,
            )
        )
        if call.call_sid in self._ended:
            # The caller hung up while the place was being secured, and was told of first.
            await self._flow.legs.lost(call.call_sid)
        is_connecting = joined.greeting == connecting_sentence(tenant.brand)
        turn = TurnState(joined.contact.id, mode=Mode.HOLD if is_connecting else Mode.TALK)
        return self._turns.enter(await self._flow.transcripts.view(joined.contact.id), turn)

    async def closed(self, query: Fields, fields: Fields) -> str:
        """What a caller has chosen whose queue is closed."""
        return await self._closed.chosen(query, fields)

    async def _afterwards(self, view: ContactView) -> str | None:
        """What a caller is asked whose agent has hung up; None: nothing."""
        if await self._preference.is_due(view):
            return self._preference.offer(view.contact)
        return self._survey.offer(view.contact) if await self._survey.is_due(view) else None

    async def preference(self, query: Fields, fields: Fields) -> str:
        """Whether we may remember how a customer would rather be reached; the survey may follow."""
        contact_id = ContactId(query.get("contact", ""))
        if payloads.call_status(fields.get("CallStatus", "")).is_over:
            return twiml.goodbye([], speaker=self._speaker)
        said = await self._preference.answer(query, fields)
        view = await self._flow.transcripts.view(contact_id)
        if said is not None and await self._survey.is_due(view):
            return self._survey.offer(view.contact, said)
        speaker = speaker_for(view.contact.language)
        return twiml.goodbye([*(said or ()), words.closing(view.contact, self._flow.tenant)], speaker=speaker)

    async def survey(self, query: Fields, fields: Fields) -> str:
        """What a caller whose agent has hung up answers to the survey."""
        return await self._survey.answer(query, fields)

    async def turn(self, query: Fields, fields: Fields) -> str:
        """One turn. A slow one is bridged by a sentence, and asked for again."""
        heard, turn = payloads.voice_turn(fields), TurnState.read(query)
        if turn is None:
            return self._lost()
        try:
            answer = await self._patience.answer(turn.key, lambda: self._turns.answer(turn, heard))
        except Refused as refused:
            log.info("a turn was refused", extra={"code": refused.code, "contact_id": turn.contact_id})
            return self._lost() if refused.code == "no_such_contact" else await self._as_it_stands(turn)
        except Unavailable as unavailable:
            log.warning("a turn failed", extra={"code": unavailable.code, "contact_id": turn.contact_id})
            return self._in_trouble(turn, heard)
        if answer is not None:
            return answer
        if turn.again >= TRIES:
            return self._in_trouble(turn, heard)
        line = words.STILL_BUSY if turn.again else words.ONE_MOMENT
        return twiml.go_on([line], url=self._addresses.turn(turn.waited_for()), speaker=self._speaker)

    async def bridge(self, query: Fields, fields: Fields) -> str:
        """The caller was called out of the loop because an agent is there: to the conference, if that still holds."""
        contact_id = ContactId(query.get("contact", ""))
        if query.get("attempt", "1") != "1" and (stopping := self._turns.unheard(VOICE_BRIDGE, query)):
            return stopping  # from one agent to the next: what is written down is told of another attempt
        try:
            # All that was said was said in the loop; a contact that isn't connected any more goes back there.
            await self._flow.recording.settle_quietly(contact_id)  # of the agent before
            view = await self._flow.transcripts.view(contact_id)
        except Refused:
            return self._lost()
        newest = max((event.seq for event in view.events), default=0)
        turn = TurnState(contact_id, after=newest, n=first_turn(view.contact))
        return self._turns.enter(replace(view, events=()), turn)

    async def after(self, query: Fields, fields: Fields) -> str:
        """The conference is over for the caller: the agent has left, so the contact is done, or back in its place."""
        call_sid, contact_id = payloads.call_sid(fields), ContactId(query.get("contact", ""))
        if payloads.call_status(fields.get("CallStatus", "")).is_over:
            return twiml.goodbye([], speaker=self._speaker)
        if stopping := self._turns.unheard(VOICE_AFTER, query):
            return stopping
        try:
            view = await self._flow.transcripts.view(contact_id)
            if view.contact.state is State.CONNECTED and str(view.contact.attempt) == query.get("attempt"):
                await self._flow.bridges.caller_is_out(contact_id, view.contact.attempt)
                view = await self._flow.transcripts.view(contact_id)
            await self._flow.recording.settle_quietly(contact_id)
            if view.contact.state is State.CONNECTED:
                # Connected anew meanwhile, through another attempt: that one's redirect may come first or last.
                return self._turns.document(view, TurnState(contact_id))
            if (asked := await self._afterwards(view)) is not None:
                return asked
        except Refused:
            return self._lost()
        except Unavailable as unavailable:
            log.warning("a conference's end failed", extra={"code": unavailable.code, "call_sid": call_sid})
            return twiml.goodbye([words.GIVING_UP], speaker=self._speaker)
        newest = max((event.seq for event in view.events), default=0)
        turn = TurnState(contact_id, after=newest, n=first_turn(view.contact) + TURNS_PER_ATTEMPT // 2)
        since = _since_return(view)
        returned = Next(() if since else (words.RETURNED,), Mode.TALK)
        return self._turns.enter(replace(view, events=since), turn, returned)

    async def status(self, fields: Fields) -> None:
        """A call's end ends its leg. Steps come late, twice and out of order; only the end counts."""
        step = payloads.call_progress(fields)
        if not step.status.is_over:
            return
        self._ended[step.call_sid] = None
        while len(self._ended) > KEPT_ENDED_CALLS:
            self._ended.popitem(last=False)
        await self._flow.legs.lost(step.call_sid)

    def fallback(self, fields: Fields) -> str:
        """Something didn't answer as it should: the same is asked for again after a while, a few times."""
        failed = fields.get("ErrorUrl", "")
        parts = urlsplit(failed)
        path, asked = parts.path[parts.path.find("/telephony/") :], dict(parse_qsl(parts.query))
        is_repeatable = path in REPEATABLE or path.startswith((CALLBACKS, AGENTS))
        if not self._addresses.is_ours(failed) or not is_repeatable:
            return twiml.goodbye([words.GIVING_UP], speaker=self._speaker)
        if path in {VOICE_SURVEY, VOICE_PREFERENCE}:  # the key is lost with the request, and it is nothing to insist on
            return twiml.goodbye([words.SURVEY_LOST], speaker=self._speaker)
        if path in {VOICE_INCOMING, VOICE_CLOSED}:
            # The key that was pressed is lost with the request: the call is asked about from the beginning.
            return self._try_again(asked, words.NO_PLACE_YET)
        again = _count(asked.get("again", ""))
        if again >= TRIES:
            return twiml.goodbye([words.GIVING_UP], speaker=self._speaker)
        url = self._addresses.of(path, **(asked | {"again": again + 1}))
        has_no_place = path.startswith(AGENTS) or path in {VOICE_MESSAGE, VOICE_MESSAGE_DONE}
        line = words.ONE_MOMENT if has_no_place else words.TROUBLE
        return twiml.go_on([line], url=url, speaker=self._speaker, pause_seconds=RETRY_PAUSE_SECONDS)

    async def _as_it_stands(self, turn: TurnState) -> str:
        try:
            return self._turns.document(await self._flow.transcripts.view(turn.contact_id, after=turn.after), turn)
        except (Refused, Unavailable):
            return twiml.goodbye([words.GIVING_UP], speaker=self._speaker)

    def _in_trouble(self, turn: TurnState, heard: payloads.VoiceTurn) -> str:
        """Who spoke is told, and may say it again; who was silent hears music. What was secured stands."""
        following = replace(turn, n=turn.n + 1, mode=Mode.TALK, again=0)
        if not heard.words and not heard.keys and not turn.again:
            url = self._addresses.turn(replace(following, mode=Mode.HOLD))
            return twiml.hold([], action=url, speaker=self._speaker, music_url=self._addresses.of(HOLD_MUSIC))
        url = self._addresses.turn(following)
        return twiml.talk([words.TROUBLE], action=url, speaker=self._speaker, listening=twiml.Listening())

    def _try_again(self, query: Fields, line: str) -> str:
        count = _count(query.get("tried", ""))
        if count >= TRIES:
            return twiml.goodbye([words.NO_PLACE], speaker=self._speaker)
        url = self._addresses.of(VOICE_INCOMING, tried=count + 1)
        return twiml.go_on([line], url=url, speaker=self._speaker, pause_seconds=RETRY_PAUSE_SECONDS)

    def _lost(self) -> str:
        return twiml.go_on([words.LOST_YOU], url=self._addresses.of(VOICE_INCOMING), speaker=self._speaker)


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _since_return(view: ContactView) -> tuple[Event, ...]:
    """What was said since the caller came back to the line out of a conversation: why, and where it stands."""
    seqs = [event.seq for event in view.events if _returns(event)] if view.contact.state.is_in_line else []
    said = (event for event in view.events if event.type is EventType.MESSAGE_ADDED)
    return tuple(event for event in said if seqs and event.seq > seqs[-1])


def _returns(event: Event) -> bool:
    return event.type is EventType.CONTACT_RETURNED and event.data.get("from") == State.CONNECTED.value


def first_turn(contact: Contact) -> int:
    """Where the loop counts on after an attempt to connect: no number of turns before ever came so far."""
    return contact.attempt * TURNS_PER_ATTEMPT
