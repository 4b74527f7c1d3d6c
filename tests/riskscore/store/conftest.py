"""What this room tests, it tests on a folder and on an object store."""

from pathlib import Path
from uuid import uuid4

import pandas as pd
import pytest

from riskscore.store import Lake, Place
from tests.conftest import MakeLake
from tests.object_store import ObjectStore


@pytest.fixture
def bucket_place(tmp_path: Path, s3: ObjectStore) -> Place:
    """An empty place in an object store."""
    return Place(f"{s3.bucket('lake')}/{uuid4().hex}", s3.secrets(tmp_path))


@pytest.fixture(params=["folder", "object store"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty place of either kind."""
    return Place(str(tmp_path / "lake")) if request.param == "folder" else request.getfixturevalue("bucket_place")


@pytest.fixture
def make_lake(place: Place) -> MakeLake:
    """Return a function that makes a lake of one table with these rows."""

    def made(schema, rows):
        lake = Lake(place, [schema])
        for row in rows:
            lake.replace_deliveries(schema.name, pd.DataFrame([row]), [row["delivery_id"]])
        return lake

    return made
