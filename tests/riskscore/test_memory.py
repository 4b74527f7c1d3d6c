"""A step has memory in small pages, as what it starts does, and keeps what it freed; a file asked for comes whole."""

import ctypes
import mmap
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

ROUNDS, ARRAYS, SIZE = 8, 6, 24 * 2**20
FREED = f"""
import resource
import sys
from pathlib import Path
import numpy as np
import pyarrow as pa
from riskscore.settings import Settings
from riskscore.steps.telling import told

@told
def step(settings):
    pass

step(Settings(home=Path(sys.argv[1])))
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range({ROUNDS}):
    held = [np.zeros({SIZE // 8}) + 1 for _ in range({ARRAYS})]
    del held
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before, pa.default_memory_pool().backend_name)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="only glibc is told")
def test_a_step_has_again_what_it_freed_and_arrow_shares_it(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-c", FREED, str(tmp_path)], capture_output=True, text=True, check=True, timeout=120
    )
    faults, of_arrow = found.stdout.split()
    assert int(faults) < 2 * ARRAYS * SIZE / mmap.PAGESIZE  # each page is new once, and not in every round
    assert of_arrow == "system"


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
    assert 2 * READ_AT_ONCE / LARGE <= share_in_memory(file) < 1 / 2
    bring_file(file, is_wanted=lambda: True)
    assert share_in_memory(file) == 1


def test_a_file_that_cannot_be_read_is_left_to_whoever_looks_at_it(tmp_path: Path) -> None:
    bring_file(tmp_path / "nothing", is_wanted=lambda: True)
    bring_file(tmp_path, is_wanted=lambda: True)
