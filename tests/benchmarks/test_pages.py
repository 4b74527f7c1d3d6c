"""Pages of results say how they were made."""

import argparse

import pytest

from benchmarks import pages

PARSER = argparse.ArgumentParser(prog="python -m benchmarks.example")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([], "python -m benchmarks.example"),
        (["--limit", "100", "--write"], "python -m benchmarks.example --limit 100 --write"),
        (["--only", "pandas rolling"], "python -m benchmarks.example --only 'pandas rolling'"),
        (["--folder", "/where/it/lies/"], "python -m benchmarks.example --folder lies"),
        (["--folder=/where/it/lies"], "python -m benchmarks.example --folder=lies"),
    ],
)
def test_a_command_is_told_as_it_was_given_but_for_where_folders_lie(given, told):
    assert pages.command(PARSER, given) == told


def test_a_page_has_its_command_below_the_title_printed_and_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pages, "RESULTS", tmp_path)
    pages.show("# Title\n\nFigures.\n", "page.md", called="python -m benchmarks.example --write", keep=True)
    expected = "# Title\n\nMeasured by `python -m benchmarks.example --write`.\n\nFigures.\n"
    assert (tmp_path / "page.md").read_text() == capsys.readouterr().out == expected


def test_a_page_is_kept_only_where_asked_to(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "RESULTS", tmp_path)
    pages.show("# Title", "page.md", called="python -m benchmarks.example", keep=False)
    assert list(tmp_path.iterdir()) == []
