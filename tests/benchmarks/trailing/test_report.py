"""The table of results."""

from benchmarks.trailing.contestants import FLOOR, OURS, Contestant
from benchmarks.trailing.race import Result
from benchmarks.trailing.report import Row, around, formulations, table
from benchmarks.trailing.task import Answer


def row(name, outcome="finished", *, seconds=0.0, share=1.0, equal=(0, 0)):
    contestant = Contestant(name, "benchmarks.trailing.reading", "columns")
    return Row(Result(contestant, outcome, seconds, seconds, 2**30, share, Answer({}, {}), limit=900.0), equal)


def test_every_time_stands_beside_ours_and_beside_reading():
    rows = [row(FLOOR, seconds=2.0), row(OURS, seconds=4.0), row("peer", seconds=60.0, equal=(75, 1200))]
    lines = table("One day", rows, 900.0).splitlines()
    assert lines[-1] == "| peer | 60.00 | 15.0 | 30.0 | 60.00 | 1.00 GiB | 75 digests, 1,200 values |"
    assert lines[-2] == "| riskscore | 4.00 | 1.0 | 2.0 | 4.00 | 1.00 GiB |  |"


def test_the_arithmetic_of_an_extrapolation_is_shown():
    rows = [row(OURS, seconds=10.0), row("peer", "stopped", seconds=900.0, share=0.25)]
    last = table("One year", rows, 900.0).splitlines()[-1]
    assert last.startswith("| peer | ≈ 3,600 = 900 / 0.250 of the answer | 360.0 |")


def test_one_that_did_not_get_anywhere_took_longer_than_the_limit():
    rows = [row(OURS, seconds=10.0), row("peer", "stopped", share=0.0), row("other", "failed", share=0.0)]
    peer, other = table("One year", rows, 900.0).splitlines()[-2:]
    assert peer.startswith("| peer | > 900 | > 90.0 |")
    assert other.startswith("| other | failed |  |")


def test_a_quick_first_part_does_not_promise_an_end_before_the_limit():
    rows = [row(OURS, seconds=10.0), row("peer", "stopped", seconds=20.0, share=0.2)]
    assert table("One year", rows, 900.0).splitlines()[-1].startswith("| peer | > 900 | > 90.0 |")


def test_formulations_come_from_the_functions_themselves():
    assert formulations([row(FLOOR)]).startswith(f"* **{FLOOR}**: Read the same columns")


def test_what_was_there_before_is_told_apart():
    contestant = Contestant(OURS, "benchmarks.trailing.reading", "columns", before="columns")
    result = Result(contestant, "finished", 1.0, 1.0, 2**30, 1.0, Answer({}, {}), 900.0, before_seconds=40.0)
    assert formulations([Row(result, (0, 0))]).endswith(
        "a file at a time. That state took 40.00 s, from the whole history."
    )


def test_the_machine_and_the_versions_are_told():
    told = around(2)
    assert "cores" in told
    assert "threads each: 2; nobody's memory is limited" in told
    assert "pandas 3." in told
