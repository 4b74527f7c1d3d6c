"""Logging in through an OpenID provider: authorization code with PKCE, and an ID token that is checked in full."""

import base64
import hashlib
import json
import secrets
import threading
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.error import URLError
from urllib.parse import quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from riskscore.errors import LoginError, SettingsError
from riskscore.settings import Settings
from riskscore.web.languages import marked

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
SECONDS = 10
MOST_BYTES = 1_000_000
LEEWAY_SECONDS = 60
HERE = {"localhost", "127.0.0.1", "::1"}
REFUSED = marked("The identity provider did not confirm who you are. Log in again, or with a local account.")
SILENT = marked("The identity provider does not answer. Try again, or log in with a local account.")


@dataclass(frozen=True)
class Attempt:
    """One login under way, remembered by the browser that began it."""

    state: str
    nonce: str
    verifier: str
    back: str

    @classmethod
    def begin(cls, back: str) -> "Attempt":
        """Return a new attempt with secrets of its own."""
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), back)

    def packed(self) -> str:
        """Return the attempt as the value of a cookie."""
        return base64.urlsafe_b64encode(json.dumps(vars(self)).encode()).decode()

    @classmethod
    def unpacked(cls, text: str) -> "Attempt":
        """Read an attempt back; raise LoginError where there is none."""
        try:
            found = json.loads(base64.urlsafe_b64decode(text.encode()))
            return cls(**{name: str(found[name]) for name in ("state", "nonce", "verifier", "back")})
        except (ValueError, KeyError, TypeError):
            raise LoginError("This login took too long, or began in another browser. Begin again.") from None


@dataclass(frozen=True)
class Provider:
    """An OpenID provider that may say who somebody is."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    name: str
    redirect_uri: str
    _kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @classmethod
    def of(cls, settings: Settings) -> "Provider | None":
        """Return the provider the settings name; raise SettingsError where they name half of one."""
        if not settings.oidc_issuer:
            return None
        if not settings.oidc_client_id or not settings.web_address:
            raise SettingsError(
                "RISKSCORE_OIDC_ISSUER wants RISKSCORE_OIDC_CLIENT_ID and RISKSCORE_WEB_ADDRESS beside it. Set both."
            )
        if not _is_safe(settings.oidc_issuer):
            raise SettingsError(f"RISKSCORE_OIDC_ISSUER: {settings.oidc_issuer} is not an https address. Correct it.")
        return cls(
            settings.oidc_issuer,
            settings.oidc_client_id,
            _secret(settings),
            settings.oidc_name,
            f"{settings.web_address.rstrip('/')}/oidc/back",
        )

    def way_there(self, attempt: Attempt) -> str:
        """Return where the browser goes to be identified."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge(attempt.verifier),
            "code_challenge_method": "S256",
        }
        endpoint = str(self._discovered()["authorization_endpoint"])
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def subject(self, attempt: Attempt, code: str) -> str:
        """Exchange the code for an ID token and return whom it names; raise LoginError where anything is wrong."""
        answer = self._fetch(str(self._discovered()["token_endpoint"]), self._exchange(attempt, code))
        try:
            claims = self._checked(str(answer.get("id_token", "")), attempt.nonce)
        except (JoseError, ValueError, KeyError):
            raise LoginError(REFUSED) from None
        return str(claims["sub"])

    def _checked(self, id_token: str, nonce: str) -> Mapping[str, Any]:
        try:
            token = jwt.decode(id_token, self._keys(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):  # the provider may have new keys since we asked
            token = jwt.decode(id_token, self._keys(anew=True), algorithms=ALGORITHMS)
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(token.claims)
        if token.claims.get("azp", self.client_id) != self.client_id:
            raise ValueError("the token was made for somebody else")
        return token.claims

    def _exchange(self, attempt: Attempt, code: str) -> urllib.request.Request:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "client_id": self.client_id,
            "code_verifier": attempt.verifier,
        }
        request = urllib.request.Request("https://unset", urlencode(fields).encode())
        if self.secret:
            pair = f"{quote(self.client_id, safe='')}:{quote(self.secret, safe='')}"
            request.add_header("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")
        return request

    def _discovered(self) -> Mapping[str, Any]:
        with self._lock:
            if "about" not in self._kept:
                about = self._fetch(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                if about.get("issuer") != self.issuer:
                    raise LoginError(REFUSED)
                self._kept["about"] = about
            found: Mapping[str, Any] = self._kept["about"]
            return found

    def _keys(self, *, anew: bool = False) -> KeySet:
        if anew or "keys" not in self._kept:
            self._kept["keys"] = KeySet.import_key_set(self._fetch(str(self._discovered()["jwks_uri"])))  # type: ignore[arg-type]  # it checks what it reads
        keys: KeySet = self._kept["keys"]
        return keys

    def _fetch(self, address: str, request: urllib.request.Request | None = None) -> dict[str, Any]:
        """Ask the provider for JSON; raise LoginError where it does not answer with any."""
        asked = request or urllib.request.Request(address)  # noqa: S310 looked at before it is opened
        asked.full_url = address
        try:
            answer = _opened(asked)
        except (URLError, OSError, ValueError):
            raise LoginError(SILENT) from None
        if not isinstance(answer, dict):
            raise LoginError(REFUSED)
        return answer


def _opened(asked: urllib.request.Request) -> object:
    if not _is_safe(asked.full_url):
        raise ValueError("neither https nor this machine")
    with urllib.request.urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310 https, or http on this machine
        return json.loads(answer.read(MOST_BYTES))


def challenge(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _is_safe(address: str) -> bool:
    """Tell whether an address is https, or http on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)


def _secret(settings: Settings) -> str:
    path = settings.oidc_client_secret_file
    if path is None:
        return ""
    if not path.is_file():
        raise SettingsError(f"RISKSCORE_OIDC_CLIENT_SECRET_FILE: no file at {path}. Put the secret there.")
    return path.read_text(encoding="utf-8").strip()
