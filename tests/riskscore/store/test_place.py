"""Where the lake lies: addresses, access, and what is said when an object store refuses."""

from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from deltalake.exceptions import CommitFailedError

from riskscore.errors import LakeAccessError, SettingsError, StoreError
from riskscore.store import Lake, Place, TableSchema
from riskscore.store.place import ACCESS
from tests.object_store import NO_ONE, SECRET

SCORE = TableSchema("score", {"score_day": pa.date32(), "value": pa.float64()}, ("score_day",), "score_day")
FIRST = date(2026, 1, 1)
DENIED = (
    f"403 Forbidden <Error><Code>InvalidAccessKeyId</Code><AWSAccessKeyId>Credential={NO_ONE}</AWSAccessKeyId></Error>"
)


@pytest.fixture(autouse=True)
def _no_access_but_what_a_test_gives(monkeypatch):
    for name in (*ACCESS, "AWS_PROFILE", "AWS_CONDITIONAL_PUT"):
        monkeypatch.delenv(name, raising=False)


def rows(value):
    return pd.DataFrame({"score_day": [FIRST], "value": [value]})


def said_by(place, ask=lambda lake: lake.read("score")):
    with pytest.raises(StoreError) as caught:
        ask(Lake(place, [SCORE]))
    assert isinstance(caught.value, LakeAccessError)
    assert caught.value.__suppress_context__
    assert NO_ONE not in str(caught.value)
    assert SECRET not in str(caught.value)
    assert place.address in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "s3://me:hush@host/x",
        "s3:/hush/x",
        "s3://b/x?key=hush",
        "s9://hush/x",
        "file:///hush",
        "s3://b/../hush",
        "s3://",
    ],
)
def test_what_is_neither_folder_nor_address_is_refused_unquoted(address):
    with pytest.raises(SettingsError, match="RISKSCORE_LAKE") as caught:
        Place(address)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("address", ["var/lake", "/srv/a lake/no. 1", "./odd:name", "s3://b", "s3a://b.c-d/e/f=1_x/"])
def test_folders_and_addresses_are_taken(address):
    assert Place(address).table("t").removesuffix("/t").endswith(address.removeprefix("./").rstrip("/"))


def test_a_lake_in_a_folder_asks_for_no_access(monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    assert Place("lake", Path("nowhere")).options() == {}


def test_the_environment_gives_access_and_the_file_counts_before_it(monkeypatch, tmp_path, s3):
    for name, value in {**s3.options, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}.items():
        monkeypatch.setenv(name, value)
    address = f"{s3.bucket('lake')}/by-environment"
    said_by(Place(address, s3.secrets(tmp_path, AWS_ENDPOINT_URL="http://127.0.0.1:1")))
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.endpoint)
    Lake(Place(address), [SCORE]).replace_days("score", rows(1.0), [FIRST])
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert Lake(Place(address, s3.secrets(tmp_path)), [SCORE]).read("score")["value"].tolist() == [1.0]


def test_access_is_not_shown_by_what_holds_it(bucket_place):
    assert bucket_place.options()["AWS_SECRET_ACCESS_KEY"] == SECRET
    assert SECRET not in repr(bucket_place)
    assert SECRET not in repr(vars(Lake(bucket_place, [SCORE])))


@pytest.mark.parametrize("line", ["AWS_SECRET_KEY=hush", "AWS_REGION", "AWS_REGION=", "hush"])
def test_a_wrong_line_of_the_secrets_file_is_told_by_its_number(tmp_path, line):
    (tmp_path / "access").write_text(f"# ours\n\nAWS_REGION=eu-central-1\n{line}\n")
    with pytest.raises(SettingsError, match=r"line 4 of .*access.*AWS_SECRET_ACCESS_KEY") as caught:
        Place("s3://lake", tmp_path / "access").options()
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_secrets_file_that_cannot_be_read_is_told(tmp_path, content):
    if content:
        (tmp_path / "access").write_bytes(content)
    with pytest.raises(SettingsError, match=r"RISKSCORE_LAKE_SECRETS: .*access cannot be read"):
        Place("s3://lake", tmp_path / "access").options()


@pytest.mark.parametrize("endpoint", ["nonsense", "http://me:hush@host", "ftp://host", "http://a b"])
def test_an_endpoint_that_is_none_is_refused_unquoted(monkeypatch, endpoint):
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    with pytest.raises(SettingsError, match="AWS_ENDPOINT_URL") as caught:
        Place("s3://lake").options()
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    "ask",
    [
        lambda lake: lake.read("score"),
        lambda lake: lake.version("score"),
        lambda lake: lake.row_counts("score"),
        lambda lake: lake.replace_days("score", rows(1.0), [FIRST]),
    ],
)
def test_a_bucket_that_is_not_there_is_no_empty_lake(tmp_path, s3, ask):
    said = said_by(Place("s3://elsewhere/lake", s3.secrets(tmp_path)), ask)
    assert "there is no such bucket. Make it, or correct RISKSCORE_LAKE" in said


def test_a_store_that_does_not_answer_is_told_with_its_endpoint(tmp_path, s3):
    said = said_by(Place("s3://lake/x", s3.secrets(tmp_path, AWS_ENDPOINT_URL="http://127.0.0.1:1")))
    assert "(at http://127.0.0.1:1): it does not answer" in said


def test_what_crosses_the_network_open_is_refused_unless_allowed(tmp_path, s3):
    said = said_by(Place("s3://lake/x", s3.secrets(tmp_path, AWS_ALLOW_HTTP="false")))
    assert "set AWS_ALLOW_HTTP=true" in said


def test_a_store_set_not_to_write_on_a_condition_is_not_written_to(monkeypatch, bucket_place):
    monkeypatch.setenv("AWS_CONDITIONAL_PUT", "disabled")
    said = said_by(bucket_place, lambda lake: lake.replace_days("score", rows(1.0), [FIRST]))
    assert "Unset AWS_CONDITIONAL_PUT" in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (DENIED, "access is denied"),
        ("AWS Error ACCESS_DENIED during GetObject operation", "access is denied"),
        ("Error performing PUT http://169.254.169.254/latest/api/token: error sending request", "no credentials"),
        ("Received redirect, this normally indicates an incorrectly configured region", "another region"),
        ('Failed to parse config: [("max_retries", "failed to parse hush/hush+hush as usize")]', "makes no sense"),
        ("503 Service Unavailable <Error><Code>SlowDown</Code></Error>", "does not answer"),
        ("Object at location x/part-0.parquet not found", "is gone"),
        (f"{SECRET} and {NO_ONE}", "a way we do not know (OSError)"),
    ],
)
def test_what_a_store_says_is_told_in_our_words(words, told):
    with pytest.raises(LakeAccessError) as caught, Place("s3://lake").reached():
        raise OSError(words)
    assert told in str(caught.value)
    assert SECRET not in str(caught.value)
    assert NO_ONE not in str(caught.value)


@pytest.mark.parametrize("error", [CommitFailedError("another was first"), PermissionError(13, "no", "/var/located")])
def test_a_lost_race_and_a_fault_of_the_disk_stay_what_they_are(error):
    with pytest.raises(type(error)), Place("s3://lake").reached():
        raise error
