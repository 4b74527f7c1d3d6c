"""Guards around every request: what a browser may do with our pages, and how much anyone may send."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing from elsewhere, no script or style written into a page, nobody frames us."""
HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
TRANSPORT = "max-age=31536000"
MOST_BYTES = 1_000_000
"""What a request may carry: forms and JSON are far below."""
PHOTOGRAPH_BYTES = 10_500_000
"""What one with a photograph may carry: the file and its form."""
PHOTOGRAPHS = "/photographs"
"""Where addresses end that take one."""


class SecurityHeaders:
    """Every answer carries the headers; what is not a shipped file is kept by no cache."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self.app = app
        self.headers = {**HEADERS, **({"strict-transport-security": TRANSPORT} if is_https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to what comes back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self.app(scope, receive, with_headers)


class TooLargeError(HTTPException):
    """A request carries more than what it is for asks for; `is_photograph` tells what that is."""

    def __init__(self, *, is_photograph: bool = False) -> None:
        super().__init__(413)
        self.is_photograph = is_photograph


class BodyLimit:
    """No request is read beyond what it may carry, whatever it says of its length."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; whoever reads too much of it meets TooLargeError."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await self.app(scope, self._counted(scope, receive), send)

    def _counted(self, scope: Scope, receive: Receive) -> Callable[[], Awaitable[Message]]:
        read = 0
        announced = _announced(scope)
        is_photograph = str(scope["path"]).endswith(PHOTOGRAPHS)
        most = PHOTOGRAPH_BYTES if is_photograph else MOST_BYTES

        async def counted() -> Message:
            nonlocal read
            if announced > most:
                raise TooLargeError(is_photograph=is_photograph)
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise TooLargeError(is_photograph=is_photograph)
            return message

        return counted


def _announced(scope: Scope) -> int:
    headers: dict[bytes, bytes] = dict(scope["headers"])
    length: Any = headers.get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0
