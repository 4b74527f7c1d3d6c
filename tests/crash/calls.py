"""What a worker writes, call by call: counted, and at one of them a signal that it cannot catch."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

WRITE, COMMITTED = "write", "committed"
"""Before something is written (a file, a folder, SQL, a commit); after the COMMIT of something written returned.

The COMMIT that marks a run as ended is none of these: it is the report.
"""
CHANGES = {"os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.chmod"}
CHANGING = ("INSERT", "UPDATE", "DELETE", "CREATE TEMPORARY")
FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Calls:
    """Counts calls of both kinds in this process from now on; there is one of it in a worker."""

    def __init__(self, home: Path) -> None:
        self.home, self.counted = str(home), {WRITE: 0, COMMITTED: 0}
        self.deadly: tuple[str, int, signal.Signals] | None = None
        self._has_written = self._is_reporting = False
        sys.addaudithook(self._heard)
        event.listen(Engine, "before_cursor_execute", self._asked)
        event.listen(Engine, "commit", lambda _: self.happened(WRITE))
        event.listen(Session, "after_commit", self._committed)
        self._wrap("riskscore.store.lake", "write_deltalake", self._publishing)
        self._wrap("riskscore.steps.running", "_end", self._reporting)

    def happened(self, kind: str) -> None:
        """Count a call; at the deadly one the process goes no further."""
        self.counted[kind] += 1
        if self.deadly and (kind, self.counted[kind]) == self.deadly[:2]:
            os.kill(os.getpid(), self.deadly[2])

    def _heard(self, name: str, args: tuple[Any, ...]) -> None:
        """Hear of Python's own calls for files below the home."""
        if name == "open":
            path, mode, flags = args
            is_write = bool(set(mode or "") & set("wax+")) or bool((flags or 0) & FOR_WRITING)
            if is_write and str(path).startswith(self.home):
                self.happened(WRITE)
        elif name in CHANGES and str(args[0]).startswith(self.home):
            self.happened(WRITE)

    def _asked(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(CHANGING):
            self.happened(WRITE)
            self._has_written = True

    def _committed(self, _session: Session) -> None:
        if self._has_written and not self._is_reporting:
            self.happened(COMMITTED)
        self._has_written = False

    @contextmanager
    def _publishing(self) -> Iterator[None]:
        """Count a commit to the lake before and after it: what it does is not Python's."""
        self.happened(WRITE)
        yield
        self.happened(WRITE)

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        self._is_reporting = True
        yield
        self._is_reporting = False

    @staticmethod
    def _wrap(module: str, name: str, around: Callable[[], AbstractContextManager[None]]) -> None:
        owner = import_module(module)
        original: Callable[..., Any] = getattr(owner, name)

        @wraps(original)
        def heard(*args: Any, **given: Any) -> Any:
            with around():
                return original(*args, **given)

        setattr(owner, name, heard)
