"""Taking a file into memory."""

import os
from pathlib import Path

import pytest

from riskscore.errors import UnreadableDeliveryError
from riskscore.sources.files import decoded_lines, file_bytes


def test_a_file_larger_than_the_limit_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("riskscore.sources.files.MAX_FILE_BYTES", 3)
    path = tmp_path / "sent.csv"
    path.write_bytes(b"1234")
    with pytest.raises(UnreadableDeliveryError, match=r"trial, file sent\.csv: 4 bytes, at most 3 are read"):
        file_bytes(path, feed="trial")


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: None])
def test_what_is_not_a_file_is_refused_without_waiting_for_it(tmp_path: Path, make) -> None:
    make(tmp_path / "sent.csv")
    with pytest.raises(UnreadableDeliveryError, match="it is not a file"):
        file_bytes(tmp_path / "sent.csv", feed="trial")


def test_lines_keep_their_breaks_and_only_line_feeds_end_them(tmp_path: Path) -> None:
    path = tmp_path / "sent.csv"
    path.write_text("a\u2028b\x0bc\r\nd\x85e\nf", newline="")
    assert decoded_lines(path, feed="trial") == ["a\u2028b\x0bc\r\n", "d\x85e\n", "f"]
