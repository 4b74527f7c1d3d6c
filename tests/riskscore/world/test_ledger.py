import numpy as np
import pandas as pd

from riskscore.world.ledger import Ledger


def test_rows_keep_their_numbers_while_the_ledger_grows() -> None:
    ledger = Ledger.of(pd.DataFrame({"a": [1, 2], "b": [True, False]}))
    frames = [ledger.frame()]
    for start in range(0, 60, 3):
        rows = {"a": np.arange(start, start + 3), "b": np.ones(3, dtype=bool)}
        numbers = ledger.append(rows)
        assert ledger["a"][numbers].tolist() == rows["a"].tolist()
        frames.append(pd.DataFrame(rows))
    pd.testing.assert_frame_equal(ledger.frame(), pd.concat(frames, ignore_index=True))


def test_writing_into_a_column_changes_the_ledger() -> None:
    ledger = Ledger.of(pd.DataFrame({"a": [1, 2, 3]}))
    ledger["a"][1] = 9
    assert ledger.frame()["a"].to_list() == [1, 9, 3]
