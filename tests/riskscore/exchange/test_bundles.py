"""Publishing a bundle twice changes nothing, and a crash or a second exporter breaks nothing."""

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from riskscore.errors import ExchangeError
from riskscore.exchange import durable
from riskscore.exchange.bundles import Published, editions_on_disk, publish
from riskscore.exchange.content import Content, compose
from riskscore.exchange.manifest import read_manifest
from riskscore.exchange.sequence import Edition

DAY = date(2026, 2, 1)

MakeContent = Callable[..., Content]
Publish = Callable[..., Published]


@pytest.fixture
def make_content(make_agreement: Callable[..., Any], make_table: Callable[..., pd.DataFrame]) -> MakeContent:
    def make(rows: int = 2, day: date = DAY) -> Content:
        table = make_table(rows, score_day=[day] * rows)
        return compose(make_agreement(), {"container_score": table}, day=day, today=day)

    return make


@pytest.fixture
def published(tmp_path: Path, signing_key: Ed25519PrivateKey) -> Publish:
    def publish_it(content: Content, *previous: Edition, folder: str = "exports") -> Published:
        return publish(content, previous=previous, signing_key=signing_key, folder=tmp_path / folder)

    return publish_it


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_manifest_says_everything(make_content: MakeContent, published: Publish) -> None:
    made = published(make_content())
    assert made.folder.parts[-2:] == ("ES", "2026-02-01-000001")
    manifest = read_manifest((made.folder / "manifest.json").read_bytes())
    assert manifest == made.manifest
    assert (manifest.recipient, manifest.sequence, manifest.purposes) == ("ES", 1, ("drug-interdiction",))
    assert (manifest.created_for, manifest.expires_on) == (DAY, date(2026, 3, 3))
    assert (manifest.handling_code, manifest.agreement.id) == ("restricted", "ES-TEST-1")
    assert set(bytes_of(made.folder)) == {
        "manifest.json",
        "manifest.sig",
        "container_score.jsonl",
        "container_score.csv",
    }


def test_the_same_again_changes_nothing(make_content: MakeContent, published: Publish) -> None:
    first = published(make_content())
    before = bytes_of(first.folder)
    again = published(make_content(), first.edition)
    assert (again.folder, again.edition) == (first.folder, first.edition)
    assert (first.is_new, again.is_new) == (True, False)
    assert bytes_of(again.folder) == before


def test_bytes_do_not_depend_on_place_or_time(make_content: MakeContent, published: Publish) -> None:
    first = published(make_content())
    assert bytes_of(first.folder) == bytes_of(published(make_content(), folder="elsewhere").folder)


def test_a_lost_folder_comes_back_with_its_number(make_content: MakeContent, published: Publish) -> None:
    earlier = Edition(41, date(2026, 1, 31), "0" * 64)
    first = published(make_content(), earlier)
    assert first.edition.sequence == 42
    before = bytes_of(first.folder)
    restored = published(make_content(), earlier, first.edition, folder="restored")
    assert bytes_of(restored.folder) == before


def test_changed_content_gets_the_next_number(make_content: MakeContent, published: Publish) -> None:
    first = published(make_content())
    second = published(make_content(3), first.edition)
    third = published(make_content(3, day=date(2026, 2, 2)), first.edition, second.edition)
    assert [each.edition.sequence for each in (first, second, third)] == [1, 2, 3]
    assert first.folder.exists()


def test_a_bundle_published_just_before_a_crash_keeps_its_number(make_content: MakeContent, published: Publish) -> None:
    unrecorded = published(make_content())
    assert published(make_content()).edition == unrecorded.edition
    assert published(make_content(3)).edition.sequence == 2


def test_a_kill_between_any_two_writes_leaves_no_half_bundle(
    make_content: MakeContent, published: Publish, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    expected = bytes_of(published(make_content(), folder="undisturbed").folder)
    for writes in range(4):
        left = iter(range(writes))
        whole = durable._write_part_named

        def killed(path: Path, content: bytes, *, mode: int, left: Any = left, whole: Any = whole) -> None:
            if next(left, None) is None:
                raise KeyboardInterrupt
            whole(path, content, mode=mode)

        with monkeypatch.context() as patch:
            patch.setattr(durable, "_write_part_named", killed)
            with pytest.raises(KeyboardInterrupt):
                published(make_content())
        assert editions_on_disk(tmp_path / "exports" / "ES") == []
    made = published(make_content())
    assert bytes_of(made.folder) == expected
    assert sorted(path.name for path in made.folder.parent.iterdir()) == [".lock", "2026-02-01-000001"]


@pytest.mark.parametrize("change", ["alter", "add", "remove"])
def test_somebody_elses_bytes_in_the_place_are_not_touched(
    make_content: MakeContent, published: Publish, change: str
) -> None:
    folder = published(make_content()).folder
    file = folder / ("more" if change == "add" else "container_score.csv")
    if change == "remove":
        file.unlink()
    else:
        file.write_bytes(b"other")
    before = bytes_of(folder)
    with pytest.raises(ExchangeError, match="somebody changed it"):
        published(make_content())
    assert bytes_of(folder) == before


def test_a_broken_manifest_on_disk_stops_the_numbering(make_content: MakeContent, published: Publish) -> None:
    (published(make_content()).folder / "manifest.json").write_bytes(b"{}")
    with pytest.raises(ExchangeError, match="its manifest cannot be read"):
        published(make_content())


def test_two_exporters_at_once_make_one_bundle(make_content: MakeContent, published: Publish) -> None:
    content = make_content()
    made: list[Published] = []
    threads = [threading.Thread(target=lambda: made.append(published(content))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len({each.folder for each in made}) == 1
    assert [each.is_new for each in made].count(True) == 1
