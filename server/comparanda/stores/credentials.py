"""Signing in to a store: basic, digest (RFC 7616) or a bearer token.

What is secret is never shown: not by `repr`, and in no message.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from comparanda.stores.exchange import Message

_HASHES = {"md5": hashlib.md5, "sha-256": hashlib.sha256}


@dataclass(slots=True)
class Credentials:
    """What a store wants to see. Without a user and a token, nothing is sent."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    digest: bool = False
    _challenge: Mapping[str, str] | None = field(default=None, repr=False)
    _used: int = field(default=0, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def header(self, message: Message) -> dict[str, str]:
        """The Authorization header of a message, if there is anything to say yet."""
        if self.token:
            return {"Authorization": f"Bearer {self.token}"}
        if not self.user:
            return {}
        if not self.digest:
            pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")
            return {"Authorization": f"Basic {pair}"}
        with self._lock:
            if self._challenge is None:
                return {}
            self._used += 1
            return {"Authorization": self._answer(self._challenge, self._used, message)}

    def hidden(self, text: str) -> str:
        """What a store says, without the secrets that it may repeat."""
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")
        for secret in (self.token, self.password, pair):
            text = text.replace(secret, "…") if secret else text
        return text

    def challenged(self, header: str) -> bool:
        """Take up the challenge of an answer 401; whether the message is to be sent again with what `header` gives."""
        scheme, _, rest = header.partition(" ")
        if not self.digest or not self.user or scheme.lower() != "digest":
            return False
        challenge = urllib.request.parse_keqv_list(urllib.request.parse_http_list(rest))
        if not {"realm", "nonce"} <= challenge.keys() or challenge.get("algorithm", "MD5").lower() not in _HASHES:
            return False
        with self._lock:
            self._challenge, self._used = challenge, 0
        return True

    def _answer(self, challenge: Mapping[str, str], count: int, message: Message) -> str:
        """The answer to a challenge, for one request (RFC 7616 §3.4)."""
        hashing = _HASHES[challenge.get("algorithm", "MD5").lower()]

        def digest(*parts: str) -> str:
            return hashing(":".join(parts).encode()).hexdigest()

        parts = urlsplit(message.url)
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        secret = digest(self.user, challenge["realm"], self.password)
        asked = digest(message.method, target)
        said = {"username": self.user, "realm": challenge["realm"], "nonce": challenge["nonce"], "uri": target}
        plain = {"algorithm": challenge["algorithm"]} if "algorithm" in challenge else {}
        if "auth" in [each.strip() for each in challenge.get("qop", "").split(",")]:
            number, own = f"{count:08x}", secrets.token_hex(16)
            said |= {"cnonce": own, "response": digest(secret, challenge["nonce"], number, own, "auth", asked)}
            plain |= {"qop": "auth", "nc": number}
        else:
            said["response"] = digest(secret, challenge["nonce"], asked)
        if "opaque" in challenge:
            said["opaque"] = challenge["opaque"]
        quoted = [f'{name}="{_escaped(value)}"' for name, value in said.items()]
        return f"Digest {', '.join([*quoted, *(f'{name}={value}' for name, value in plain.items())])}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
