"""An S3 server of our own: moto behind one port of this machine, in a process that can be made to fail on purpose.

Run as a program it says its port, then obeys one word a line: `stop N` breaks off after N more writes and refuses every
connection, `lose N` does what the Nth write from now asks but breaks off before it says so, `start` is well again.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import SHUT_RDWR
from typing import Any
from urllib.request import Request, urlopen

NO_ONE = "NOBODYATALL"
SECRET = "hush/hush+hush"


@dataclass(frozen=True)
class ObjectStore:
    """A running server; it takes any credentials."""

    process: subprocess.Popen[str]
    port: int

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def options(self) -> dict[str, str]:
        """What a client must know; it gives up soon."""
        return {
            "AWS_ACCESS_KEY_ID": NO_ONE,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": "eu-central-1",
            "AWS_ALLOW_HTTP": "true",
            "MAX_RETRIES": "1",
            "RETRY_TIMEOUT": "2s",
        }

    def secrets(self, folder: Path, **changed: str) -> Path:
        """Write a file of these options into a folder, and return its path."""
        place = folder / "lake_secrets"
        place.write_text("".join(f"{name}={value}\n" for name, value in {**self.options, **changed}.items()))
        return place

    def bucket(self, name: str) -> str:
        """Make a bucket and return its address."""
        urlopen(Request(f"{self.endpoint}/{name}", method="PUT"), timeout=30).close()
        return f"s3://{name}"

    def told(self, words: str) -> None:
        """Make it fail, or be well again."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{words}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """Run a server while this is open."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, __file__], text=True, **pipes) as process:  # type: ignore[call-overload] ** of a dict
        try:
            yield ObjectStore(process, int(process.stdout.readline()))
        finally:
            process.terminate()


class Failing:
    """The server's application, one request at a time: a write on a condition is then as safe as in a real store."""

    def __init__(self, well: Callable[..., Any], stop: Callable[[], None]) -> None:
        self.well = well
        self.stop = stop
        self.turn = threading.Lock()
        self.writes_left: int | None = None
        self.says_so = True

    def __call__(self, environ: dict[str, Any], respond: Any) -> Any:
        with self.turn:
            is_write = environ["REQUEST_METHOD"] in ("PUT", "POST", "DELETE")
            if self.writes_left is None or not is_write:
                return self.well(environ, respond)
            self.writes_left -= 1
            if self.writes_left > 0 or not self.says_so:
                answer = list(self.well(environ, respond))
                if self.writes_left > 0:
                    return answer
            if self.says_so:
                self.stop()
            self.writes_left = None
            environ["werkzeug.socket"].shutdown(SHUT_RDWR)
            raise ConnectionAbortedError


def serve() -> None:
    """Serve until told to end."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import BaseWSGIServer, make_server

    running: list[BaseWSGIServer] = []

    def start(port: int) -> int:
        running.append(make_server("127.0.0.1", port, application, threaded=True, request_handler=MotoRequestHandler))
        threading.Thread(target=running[-1].serve_forever, daemon=True).start()
        return running[-1].server_port

    def stop() -> None:
        server = running.pop()
        server.shutdown()
        server.server_close()

    application = Failing(DomainDispatcherApplication(create_backend_app), stop)
    port = start(0)
    print(port, flush=True)
    for line in sys.stdin:
        word, *number = line.split()
        application.writes_left = int(number[0]) if number else None
        application.says_so = word != "lose"
        if word == "start" and not running:
            start(port)
        print("done", flush=True)


if __name__ == "__main__":
    os.environ.setdefault("AWS_ACCESS_KEY_ID", NO_ONE)
    serve()
