"""Writes happen whole or not at all."""

import os
import stat
import threading
from pathlib import Path

import pytest

from riskscore.exchange.durable import exclusive_lock, publish_folder, replace_file, write_new_file


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_has_its_mode_and_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "key"
    write_new_file(path, b"first", mode=0o600)
    with pytest.raises(FileExistsError):
        write_new_file(path, b"second", mode=0o600)
    assert path.read_bytes() == b"first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert left_in(path.parent) == ["key"]


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "state"
    replace_file(path, b"first, and long", mode=0o640)
    replace_file(path, b"second", mode=0o640)
    assert path.read_bytes() == b"second"
    assert left_in(tmp_path) == ["state"]


def test_a_failed_replacement_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state"
    replace_file(path, b"first", mode=0o640)
    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError, match="disk"):
        replace_file(path, b"second", mode=0o640)
    assert path.read_bytes() == b"first"
    assert left_in(tmp_path) == ["state"]


def failing(_descriptor: int) -> None:
    raise OSError(5, "disk on fire")


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    publish_folder(tmp_path / "bundle", {"a": b"1", "b": b"2"})
    assert {path.name: path.read_bytes() for path in (tmp_path / "bundle").iterdir()} == {"a": b"1", "b": b"2"}
    assert left_in(tmp_path) == ["bundle"]


def test_a_failed_publication_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError, match="disk"):
        publish_folder(tmp_path / "bundle", {"a": b"1"})
    assert left_in(tmp_path) == []


def test_what_a_killed_writer_left_is_cleared(tmp_path: Path) -> None:
    (tmp_path / ".bundle.killed").mkdir()
    (tmp_path / ".bundle.killed" / "a").write_bytes(b"half")
    publish_folder(tmp_path / "bundle", {"a": b"1"})
    assert left_in(tmp_path) == ["bundle"]


def test_the_lock_admits_one_at_a_time(tmp_path: Path) -> None:
    inside: list[int] = []
    most = 0

    def work(number: int) -> None:
        nonlocal most
        with exclusive_lock(tmp_path / ".lock"):
            inside.append(number)
            most = max(most, len(inside))
            threading.Event().wait(0.005)
            inside.remove(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
