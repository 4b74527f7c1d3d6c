"""A step has its memory in small pages, and so have the processes that it starts; a file asked for is brought whole."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from riskscore.memory import ask_for_file
from tests.on_disk import file_on_disk, share_in_memory

__all__ = ["file_on_disk"]

STATUS = Path("/proc/self/status")
TOLD = "print(*(line.split()[1] for line in open('/proc/self/status') if line.startswith('THP_enabled:')), flush=True)"
A_STEP = f"""
import ctypes
import subprocess
import sys
from pathlib import Path
from riskscore.memory import DISABLE_HUGE_PAGES
from riskscore.settings import Settings
from riskscore.steps.telling import told

ctypes.CDLL(None).prctl(DISABLE_HUGE_PAGES, 0, 0, 0, 0)  # who runs this may have run a step itself

@told
def step(settings):
    {TOLD}
    subprocess.run([sys.executable, "-c", {TOLD!r}], check=True)

{TOLD}
step(Settings(home=Path(sys.argv[1])))
step(Settings(home=Path(sys.argv[1])))
"""


@pytest.mark.skipif(not STATUS.exists() or "THP_enabled:" not in STATUS.read_text(), reason="this system does not tell")
def test_a_step_and_what_it_starts_give_up_huge_pages(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", A_STEP, str(tmp_path)], capture_output=True, text=True, check=True, timeout=120
    )
    assert told.stdout.split() == ["1", "0", "0", "0", "0"]


def test_all_of_a_large_file_is_brought(file_on_disk: Path) -> None:
    ask_for_file(file_on_disk)
    until = time.monotonic() + 30
    while share_in_memory(file_on_disk) < 1 and time.monotonic() < until:
        time.sleep(0.01)
    assert share_in_memory(file_on_disk) == 1


def test_a_file_that_is_not_there_is_not_brought(tmp_path: Path) -> None:
    ask_for_file(tmp_path / "nothing")
