"""The signature of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`. https://www.standardwebhooks.com"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime


def signed(keys: Iterable[bytes], id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a message that is sent now; a signature for each key, so that keys can be rotated."""
    second = str(int(at.timestamp()))
    content = f"{id}.{second}.".encode() + body
    digests = [hmac.new(key, content, hashlib.sha256).digest() for key in keys]
    signatures = " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)
    return {"webhook-id": id, "webhook-timestamp": second, "webhook-signature": signatures}
