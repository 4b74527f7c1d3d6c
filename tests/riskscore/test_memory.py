"""A step has its memory in small pages, and so have the processes that it starts; a file asked for is brought whole."""

import subprocess
import sys
from pathlib import Path

import pytest

from riskscore.memory import READ_AT_ONCE, ask_for_file, bring_file
from tests.on_disk import LARGE, comes_whole, leave_on_disk, share_in_memory

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


def test_all_of_a_large_file_is_brought(tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_bytes(bytes(LARGE))
    leave_on_disk(file)
    ask_for_file(file)
    assert comes_whole(file)


def test_a_file_that_is_not_there_is_not_brought(tmp_path: Path) -> None:
    ask_for_file(tmp_path / "nothing")


def test_a_file_is_read_for_as_long_as_it_is_wanted(tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_bytes(bytes(LARGE))
    leave_on_disk(file)
    wanted = iter([True, True, False])
    bring_file(file, is_wanted=lambda: next(wanted))
    assert share_in_memory(file) == 2 * READ_AT_ONCE / LARGE
    bring_file(file, is_wanted=lambda: True)
    assert share_in_memory(file) == 1


def test_a_file_that_cannot_be_read_is_left_to_whoever_looks_at_it(tmp_path: Path) -> None:
    bring_file(tmp_path / "nothing", is_wanted=lambda: True)
    bring_file(tmp_path, is_wanted=lambda: True)
