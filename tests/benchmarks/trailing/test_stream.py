"""The invented stream."""

import pyarrow.parquet as pq

from benchmarks.trailing.stream import KEY_COUNTS, key_counts, write_stream


def read(stream):
    return pq.read_table(stream.files(stream.first_day, stream.last_day), partitioning=None).to_pandas()


def test_a_stream_has_all_consignments_in_order_of_day(stream):
    rows = read(stream)
    assert rows["consignment"].tolist() == list(range(5_000))
    assert rows["day"].is_monotonic_increasing
    assert rows["day"].between(stream.first_day, stream.last_day).all()
    assert rows["day"].iloc[-1] - rows["day"].iloc[0] == 719


def test_keys_are_as_many_as_told_and_belong_to_their_pair(stream):
    rows, counts = read(stream), key_counts(5_000 / 20_000_000)
    for entity in KEY_COUNTS:
        assert counts[entity] / 2 < rows[entity].nunique() <= counts[entity]
        assert rows[entity].dtype == "uint64"
    assert (rows.groupby("pair")[["shipper", "consignee"]].nunique() == 1).all(axis=None)


def test_few_keys_have_many_consignments(stream):
    often = read(stream)["shipper"].value_counts()
    assert often.iloc[0] > 5 * often.median()


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not(tmp_path):
    size = {"consignments": 300, "days": 40, "scale": 1e-4}
    one, same, other = (
        write_stream(tmp_path / name, seed=seed, **size) for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert read(one).equals(read(same))
    assert not read(one).equals(read(other))


def test_only_months_that_matter_are_named(stream):
    assert len(stream.files(stream.first_day, stream.last_day)) == 24
    january = stream.files(stream.first_day - 400, stream.first_day + 30)
    assert [file.split("/")[-2] for file in january] == ["month=2024-01"]


def test_files_say_that_they_are_invented(stream):
    metadata = pq.read_schema(stream.files(stream.last_day, stream.last_day)[0]).metadata
    assert b"invented" in metadata[b"note"]
