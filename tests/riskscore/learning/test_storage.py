import hashlib
import json
import os
from datetime import date
from pathlib import Path

import pytest

from riskscore.errors import ArtefactError
from riskscore.learning import Artefact, load, newest_before, promote, save, storage
from riskscore.learning.artefact import digest_of

DAY = date(2026, 3, 6)


@pytest.fixture
def saved(artefact: Artefact, tmp_path: Path) -> Path:
    return save(artefact, tmp_path / "planted_risk", beside={"card.md": b"# card\n"})


@pytest.fixture
def lightgbm_never_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def seen(*_: object, **__: object) -> None:
        raise AssertionError("LightGBM was handed a text that nobody checked")

    monkeypatch.setattr("lightgbm.Booster", seen)


def rewritten(path: Path, name: str, content: bytes) -> None:
    """Change a file and its line in SHA256SUMS, as somebody who knows the format would."""
    (path / name).write_bytes(content)
    sums = (path / "SHA256SUMS").read_text().splitlines()
    kept = [line for line in sums if not line.endswith(f"  {name}")]
    kept.append(f"{hashlib.sha256(content).hexdigest()}  {name}")
    (path / "SHA256SUMS").write_text("\n".join(kept) + "\n")


def test_what_was_saved_is_loaded(artefact: Artefact, saved: Path) -> None:
    loaded = load(saved)
    assert loaded == artefact
    assert saved.name == artefact.artefact_id
    assert {found.name for found in saved.iterdir()} == {"model.txt", "artefact.json", "card.md", "SHA256SUMS"}
    assert json.loads((saved / "artefact.json").read_text())["artefact_id"] == artefact.artefact_id


@pytest.mark.usefixtures("lightgbm_never_sees_it")
@pytest.mark.parametrize("name", ["model.txt", "artefact.json", "card.md", "SHA256SUMS"])
def test_one_changed_byte_anywhere_is_refused(saved: Path, name: str) -> None:
    content = bytearray((saved / name).read_bytes())
    content[len(content) // 2] ^= 1
    (saved / name).write_bytes(bytes(content))
    with pytest.raises(ArtefactError, match=r"changed|not those"):
        load(saved)


@pytest.mark.usefixtures("lightgbm_never_sees_it")
def test_an_edited_model_with_matching_sums_is_refused(saved: Path) -> None:
    rewritten(saved, "model.txt", (saved / "model.txt").read_bytes().replace(b"leaf_value=-", b"leaf_value=-9", 1))
    with pytest.raises(ArtefactError, match=r"model\.txt is not the one"):
        load(saved)


@pytest.mark.usefixtures("lightgbm_never_sees_it")
def test_an_edited_record_with_matching_sums_is_refused(saved: Path) -> None:
    document = json.loads((saved / "artefact.json").read_text())
    document["seed"] = 12
    rewritten(saved, "artefact.json", json.dumps(document).encode())
    with pytest.raises(ArtefactError, match="not the one its id stands for"):
        load(saved)


@pytest.mark.usefixtures("lightgbm_never_sees_it")
@pytest.mark.parametrize("content", [b"{", b"[]", b"{}", b"null", b"[" * 100_000, b'{"artefact_id": "x"}', b"\xff"])
def test_a_record_that_is_none_is_refused(saved: Path, content: bytes) -> None:
    rewritten(saved, "artefact.json", content)
    with pytest.raises(ArtefactError):
        load(saved)


def test_an_artefact_that_scores_otherwise_than_when_trained_is_refused(saved: Path) -> None:
    document = json.loads((saved / "artefact.json").read_text())
    document["golden"]["raw"][0] += 1e-9
    del document["artefact_id"]
    wrong_id = digest_of(document)
    rewritten(saved, "artefact.json", json.dumps({"artefact_id": wrong_id, **document}).encode())
    moved = saved.rename(saved.parent / wrong_id)
    with pytest.raises(ArtefactError, match="golden rows"):
        load(moved)


@pytest.mark.usefixtures("lightgbm_never_sees_it")
def test_another_artefacts_name_is_refused(saved: Path) -> None:
    with pytest.raises(ArtefactError, match="its id"):
        load(saved.rename(saved.parent / ("0" * 64)))


@pytest.mark.usefixtures("lightgbm_never_sees_it")
def test_links_pipes_strangers_and_gaps_are_refused(saved: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(saved)
    with pytest.raises(ArtefactError, match="no folder"):
        load(link)
    (saved / "more.txt").write_text("")
    with pytest.raises(ArtefactError, match="not those"):
        load(saved)
    (saved / "more.txt").unlink()
    (saved / "card.md").unlink()
    with pytest.raises(ArtefactError, match="not those"):
        load(saved)
    (saved / "card.md").symlink_to("/etc/hostname")
    with pytest.raises(ArtefactError, match="cannot be opened"):
        load(saved)
    (saved / "card.md").unlink()
    os.mkfifo(saved / "card.md")
    with pytest.raises(ArtefactError, match="no file"):
        load(saved)


def test_a_file_too_large_to_be_honest_is_not_read(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "MOST_BYTES", 1000)
    with pytest.raises(ArtefactError, match="at most 1000 bytes"):
        load(saved)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="no folder"):
        load(tmp_path / "gone")


def test_saving_again_changes_nothing(artefact: Artefact, saved: Path) -> None:
    before = {found.name: found.stat().st_mtime_ns for found in saved.iterdir()}
    assert save(artefact, saved.parent, beside={"card.md": b"# another\n"}) == saved
    assert {found.name: found.stat().st_mtime_ns for found in saved.iterdir()} == before


def test_a_killed_save_leaves_no_artefact_and_the_next_one_clears_up(
    artefact: Artefact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(path: Path, _content: bytes) -> None:
        path.write_bytes(b"half")
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(storage, "_write", die)
        with pytest.raises(Killed):
            save(artefact, tmp_path)
    assert not (tmp_path / artefact.artefact_id).exists()
    assert list(tmp_path.glob(".saving-*"))
    assert load(save(artefact, tmp_path)) == artefact
    assert not list(tmp_path.glob(".saving-*"))


def test_the_newest_before_a_day_scores_it(artefact: Artefact, saved: Path) -> None:
    folder = saved.parent
    assert newest_before(folder, date(2026, 3, 7)) is None
    promote(folder, artefact.artefact_id, DAY)
    assert newest_before(folder, DAY) is None
    assert newest_before(folder, date(2026, 3, 7)) == saved
    assert newest_before(folder.parent / "no_model", date(2026, 3, 7)) is None


def test_a_later_promotion_leaves_earlier_days_alone(artefact: Artefact, saved: Path, rows, make_spec) -> None:
    from riskscore.learning import train

    folder = saved.parent
    challenger = save(train(make_spec(rounds=3), rows), folder)
    promote(folder, artefact.artefact_id, DAY)
    promote(folder, challenger.name, date(2026, 3, 9))
    assert newest_before(folder, date(2026, 3, 9)) == saved
    assert newest_before(folder, date(2026, 3, 10)) == challenger
    promote(folder, artefact.artefact_id, date(2026, 3, 9))
    assert newest_before(folder, date(2026, 3, 10)) == saved


def test_only_what_is_there_can_be_promoted(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError):
        promote(tmp_path, "0" * 64, DAY)


def test_a_pointer_that_names_no_artefact_is_refused(saved: Path) -> None:
    (saved.parent / f"{DAY}.current").write_text("../../etc")
    with pytest.raises(ArtefactError, match="names no artefact"):
        newest_before(saved.parent, date(2026, 3, 7))
