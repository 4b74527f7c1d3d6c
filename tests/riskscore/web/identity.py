"""A small OpenID provider of this machine: it identifies whoever a test says, and can be made to lie."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import RSAKey

from riskscore.web.provider import challenge


@dataclass
class Identity:
    """What the provider says and expects."""

    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig"}))
    signing: RSAKey | None = None
    address: str = ""
    subject: str = "anna-at-provider"
    nonce: str = ""
    challenge: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    """Claims that replace the honest ones."""

    def token(self) -> str:
        """Return the ID token."""
        now = int(time.time())
        honest = {
            "iss": self.address,
            "aud": "desk",
            "sub": self.subject,
            "nonce": self.nonce,
            "iat": now,
            "exp": now + 60,
        }
        return jwt.encode({"alg": "RS256", "kid": "one"}, {**honest, **self.claims}, self.signing or self.key)

    def answer(self, path: str, fields: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        """Answer one request."""
        if path == "/.well-known/openid-configuration":
            places = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "keys"}
            return 200, {"issuer": self.address, **{name: f"{self.address}/{where}" for name, where in places.items()}}
        if path == "/keys":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        if challenge(fields["code_verifier"][0]) != self.challenge or fields["code"] != ["the-code"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"id_token": self.token(), "token_type": "Bearer"}


@contextmanager
def identity_provider() -> Iterator[Identity]:
    """Run a provider on a free port."""
    identity = Identity()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply({})

        def do_POST(self) -> None:
            self.reply(parse_qs(self.rfile.read(int(self.headers["content-length"])).decode()))

        def reply(self, fields: dict[str, list[str]]) -> None:
            status, found = identity.answer(self.path, fields)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    identity.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield identity
    server.shutdown()
    server.server_close()
