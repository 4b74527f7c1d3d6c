"""A digest changes with what steps read, and with nothing else."""

from pathlib import Path

import pytest

from riskscore import digests
from riskscore.digests import digest_of, digest_of_engine, digests_in

CODE = {"kernel.py": "x = 1\n", "pages/list.html": "<p>\n"}
"""Files of an engine."""


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    write(tmp_path, CODE)
    return tmp_path


def test_every_file_counts_with_its_place(engine: Path) -> None:
    found = dict(digests_in(engine))
    assert found.keys() == CODE.keys()
    assert len({*found.values()}) == 2
    assert all(len(digest) == 16 for digest in found.values())


@pytest.mark.parametrize("changed", [{"kernel.py": "x = 2\n"}, {"new.py": ""}, {"pages/kernel.py": CODE["kernel.py"]}])
def test_a_file_that_changes_or_comes_changes_the_digest(engine: Path, changed: dict[str, str]) -> None:
    before = digest_of(dict(digests_in(engine)))
    write(engine, changed)
    assert digest_of(dict(digests_in(engine))) != before


@pytest.mark.parametrize("name", ["README.md", "__pycache__/kernel.pyc", "kernel.nbi", "kernel.1.nbc", ".hidden/x.py"])
def test_pages_and_what_is_made_of_code_do_not_count(engine: Path, name: str) -> None:
    before = dict(digests_in(engine))
    write(engine, {name: "made"})
    assert dict(digests_in(engine)) == before


def test_the_order_of_keys_says_nothing() -> None:
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1}) != digest_of({"a": 2, "b": 1})


def test_a_process_says_what_it_began_with(engine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it holds in memory is what it imported, not what came to lie there later."""
    monkeypatch.setattr(digests, "ENGINE", engine)
    digest_of_engine.cache_clear()
    try:
        before = digest_of_engine()
        write(engine, {"kernel.py": "x = 2\n"})
        assert digest_of_engine() == before
        digest_of_engine.cache_clear()
        assert digest_of_engine() != before
    finally:
        digest_of_engine.cache_clear()
