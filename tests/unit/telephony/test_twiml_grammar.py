"""The grammar: what it refuses, and that the installed package has every verb and attribute in it."""

from __future__ import annotations

import inspect
from xml.etree import ElementTree

import pytest
from twilio.twiml import lower_camel, voice_response

from telephony.twiml_check import BadTwiml, problems_of, read
from telephony.twiml_grammar import TOP, VERBS, Place

URL = "https://pbx.example/turn?n=1"


def document(inner: str) -> str:
    return f"<Response>{inner}</Response>"


def relay(attributes: str, inner: str = "") -> str:
    return f"<Connect action='{URL}'><ConversationRelay {attributes}>{inner}</ConversationRelay></Connect>"


@pytest.mark.parametrize(
    ("inner", "complaint"),
    [
        ("<Speak>x</Speak>", "not allowed at the top"),
        ("<say>x</say>", "not allowed at the top"),
        ("loose words", "text outside"),
        ("<Say></Say>", "is empty"),
        ("<Say lang='en-GB'>x</Say>", "has no attribute lang"),
        ("<Say language='fa-IR'>x</Say>", "no voice speaks"),
        ("<Say language='English'>x</Say>", "no language tag"),
        ("<Play></Play>", "neither an address nor digits"),
        ("<Play>music.wav</Play>", "not absolute"),
        ("<Pause length='0'/>", "no whole number"),
        ("<Pause>x</Pause>", "holds text"),
        (f"<Gather action='{URL}' timeout='soon'/>", "no whole number"),
        (f"<Gather action='{URL}' input='voice'/>", "is none of"),
        (f"<Gather action='{URL}' input='dtmf speech'/>", "explicit speechTimeout"),
        (f"<Gather action='{URL}' input='speech' speechTimeout='auto'/>", "no whole number"),
        (f"<Gather action='{URL}' numdigits='1'/>", "has no attribute numdigits"),
        (f"<Gather action='{URL}' bargeIn='true'/>", "has no attribute bargeIn"),
        (f"<Gather action='{URL}' finishOnKey='A'/>", "no keys"),
        (f"<Gather action='{URL}' hints='{'x' * 101}'/>", "hints"),
        (f"<Gather action='{URL}'><Dial/></Gather>", "not allowed inside Gather"),
        ("<Gather action='/turn'/>", "not absolute"),
        ("<Gather/>", "needs action"),
        ("<Gather action='https://a_b.example/x'/>", "underscore"),
        ("<Gather action='https://pbx.example/x?to=%2B44'/>", "signers encode differently"),
        (f"<Redirect>{URL}</Redirect><Say>x</Say>", "never reached after Redirect"),
        ("<Hangup/><Say>x</Say>", "never reached after Hangup"),
        (f"<Dial action='{URL}'><Conference>r</Conference></Dial><Say>x</Say>", "never reached after Dial"),
        ("<Dial><Conference participantLabel='a/b'>r</Conference></Dial>", "label"),
        ("<Dial><Conference participantLabel='CA00000000000000000000000000000000'>r</Conference></Dial>", "label"),
        ("<Dial><Conference coach='amira'>r</Conference></Dial>", "names no call"),
        ("<Dial><Conference statusCallbackEvent='joined'>r</Conference></Dial>", "is not made of"),
        ("<Dial><Conference>r</Conference><Number>+441234567</Number></Dial>", "together with"),
        ("<Dial><Conference></Conference></Dial>", "is empty"),
        ("<Say>x</Say><Reject/>", "must be the first"),
        ("<Record/>", "needs action"),
        (f"<Record action='{URL}' transcribe='true'/>", "120 seconds at most"),
        (f"<Record action='{URL}' transcribe='true' maxLength='121'/>", "120 seconds at most"),
        (f"<Record action='{URL}' recordingStatusCallbackEvent='done'/>", "is not made of"),
        ("<Connect><ConversationRelay url='wss://pbx.example/s'/></Connect>", "needs action"),
        (f"<Connect action='{URL}'></Connect>", "connects to one thing"),
        (relay("url='https://pbx.example/s'"), "not absolute"),
        (relay("url='ws://pbx.example/s'"), "not encrypted"),
        (relay("url='wss://pbx.example/s?n=1'"), "has a query"),
        (relay("url='wss://pbx.example/s' language='ka-GE'"), "no voice speaks"),
        (relay("url='wss://pbx.example/s' ttsProvider='Polly'"), "is none of"),
        (relay("url='wss://pbx.example/s' partialPrompts='true'"), "only the model flux"),
        (relay("url='wss://pbx.example/s'", "<Say>x</Say>"), "not allowed inside ConversationRelay"),
        (relay("url='wss://pbx.example/s'", "<Parameter name='n'/>"), "needs value"),
        (relay("url='wss://pbx.example/s'") + "<Say>x</Say>", "never reached after Connect"),
    ],
)
def test_what_twilio_would_misread_is_refused(inner: str, complaint: str) -> None:
    complaints = [str(problem) for problem in problems_of(document(inner))]
    assert any(complaint in text for text in complaints), complaints


