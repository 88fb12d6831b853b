"""Signed identity tokens: only what the tenant agreed on is believed, and nobody is told why not."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from assistant.edge.identity import IdentityTokens
from assistant.model.errors import Refused
from assistant.model.ports import Customer
from assistant.settings.tenant import IdentityPart

RULES = IdentityPart(issuer="https://bank.example", audience="holdfast")


@pytest.fixture(scope="module")
def signer() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(key: rsa.RSAPrivateKey) -> str:
    encoding, format = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(encoding, format).decode()


def claims(**changes: Any) -> dict[str, Any]:
    """`exp` and `nbf` are in seconds from now."""
    usual = {"iss": "https://bank.example", "aud": "holdfast", "exp": 60, "sub": "10000001"}
    wanted = {name: value for name, value in (usual | changes).items() if value is not None}
    return {name: value + time.time() if name in {"exp", "nbf"} else value for name, value in wanted.items()}


def refused(tokens: IdentityTokens, token: str) -> bool:
    with pytest.raises(Refused) as refusal:
        tokens.read(token)
    return (refusal.value.code, refusal.value.message) == (
        "identity_not_accepted",
        "identity_token: it is not accepted here.",
    )


def test_a_token_of_the_agreed_signer_names_the_customer(signer: rsa.RSAPrivateKey) -> None:
    tokens = IdentityTokens(RULES, public_pem(signer))
    token = jwt.encode(claims(name="Maya Okafor"), signer, algorithm="RS256")
    assert tokens.read(token) == Customer("10000001", "Maya Okafor")


def test_a_key_given_in_one_line_is_a_key_too(signer: rsa.RSAPrivateKey) -> None:
    tokens = IdentityTokens(RULES, public_pem(signer).replace("\n", "\\n"))
    assert tokens.read(jwt.encode(claims(), signer, algorithm="RS256")) == Customer("10000001", "10000001")


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": -3600},
        {"exp": None},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "1" * 41},
        {"nbf": 3600},
    ],
    ids=str,
)
def test_a_token_that_says_something_else_is_not_accepted(signer: rsa.RSAPrivateKey, changes: dict[str, Any]) -> None:
    tokens = IdentityTokens(RULES, public_pem(signer))
    assert refused(tokens, jwt.encode(claims(**changes), signer, algorithm="RS256"))


def test_no_other_algorithm_is_believed(signer: rsa.RSAPrivateKey) -> None:
    """Neither `none`, nor the public key taken for a shared secret, nor another kind of key."""
    tokens = IdentityTokens(RULES, public_pem(signer))
    assert refused(tokens, jwt.encode(claims(), "", algorithm="none"))
    header, body, _ = jwt.encode(claims(), "x" * 32, algorithm="HS256").split(".")
    secret = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    mixed = secret.sign(f"{header}.{body}".encode(), public_pem(signer).encode())
    assert refused(tokens, f"{header}.{body}.{jwt.utils.base64url_encode(mixed).decode()}")
    assert refused(tokens, jwt.encode(claims(), ec.generate_private_key(ec.SECP256R1()), algorithm="ES256"))


def test_another_signer_and_rubbish_are_not_accepted(signer: rsa.RSAPrivateKey) -> None:
    tokens = IdentityTokens(RULES, public_pem(signer))
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert refused(tokens, jwt.encode(claims(), other, algorithm="RS256"))
    for rubbish in ("", "a.b.c", "not a token", "\x00", "a" * 8000):
        assert refused(tokens, rubbish)


def test_without_rules_or_a_key_nothing_is_accepted(signer: rsa.RSAPrivateKey) -> None:
    token = jwt.encode(claims(), signer, algorithm="RS256")
    assert refused(IdentityTokens(None, public_pem(signer)), token)
    assert refused(IdentityTokens(RULES, None), token)
    assert refused(IdentityTokens(RULES, "not a key"), token)
