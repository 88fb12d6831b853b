"""Judges a TwiML document by the grammar, and reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from telephony.twiml_grammar import TOP, VERBS, Place, Text, Verb

DOCUMENT_LIMIT = 64 * 1024

NOT_XML = 12100
SCHEMA = 12200
TOO_LARGE = 11750
WRITTEN_DOWN_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a document: Twilio's error code, the path of the verb, and a sentence."""

    code: int
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.code} at {self.where}: {self.message}"


class BadTwiml(ValueError):
    """The document breaks the grammar; `problems` lists every way in which it does."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


def read(document: str, place: Place = Place.CALL) -> ElementTree.Element:
    """The `<Response>` of a document that passes the grammar. Raises `BadTwiml`."""
    root = _parse(document)
    problems = list(_judge_response(root, place))
    if problems:
        raise BadTwiml(problems)
    return root


def problems_of(document: str, place: Place = Place.CALL) -> list[Problem]:
    """Everything that is wrong with a document; empty when nothing is."""
    try:
        read(document, place)
    except BadTwiml as bad:
        return bad.problems
    return []


def _parse(document: str) -> ElementTree.Element:
    if len(document.encode("utf-8", "replace")) > DOCUMENT_LIMIT:
        raise BadTwiml([Problem(TOO_LARGE, "document", f"is larger than {DOCUMENT_LIMIT} bytes")])
    if "<!DOCTYPE" in document or "<!ENTITY" in document:
        raise BadTwiml([Problem(NOT_XML, "document", "declares entities, which TwiML doesn't have")])
    try:
        # Entities are refused above, and with them all that makes this parser dangerous.
        return ElementTree.fromstring(document)  # noqa: S314
    except ElementTree.ParseError as error:
        raise BadTwiml([Problem(NOT_XML, "document", f"is not XML: {error}")]) from None


def _judge_response(root: ElementTree.Element, place: Place) -> Iterator[Problem]:
    if root.tag != "Response":
        yield Problem(SCHEMA, root.tag, "the outermost element must be Response")
        return
    for name in root.attrib:
        yield Problem(SCHEMA, "Response", f"has no attribute {name}")
    if _own_text(root):
        yield Problem(SCHEMA, "Response", "holds text outside of any verb")
    ended_by = ""
    for index, element in enumerate(root):
        where = f"Response/{element.tag}[{index}]"
        if element.tag not in TOP[place]:
            yield Problem(SCHEMA, where, f"is not allowed at the top of a {place} document")
            continue
        if ended_by:
            yield Problem(SCHEMA, where, f"is never reached after {ended_by}")
        if element.tag == "Reject" and index > 0:
            yield Problem(SCHEMA, where, "must be the first verb")
        yield from _judge(element, where)
        if VERBS[element.tag].ends or (element.tag in ("Dial", "Connect") and "action" in element.attrib):
            ended_by = element.tag


def _judge(element: ElementTree.Element, where: str) -> Iterator[Problem]:
    verb = VERBS[element.tag]
    yield from _judge_attributes(element, verb, where)
    yield from _judge_text(element, verb, where)
    for index, child in enumerate(element):
        inner = f"{where}/{child.tag}[{index}]"
        if child.tag in verb.children:
            yield from _judge(child, inner)
        else:
            yield Problem(SCHEMA, inner, f"is not allowed inside {element.tag}")
    if element.tag == "Gather" and "speech" in element.get("input", "dtmf") and "speechTimeout" not in element.attrib:
        yield Problem(SCHEMA, where, "listens for speech without an explicit speechTimeout (13335)")
    if element.tag == "Record" and element.get("transcribe") == "true" and _is_longer(element, WRITTEN_DOWN_SECONDS):
        yield Problem(SCHEMA, where, f"is written down, and may then last {WRITTEN_DOWN_SECONDS} seconds at most")
    if element.tag == "Play" and not _own_text(element) and "digits" not in element.attrib:
        yield Problem(SCHEMA, where, "plays neither an address nor digits")
    if element.tag == "Connect" and len(element) != 1:
        yield Problem(SCHEMA, where, "connects to one thing")
    if element.get("partialPrompts") == "true" and element.get("speechModel") != "flux":
        yield Problem(SCHEMA, where, "asks for partial prompts, which only the model flux gives")
    if element.tag == "Dial" and len(element) > 1 and any(child.tag == "Conference" for child in element):
        yield Problem(SCHEMA, where, "can't dial a conference together with something else")


def _is_longer(element: ElementTree.Element, seconds: int) -> bool:
    longest = element.get("maxLength", "3600")
    return longest.isdigit() and int(longest) > seconds


def _judge_attributes(element: ElementTree.Element, verb: Verb, where: str) -> Iterator[Problem]:
    for name, value in element.attrib.items():
        check = verb.attributes.get(name)
        if check is None:
            yield Problem(SCHEMA, where, f"has no attribute {name}")
        elif wrong := check(value):
            yield Problem(SCHEMA, f"{where}@{name}", wrong)
    for name in sorted(verb.required - element.attrib.keys()):
        yield Problem(SCHEMA, where, f"needs {name}")


def _judge_text(element: ElementTree.Element, verb: Verb, where: str) -> Iterator[Problem]:
    text = _own_text(element)
    if verb.text is Text.NONE:
        if text:
            yield Problem(SCHEMA, where, "holds text, and can't")
        return
    if not text and len(element) == 0 and element.tag != "Play":
        yield Problem(SCHEMA, where, "is empty")
        return
    if text and (wrong := verb.text_check(text)):
        yield Problem(SCHEMA, where, wrong)


def _own_text(element: ElementTree.Element) -> str:
    parts = [element.text or "", *(child.tail or "" for child in element)]
    return "".join(parts).strip()
