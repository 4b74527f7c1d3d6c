"""A day whose lake lies in an object store leaves what one in a folder leaves, even if the store stops in its midst."""

import shutil
from pathlib import Path
from uuid import uuid4

import pyarrow.fs as pafs
import pytest

from riskscore.errors import LakeAccessError
from riskscore.settings import Settings
from riskscore.store import Place
from tests.object_store import ObjectStore
from tests.riskscore.steps.small_world import SmallWorld, content, differences, whole_day

pytestmark = pytest.mark.slow


@pytest.fixture
def moved(small_world: SmallWorld, s3: ObjectStore, tmp_path: Path) -> Settings:
    """The home before the live day, its lake moved into the object store."""
    settings = small_world.before("land", tmp_path)
    address, secrets = f"{s3.bucket('lake')}/{uuid4().hex}", s3.secrets(tmp_path)
    here, there = Path(settings.lake_address).absolute(), Place(address, secrets)
    for table in here.iterdir():
        pafs.copy_files(
            str(table), "", source_filesystem=pafs.LocalFileSystem(), destination_filesystem=there.files(table.name)
        )
    shutil.rmtree(here)
    return settings.model_copy(update={"lake": address, "lake_secrets": secrets})


def test_a_whole_day_leaves_the_same_as_in_a_folder(small_world: SmallWorld, moved: Settings) -> None:
    whole_day(moved)
    assert differences(content(moved), small_world.left()) == []
    assert not (moved.home / "lake").exists()


def test_a_day_in_whose_midst_the_store_stops_again_and_again_leaves_the_same(
    small_world: SmallWorld, moved: Settings, s3: ObjectStore
) -> None:
    for writes in (1, 4, 9):
        s3.told(f"stop {writes}")
        with pytest.raises(LakeAccessError, match="does not answer"):
            whole_day(moved)
        s3.told("start")
    whole_day(moved)
    assert differences(content(moved), small_world.left()) == []
