"""The signature check against the official SDKs' vectors, and against the weaknesses of the package underneath."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import urlencode

import pytest

from telephony.signature import FORM, SignatureCheck, WrongAddress, auth_tokens

TOKEN = "12345"
TARGET = "/myapp.php?foo=1&bar=2"
FIELDS = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
JSON_BODY = b'{"property": "value", "boolean": true}'
JSON_HASH = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
EMPTY_JSON_HASH = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def sign(address: str, fields: dict[str, str] | None = None, token: str = TOKEN) -> str:
    text = address + "".join(name + value for name, value in sorted((fields or {}).items()))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def judge(
    origin: str,
    signature: str | None,
    *,
    target: str = TARGET,
    fields: dict[str, str] | list[tuple[str, str]] | None = None,
    body: bytes | None = None,
    content_type: str = FORM,
    tokens: tuple[str, ...] = (TOKEN,),
) -> bool:
    sent = urlencode(FIELDS if fields is None else fields).encode() if body is None else body
    signatures = [] if signature is None else [signature]
    return SignatureCheck(tokens, origin).is_genuine(
        target, content_type=content_type, body=sent, signatures=signatures
    )


@pytest.mark.parametrize(
    ("origin", "signature"),
    [
        ("https://mycompany.com", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://mycompany.com", "kvajT1Ptam85bY51eRf/AJRuM3w="),  # signed with :443, sent to no port
        ("https://mycompany.com:443", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://mycompany.com:443", "kvajT1Ptam85bY51eRf/AJRuM3w="),
        ("http://mycompany.com", "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        ("http://mycompany.com:80", "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        ("http://mycompany.com:1234", "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
        ("https://mycompany.com:1234", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),  # a port of ours that Twilio left out
    ],
)
def test_the_official_form_vectors_are_genuine(origin: str, signature: str) -> None:
    assert judge(origin, signature)


def test_fields_that_come_twice_are_signed_once_per_value() -> None:
    fields = [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")]
    assert judge("https://mycompany.com", "IK+Dwps556ElfBT0I3Rgjkr1wJU=", fields=fields)


@pytest.mark.parametrize(
    ("target", "body", "signature"),
    [
        (f"{TARGET}&bodySHA256={JSON_HASH}", JSON_BODY, "a9nBmqA0ju/hNViExpshrM61xv4="),
        (f"{TARGET}&bodySHA256={EMPTY_JSON_HASH}", b"{}", "Ldidvp12m26NI7eqEvxnEpkd9Hc="),
        (f"{TARGET}&bodySHA256={EMPTY_JSON_HASH}", b"{}", "rw/jVviOgicj2+kHZULvebnA4ag="),
        (f"/myapp.php?bodySHA256={JSON_HASH}", JSON_BODY, "y77kIzt2vzLz71DgmJGsen2scGs="),
    ],
)
def test_the_official_json_vectors_are_genuine(target: str, body: bytes, signature: str) -> None:
    assert judge("https://mycompany.com", signature, target=target, body=body, content_type="application/json")


@pytest.mark.parametrize("signature", [None, "", "x", "RSOYDt4T1cUTdK1PDd93/VVr8B8", "é" * 28, "\udce9" * 28])
def test_a_missing_or_broken_signature_is_refused(signature: str | None) -> None:
    assert not judge("https://mycompany.com", signature)


def test_two_signatures_are_refused_even_when_one_is_right() -> None:
    right = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    check = SignatureCheck([TOKEN], "https://mycompany.com")
    body = urlencode(FIELDS).encode()
    assert not check.is_genuine(TARGET, content_type=FORM, body=body, signatures=[right, "x"])


@pytest.mark.parametrize(
    "changed",
    [
        {"fields": FIELDS | {"Digits": "1235"}},
        {"fields": {name: value for name, value in FIELDS.items() if name != "To"}},
        {"fields": FIELDS | {"Extra": ""}},
        {"fields": {}},
        {"target": "/myapp.php?foo=1&bar=3"},
        {"target": "/other.php?foo=1&bar=2"},
        {"target": "https://mycompany.com/myapp.php?foo=1&bar=2"},
        {"target": "/myapp.php?foo=1&bar=é"},
        {"tokens": ("54321",)},
        {"body": b"\xff\xfe"},
    ],
)
def test_an_altered_request_is_refused(changed: dict[str, object]) -> None:
    assert not judge("https://mycompany.com", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", **changed)  # type: ignore[arg-type]


def test_blank_fields_are_part_of_what_was_signed() -> None:
    fields = FIELDS | {"CallerName": ""}
    signature = sign("https://mycompany.com" + TARGET, fields)
    assert judge("https://mycompany.com", signature, fields=fields)


def test_a_fragment_with_connection_overrides_is_not_signed() -> None:
    assert judge("https://mycompany.com", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", target=f"{TARGET}#rc=2")
    assert judge("https://mycompany.com#rc=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


@pytest.mark.parametrize("host", ["[::1]", "[2001:db8::7]", "user:pass@mycompany.com"])
def test_addresses_that_the_package_mangles_are_signed_whole(host: str) -> None:
    for port in ("", ":8443"):
        signature = sign(f"https://{host}{port}{TARGET}", FIELDS)
        assert judge(f"https://{host}:8443" if port else f"https://{host}", signature)
        assert not judge("https://elsewhere.example", signature)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://x.example",
        "x.example",
        "https://",
        "https://x.example:port",
        "https://x.example:99999",
        "https://x.example:0",
        "https://x.example/?a=b",
    ],
)
def test_an_address_that_nobody_can_call_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(WrongAddress):
        SignatureCheck([TOKEN], address)


def test_a_path_in_front_belongs_to_the_address() -> None:
    signature = sign("https://mycompany.com/holdfast" + TARGET, FIELDS)
    assert judge("https://mycompany.com/holdfast/", signature)


def test_a_blank_token_never_validates() -> None:
    assert auth_tokens(" a ,, b,") == ("a", "b")
    unsigned = sign("https://mycompany.com" + TARGET, FIELDS, token="")
    assert not judge("https://mycompany.com", unsigned, tokens=auth_tokens(f"{TOKEN},,"))
    with pytest.raises(ValueError, match="token"):
        SignatureCheck(auth_tokens(" , "), "https://mycompany.com")


def test_either_token_is_good_while_rotating() -> None:
    for token in ("new", "old"):
        assert judge(
            "https://mycompany.com", sign("https://mycompany.com" + TARGET, FIELDS, token), tokens=("new", "old")
        )


def test_a_json_body_needs_its_hash_and_has_to_match_it() -> None:
    signature = "a9nBmqA0ju/hNViExpshrM61xv4="
    target = f"{TARGET}&bodySHA256={JSON_HASH}"
    origin = "https://mycompany.com"
    assert not judge(origin, signature, target=target, body=b'{"property": "other"}', content_type="application/json")
    assert not judge(origin, signature, target=target, body=b"\xff", content_type="application/json")
    assert not judge(
        origin, signature, target=f"{target}&bodySHA256={JSON_HASH}", body=JSON_BODY, content_type="application/json"
    )
    unhashed = sign(origin + TARGET)
    assert not judge(origin, unhashed, body=JSON_BODY, content_type="application/json")
    assert judge(origin, unhashed, body=b"", content_type="")


def test_a_signed_json_webhook_can_not_be_replayed_as_an_empty_form() -> None:
    target = f"{TARGET}&bodySHA256={JSON_HASH}"
    assert not judge(
        "https://mycompany.com", "a9nBmqA0ju/hNViExpshrM61xv4=", target=target, body=b"", content_type=FORM
    )


def test_more_fields_than_anyone_sends_are_refused() -> None:
    body = b"&".join(b"a%d=1" % n for n in range(2000))
    assert not judge("https://mycompany.com", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", body=body)


@pytest.mark.parametrize("signed", ["wss://pbx.example", "wss://pbx.example:443", "https://pbx.example"])
def test_a_socket_is_signed_as_it_stands_in_the_document_or_as_a_webhook_is(signed: str) -> None:
    check = SignatureCheck([TOKEN], "https://pbx.example")
    assert check.is_genuine_socket("/relay/c1/3", signatures=[sign(f"{signed}/relay/c1/3")])


@pytest.mark.parametrize(
    ("target", "signatures"),
    [
        ("/relay/c1/3", []),
        ("/relay/c1/3", [""]),
        ("/relay/c1/3", [sign("wss://pbx.example/relay/c1/4")]),
        ("/relay/c1/3", [sign("ws://pbx.example/relay/c1/3")]),
        ("/relay/c1/3", [sign("wss://other.example/relay/c1/3")]),
        ("/relay/c1/3", [sign("wss://pbx.example/relay/c1/3", token="another")]),
        ("/relay/c1/3", [sign("wss://pbx.example/relay/c1/3")] * 2),
        ("/relay/c1/3?x=1", [sign("wss://pbx.example/relay/c1/3")]),
        ("relay/c1/3", [sign("wss://pbx.examplerelay/c1/3")]),
        ("/relay/ç/3", [sign("wss://pbx.example/relay/ç/3")]),
    ],
)
def test_a_forged_socket_is_refused(target: str, signatures: list[str]) -> None:
    check = SignatureCheck([TOKEN], "https://pbx.example")
    assert not check.is_genuine_socket(target, signatures=signatures)
