"""An option that makes no sense is refused in a sentence that names it, before anything is made or measured."""

import sys
from importlib import import_module

import pytest

from benchmarks.options import folder_or_temporary, number

REFUSED = [
    ("bulk_writes", "0", "rows"),
    ("bulk_writes", "20 many", "rows"),
    ("check_manifest", "0", "rows"),
    ("check_manifest", "--deliveries 0", "--deliveries"),
    ("daily_run.__main__", "--times 0", "--times"),
    ("daily_run.__main__", "--containers 1500 99", "--containers"),
    ("daily_run.__main__", "--history 74", "--history"),
    ("daily_run.__main__", "--most 0", "--most"),
    ("daily_run.__main__", "--most 1499 --containers 1500 --history 90", "--most"),
    ("daily_run.__main__", "--folder /proc/nope", "--folder"),
    ("daily_run.__main__", "--kept", "--kept"),
    ("desk_list", "--rows 0", "--rows"),
    ("desk_page", "0", "rows"),
    ("link_parties", "-1", "seed"),
    ("scoring", "--times 0", "--times"),
    ("scoring", "--share 5", "--share"),
    ("scoring", "--share 0", "--share"),
    ("scoring", "--share nan", "--share"),
    ("scoring", "--rows 0", "--rows"),
    ("scoring", "--folder /proc/nope", "--folder"),
    ("training", "--rows -3", "--rows"),
    ("training", "--rows 10", "--rows"),
    ("training", "--times 0", "--times"),
    ("training", "--folder /proc/nope", "--folder"),
    ("trailing.__main__", "--threads 0", "--threads"),
    ("trailing.__main__", "--only nonsense", "--only"),
    ("trailing.__main__", "--only riskscore nonsense", "--only"),
    ("trailing.__main__", "--limit 0", "--limit"),
    ("trailing.__main__", "--limit inf", "--limit"),
    ("trailing.__main__", "--days 364", "--days"),
    ("trailing.__main__", "--consignments 14399", "--consignments"),
    ("trailing.__main__", "--scale 0", "--scale"),
    ("trailing.__main__", "--seed -1", "--seed"),
    ("trailing.__main__", "--repeats 0", "--repeats"),
    ("trailing.__main__", "--touched -1", "--touched"),
    ("trailing.__main__", "--folder /proc/nope", "--folder"),
]


def refusal(module, arguments, monkeypatch, capsys):
    """Return the last line that a benchmark says when it leaves with 2."""
    monkeypatch.setattr(sys, "argv", [module, *arguments])
    with pytest.raises(SystemExit) as left:
        import_module(f"benchmarks.{module}").main()
    assert left.value.code == 2
    return capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(("module", "arguments", "option"), REFUSED, ids=[f"{one} {text}" for one, text, _ in REFUSED])
def test_nonsense_is_refused_with_the_name_of_its_option(module, arguments, option, monkeypatch, capsys):
    told = refusal(module, arguments.split(), monkeypatch, capsys)
    command = module.removesuffix(".__main__")
    assert told.startswith(f"python -m benchmarks.{command}: error: argument {option}: ")
    assert told.endswith(".")


def test_where_nothing_asked_for_is_kept_it_is_said_so(tmp_path, monkeypatch, capsys):
    told = refusal("daily_run.__main__", ["--kept", "--folder", str(tmp_path)], monkeypatch, capsys)
    assert told.endswith(f"argument --kept: {tmp_path} holds no such home; make some with --prepare, or leave it out.")


def test_what_is_wanted_is_said_beside_what_was_given():
    with pytest.raises(Exception, match=r"^'5' will not do; give a digit below 5\.$"):
        number(int, lambda found: found < 5, "a digit below 5")("5")


def test_a_folder_that_is_given_is_made_and_stays(tmp_path):
    with folder_or_temporary(tmp_path / "new" / "place") as place:
        assert place.is_dir()
    assert place.is_dir()


def test_a_temporary_folder_is_gone_at_the_end_whatever_happened():
    made = []

    def interrupted():
        with folder_or_temporary(None) as place:
            (place / "home").mkdir()
            made.append(place)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not made[0].exists()


def test_a_temporary_folder_that_is_kept_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with folder_or_temporary(None, keep=True) as place:
        assert place.parent == tmp_path
    assert place.is_dir()
    assert capsys.readouterr().err == f"{place} is kept. Remove it when nothing is to be measured in it any more.\n"


def test_a_file_is_no_folder(tmp_path, monkeypatch, capsys):
    file = tmp_path / "file"
    file.touch()
    for place in (file, file / "below"):
        assert "argument --folder: " in refusal("scoring", ["--folder", str(place)], monkeypatch, capsys)