@pytest.mark.parametrize(
    "text",
    ["", "<Response>", "<!DOCTYPE x [<!ENTITY a 'b'>]><Response/>", "<Reply/>", "<Response x='1'/>", "{}"],
)
def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(BadTwiml):
        read(text)


def test_a_document_past_64_kib_is_refused() -> None:
    inner = "".join(f"<Say>{'x' * 4000}</Say>" for _ in range(17))
    assert [problem.code for problem in problems_of(document(inner))] == [11750]


def test_every_problem_is_told_not_only_the_first() -> None:
    assert len(problems_of(document("<Gather timeout='x' nonsense='1'><Dial/></Gather>"))) == 4


def test_a_conference_plays_music_but_never_listens() -> None:
    listening = document(f"<Gather action='{URL}'><Say>x</Say></Gather>")
    assert problems_of(listening) == []
    assert problems_of(listening, Place.CONFERENCE_WAIT)


def test_spoken_markup_is_read() -> None:
    assert problems_of(document("<Say>Your code is <say-as interpret-as='digits'>4417</say-as>.</Say>")) == []
    assert problems_of(document("<Say>Hello <blink>you</blink></Say>"))


PARENTS = {
    "Conference": "Dial",
    "Number": "Dial",
    "Client": "Dial",
    "Sip": "Dial",
    "Transcription": "Start",
    "ConversationRelay": "Connect",
    "Language": "ConversationRelay",
    "Parameter": "ConversationRelay",
}


def package_attributes(name: str) -> set[str]:
    """The attributes that the package's builder of this verb names."""
    parent = getattr(voice_response, PARENTS.get(name, "VoiceResponse"))
    builders = {built.replace("_", ""): getattr(parent, built) for built in dir(parent) if not built.startswith("_")}
    builder = builders[name.lower()]
    return {lower_camel(parameter) for parameter in inspect.signature(builder).parameters}


@pytest.mark.parametrize("name", sorted(name for name in VERBS if name[0].isupper()))
def test_the_package_knows_every_verb_and_attribute_of_the_table(name: str) -> None:
    assert set(VERBS[name].attributes) <= package_attributes(name)


def test_every_verb_that_is_named_is_in_the_table() -> None:
    named = frozenset.union(*TOP.values(), *(verb.children for verb in VERBS.values()))
    assert named <= VERBS.keys()


def test_the_package_alone_would_let_it_pass() -> None:
    """Why the table exists: the builder writes whatever it is told."""
    response = voice_response.VoiceResponse()
    response.gather(timeout="soon", tmeout=3).append(voice_response.Dial())
    assert ElementTree.fromstring(response.to_xml()).tag == "Response"
    assert problems_of(response.to_xml())
