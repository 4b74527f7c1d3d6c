"""Which rows have one of some values: sets as large as a day's containers, looked up by Arrow.

pandas takes a set of strings apart value by value before it looks anything up, which for a day's containers took longer
than reading them.
"""

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def is_among(column: pd.Series, values: Collection[Any]) -> npt.NDArray[np.bool_]:
    """Tell of each row whether its value is one of `values`, as pandas' `isin` does; a missing one never is."""
    if not isinstance(column.dtype, pd.StringDtype):
        return column.isin(values).to_numpy()
    strings = pa.chunked_array(column.array.__arrow_array__())
    found: npt.NDArray[np.bool_] = pc.is_in(strings, value_set(values, strings.type)).to_numpy(zero_copy_only=False)
    return found


def value_set(values: Collection[Any], of: pa.DataType) -> pa.Array:
    """Return values as Arrow looks them up in a column of this type; missing ones are left out."""
    found = pa.array(values if isinstance(values, pd.Series) else list(values), of, from_pandas=True)
    return found.combine_chunks().drop_null() if isinstance(found, pa.ChunkedArray) else found.drop_null()
