"""A made-up provider of an office, answering over a made-up line; it can be told to misbehave."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

ISSUER = "https://login.example.org"
OFFICE = {
    "id": "police",
    "name": "Police",
    "server": ISSUER,
    "client_id": "monitor",
    "secret": "hush-hush",
    "domain": "example.org",
    "acr": "https://example.org/two-factors",
}
KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


@dataclass
class Provider:
    """What the provider says; the claims are put over those of an honest sign-in."""

    email: str
    said: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    signed_with: Any = KEY
    algorithm: str = "RS256"
    token: str | None = None
    called: list[str] = field(default_factory=list)
    nonce: str = ""

    def go_to(self, address: str) -> dict[str, str]:
        """Sign somebody in whom the service sent; give what the answer's address holds."""
        asked = {name: found[0] for name, found in parse_qs(urlsplit(address).query).items()}
        self.nonce, self.asked = asked["nonce"], asked
        return {"code": "c0de", "state": asked["state"]}

    def id_token(self) -> str:
        """Say who signed in."""
        if self.token is not None:
            return self.token
        now = int(time.time())
        honest = {"iss": ISSUER, "aud": "monitor", "sub": "0815", "iat": now, "exp": now + 300}
        honest |= {"nonce": self.nonce, "auth_time": now, "amr": ["pwd", "mfa"]}
        claims = {name: one for name, one in (honest | self.said).items() if one is not None}
        key = self.signed_with
        return jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": "k1"})

    def answer(self, address: str) -> dict[str, Any]:
        """Answer one call of the service."""
        if address.endswith("/.well-known/openid-configuration"):
            ends = ("authorization", "token", "userinfo")
            found = {f"{one}_endpoint": f"{ISSUER}/{one}" for one in ends}
            return found | {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"} | self.described
        if address.endswith("/keys"):
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            return {"keys": [{"kty": "oct", "k": "eA"}, {**public, "kid": "k1", "alg": "RS256"}]}
        if address.endswith("/token"):
            answer = {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token()}
            return {name: one for name, one in answer.items() if one}
        return {"sub": "0815", "email": self.email, "email_verified": True} | self.userinfo


class Line(requests.Session):
    """The line to the provider: no address is called."""

    def __init__(self, provider: Provider) -> None:
        super().__init__()
        self.provider = provider

    def request(self, method: str, url: str, **_: Any) -> requests.Response:  # type: ignore[override]
        """Let the provider answer."""
        self.provider.called.append(f"{method.upper()} {url}")
        response = requests.Response()
        response.status_code, response.url = 200, url
        response.headers["content-type"] = "application/json"
        response._content = json.dumps(self.provider.answer(url)).encode()
        return response
