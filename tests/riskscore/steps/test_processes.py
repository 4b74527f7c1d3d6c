"""Processes that do part of a step end with the process that made them, however that ends."""

import os
import subprocess
import sys
import time

from riskscore.steps.processes import processes

MAKES_ONE = """
import os, time
from riskscore.steps.processes import processes
if __name__ == "__main__":
    with processes(1) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        pool.submit(time.sleep, 600).result()
"""


def test_they_do_what_they_are_given() -> None:
    with processes(1) as pool:
        assert pool.submit(len, "abc").result() == 3


def test_none_goes_on_after_its_maker_was_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", MAKES_ONE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as maker:
        assert maker.stdout
        made = int(maker.stdout.readline())
        os.kill(made, 0)
        maker.kill()
    gone_by = time.monotonic() + 60
    while _is_running(made) and time.monotonic() < gone_by:
        time.sleep(0.05)
    assert not _is_running(made)


def _is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as status:  # noqa: PTH123 one read of a file that may go away
            return status.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
