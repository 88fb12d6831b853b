"""What TwiML may say: verbs, attributes, nesting and limits, as one table.

Twilio only warns about much of this (12200) and then does something else than was meant; here it is an error.
Source: https://www.twilio.com/docs/voice/twiml and its pages per verb.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from telephony.twiml_values import (
    CALL_EVENTS,
    CONFERENCE_EVENTS,
    FLAG,
    INTERRUPTIBLE,
    METHOD,
    RECORDING,
    RECORDING_EVENTS,
    STT_PROVIDER,
    TTS_PROVIDER,
    WEB,
    Check,
    anything,
    at_most,
    call_named,
    heard_language,
    hint_list,
    keys,
    nothing_or,
    one_of,
    participant_label,
    several_of,
    socket_url,
    spoken_language,
    tones,
    whole,
)


class Text(StrEnum):
    """Whether a verb holds text of its own."""

    NONE = "none"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Verb:
    """What one verb may carry. `text_check` judges its text; `ends` says that no verb after it is ever reached."""

    attributes: Mapping[str, Check] = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    text: Text = Text.NONE
    text_check: Check = anything
    ends: bool = False


_SSML = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})
_NUMBER_ATTRIBUTES: dict[str, Check] = {
    "url": WEB,
    "method": METHOD,
    "statusCallback": WEB,
    "statusCallbackMethod": METHOD,
    "statusCallbackEvent": CALL_EVENTS,
}

VERBS: dict[str, Verb] = {
    "Say": Verb(
        {"voice": at_most(64), "language": spoken_language, "loop": whole(0, 1000)},
        children=_SSML,
        text=Text.REQUIRED,
        text_check=at_most(4096),
    ),
    "Play": Verb({"loop": whole(0, 1000), "digits": tones}, text=Text.REQUIRED, text_check=nothing_or(WEB)),
    "Pause": Verb({"length": whole(1, 3600)}),
    "Gather": Verb(
        {
            "input": one_of("dtmf", "speech", "dtmf speech", "speech dtmf"),
            "action": WEB,
            "method": METHOD,
            "actionOnEmptyResult": FLAG,
            "timeout": whole(1, 600),
            "speechTimeout": whole(1, 60),
            "maxSpeechTime": whole(1, 60),
            "finishOnKey": nothing_or(keys),
            "numDigits": whole(1, 128),
            "hints": hint_list,
            "language": heard_language,
            "speechModel": at_most(64),
            "profanityFilter": FLAG,
            "partialResultCallback": WEB,
            "partialResultCallbackMethod": METHOD,
        },
        children=frozenset({"Say", "Play", "Pause"}),
        required=frozenset({"action"}),
    ),
    "Dial": Verb(
        {
            "action": WEB,
            "method": METHOD,
            "timeout": whole(5, 600),
            "timeLimit": whole(1, 14400),
            "answerOnBridge": FLAG,
            "hangupOnStar": FLAG,
            "callerId": at_most(128),
        },
        children=frozenset({"Conference", "Number", "Client", "Sip"}),
    ),
    "Conference": Verb(
        {
            "muted": FLAG,
            "beep": one_of("true", "false", "onEnter", "onExit"),
            "startConferenceOnEnter": FLAG,
            "endConferenceOnExit": FLAG,
            "participantLabel": participant_label,
            "jitterBufferSize": one_of("large", "medium", "small", "off"),
            "waitUrl": nothing_or(WEB),
            "waitMethod": METHOD,
            "maxParticipants": whole(2, 250),
            "record": RECORDING,
            "region": at_most(16),
            "trim": one_of("trim-silence", "do-not-trim"),
            "coach": call_named,
            "statusCallback": WEB,
            "statusCallbackMethod": METHOD,
            "statusCallbackEvent": CONFERENCE_EVENTS,
            "recordingStatusCallback": WEB,
            "recordingStatusCallbackMethod": METHOD,
            "recordingStatusCallbackEvent": RECORDING_EVENTS,
        },
        text=Text.REQUIRED,
        text_check=at_most(128),
    ),
    "Number": Verb(_NUMBER_ATTRIBUTES | {"sendDigits": tones}, text=Text.REQUIRED, text_check=at_most(32)),
    "Client": Verb(_NUMBER_ATTRIBUTES, text=Text.REQUIRED, text_check=at_most(128)),
    "Sip": Verb(_NUMBER_ATTRIBUTES, text=Text.REQUIRED, text_check=at_most(256)),
    "Redirect": Verb({"method": METHOD}, text=Text.REQUIRED, text_check=WEB, ends=True),
    "Hangup": Verb(ends=True),
    "Reject": Verb({"reason": one_of("rejected", "busy")}, ends=True),
    "Record": Verb(
        {
            "action": WEB,
            "method": METHOD,
            "timeout": whole(0, 600),
            "finishOnKey": nothing_or(keys),
            "maxLength": whole(1, 14400),
            "playBeep": FLAG,
            "trim": one_of("trim-silence", "do-not-trim"),
            "recordingStatusCallback": WEB,
            "recordingStatusCallbackMethod": METHOD,
            "recordingStatusCallbackEvent": RECORDING_EVENTS,
            "transcribe": FLAG,
            "transcribeCallback": WEB,
        },
        # Without an action Twilio asks the current address again, for ever.
        required=frozenset({"action"}),
    ),
    # Without an action the call ends when the socket does.
    "Connect": Verb(
        {"action": WEB, "method": METHOD}, children=frozenset({"ConversationRelay"}), required=frozenset({"action"})
    ),
    "ConversationRelay": Verb(
        {
            "url": socket_url,
            "welcomeGreeting": at_most(4096),
            "welcomeGreetingInterruptible": INTERRUPTIBLE,
            "language": spoken_language,
            "ttsLanguage": spoken_language,
            "transcriptionLanguage": heard_language,
            "ttsProvider": TTS_PROVIDER,
            "voice": at_most(64),
            "transcriptionProvider": STT_PROVIDER,
            "speechModel": at_most(64),
            "partialPrompts": FLAG,
            "interruptible": INTERRUPTIBLE,
            "interruptSensitivity": one_of("high", "medium", "low"),
            "dtmfDetection": FLAG,
            "reportInputDuringAgentSpeech": one_of("none", "dtmf", "speech", "any"),
            "preemptible": FLAG,
            "hints": hint_list,
            "events": several_of("speaker-events", "tokens-played"),
            "profanityFilter": FLAG,
        },
        children=frozenset({"Language", "Parameter"}),
        required=frozenset({"url"}),
    ),
    "Language": Verb(
        {
            "code": spoken_language,
            "ttsProvider": TTS_PROVIDER,
            "voice": at_most(64),
            "transcriptionProvider": STT_PROVIDER,
            "speechModel": at_most(64),
        },
        required=frozenset({"code"}),
    ),
    "Parameter": Verb({"name": at_most(128), "value": at_most(500)}, required=frozenset({"name", "value"})),
    "Start": Verb({"action": WEB, "method": METHOD}, children=frozenset({"Transcription"})),
    "Stop": Verb(children=frozenset({"Transcription"})),
    "Transcription": Verb(
        {
            "name": at_most(128),
            "track": one_of("inbound_track", "outbound_track", "both_tracks"),
            "statusCallbackUrl": WEB,
            "statusCallbackMethod": METHOD,
            "inboundTrackLabel": at_most(128),
            "outboundTrackLabel": at_most(128),
            "partialResults": FLAG,
            "languageCode": heard_language,
            "transcriptionEngine": one_of("google", "deepgram"),
            "profanityFilter": FLAG,
            "speechModel": at_most(64),
            "hints": hint_list,
            "enableAutomaticPunctuation": FLAG,
        }
    ),
    "break": Verb({"strength": at_most(16), "time": at_most(16)}),
    "emphasis": Verb({"level": one_of("strong", "moderate", "reduced")}, text=Text.REQUIRED),
    "lang": Verb({"{http://www.w3.org/XML/1998/namespace}lang": heard_language}, text=Text.REQUIRED),
    "p": Verb(text=Text.REQUIRED),
    "phoneme": Verb({"alphabet": one_of("ipa", "x-sampa"), "ph": at_most(128)}, text=Text.REQUIRED),
    "prosody": Verb({"volume": at_most(16), "rate": at_most(16), "pitch": at_most(16)}, text=Text.REQUIRED),
    "s": Verb(text=Text.REQUIRED),
    "say-as": Verb({"interpret-as": at_most(32), "format": at_most(32)}, text=Text.REQUIRED),
    "sub": Verb({"alias": at_most(256)}, text=Text.REQUIRED),
    "w": Verb({"role": at_most(32)}, text=Text.REQUIRED),
}


class Place(StrEnum):
    """Where a document is run; each place allows verbs of its own at the top."""

    CALL = "call"
    CONFERENCE_WAIT = "conference_wait"
    WHISPER = "whisper"


TOP: dict[Place, frozenset[str]] = {
    Place.CALL: frozenset(
        {"Say", "Play", "Pause", "Gather", "Dial", "Connect", "Redirect", "Hangup", "Reject", "Record", "Start", "Stop"}
    ),
    Place.CONFERENCE_WAIT: frozenset({"Say", "Play", "Pause", "Redirect"}),
    Place.WHISPER: frozenset({"Say", "Play", "Pause", "Gather", "Hangup"}),
}
