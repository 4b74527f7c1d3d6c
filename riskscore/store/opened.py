"""The lake's tables, opened once a process: later looks ask for what was committed since, not for the whole log."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import RLock

import pyarrow as pa
import pyarrow.fs as pafs
from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError

from riskscore.errors import StoreError
from riskscore.store.look import Listing
from riskscore.store.place import Place

LAST_CHECKPOINT = "_delta_log/_last_checkpoint"
Bookmark = tuple[tuple[pafs.FileType, int | None, int | None], ...]
"""The kind, time and size of two files of the log: the newest commit, where another one means that the table was made
anew, and the last checkpoint, after which older commits may be gone."""


Listed = dict[str, Listing]
"""The live files of tables, by name."""


@dataclass
class Opened:
    """One table with the access it was opened with, and where its log ended."""

    table: DeltaTable
    access: dict[str, str]
    bookmark: tuple[str, Bookmark]


@dataclass(frozen=True)
class OpenTables:
    """The tables of one place."""

    place: Place
    _opened: dict[tuple[int, str], Opened] = field(default_factory=dict, init=False, repr=False, compare=False)
    """By process, as what a table has open is not for its children, and name."""
    _looking: dict[str, RLock] = field(default_factory=dict, init=False, repr=False, compare=False)
    """By name: a table is looked at by one thread at a time."""
    listed: Listed = field(default_factory=dict, init=False, repr=False, compare=False)

    def __getstate__(self) -> dict[str, object]:
        """Leave the tables behind when travelling to another process."""
        return {"place": self.place}

    def __setstate__(self, state: dict[str, object]) -> None:
        """Arrive without any table."""
        vars(self).update(state, _opened={}, _looking={}, listed={})

    def looking(self, name: str) -> RLock:
        """Return what the one thread holds that looks which files of a table hold what."""
        return self._looking.setdefault(name, RLock())

    def now(self, name: str) -> DeltaTable | None:
        """Return a table as it is now; None before it was made."""
        with self.looking(name):
            return self._now(name)

    def _now(self, name: str) -> DeltaTable | None:
        access, opened = self.place.options(), self._opened.get((os.getpid(), name))
        files = self.place.files(name)
        if opened and opened.access == access and _bookmark(files, opened.bookmark[0]) == opened.bookmark[1]:
            table = opened.table
            if _is_there(files, _commit(table.version() + 1)):  # to list the log takes longer the more is in it
                table.update_incremental()
        else:
            try:
                table = DeltaTable(self.place.table(name), storage_options=access)
            except TableNotFoundError:
                self._opened.pop((os.getpid(), name), None)
                return None
        commit = _commit(table.version())
        if not opened or table is not opened.table or opened.bookmark[0] != commit:
            self._opened[os.getpid(), name] = Opened(table, access, (commit, _bookmark(files, commit)))
        return table

    def made(self, name: str, schema: pa.Schema, partition: str, properties: Mapping[str, str]) -> DeltaTable:
        """Return a table as it is now; where there is none, make an empty one with these properties of Delta's."""
        return self.now(name) or DeltaTable.create(
            self.place.table(name),
            schema,
            mode="ignore",  # another process may have made it meanwhile
            partition_by=[partition],
            configuration=properties,
            storage_options=self.place.options(),
        )


@dataclass(frozen=True)
class TablesThen:
    """The tables of one place as they were at some versions; one that has none named is as it is now."""

    today: OpenTables
    versions: Mapping[str, int]
    listed: Listed = field(default_factory=dict, init=False, repr=False, compare=False)

    def looking(self, name: str) -> RLock:
        """Return what the one thread holds that looks which files of a table hold what."""
        return self.today.looking(name)

    def now(self, name: str) -> DeltaTable | None:
        """Return a table as it was; None where its version says it was not made yet."""
        version, place = self.versions.get(name), self.today.place
        if version is None:
            return self.today.now(name)
        return DeltaTable(place.table(name), version, storage_options=place.options()) if version >= 0 else None

    def made(self, name: str, schema: pa.Schema, partition: str, properties: Mapping[str, str]) -> DeltaTable:  # noqa: ARG002 as of today's tables
        """Refuse: the past is read only."""
        raise StoreError(f"Table {name} as it was cannot be written to. Write to the lake of today.")


def _commit(version: int) -> str:
    return f"_delta_log/{version:020}.json"


def _is_there(files: pafs.FileSystem, path: str) -> bool:
    return bool(files.get_file_info(path).type != pafs.FileType.NotFound)


def _bookmark(files: pafs.FileSystem, path: str) -> Bookmark:
    return tuple((info.type, info.mtime_ns, info.size) for info in files.get_file_info([path, LAST_CHECKPOINT]))
