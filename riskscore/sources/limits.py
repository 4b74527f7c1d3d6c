"""How large a delivery and its parts may be; beyond these a file is refused or a row set aside."""

MAX_FILE_BYTES = 512 * 1024**2
"""A larger file is refused before it is opened; the sender splits it."""
MAX_ROWS = 2_000_000
"""A file with more rows is refused; the sender splits it."""
MAX_CELL_CHARACTERS = 10_000
"""A row with a longer value is set aside."""
MAX_RECORD_CHARACTERS = 100_000
"""A longer row is set aside unread; below the csv module's own limit of 131,072 characters for one cell."""
MAX_RECORD_LINES = 20
"""A CSV row may hold this many lines inside quotes; more means that a quote was never closed."""
MAX_COLUMNS = 500
"""A header with more columns is refused."""
MAX_UNPACKED_BYTES = 256 * 1024**2
"""A workbook that declares to unpack to more is refused: zip bomb."""
MAX_WORKBOOK_PARTS = 500
"""A workbook with more files inside is refused."""
MAX_WORKBOOK_CELLS = 1_000_000
"""A sheet with more cells, gaps between them counted, is refused."""
MAX_NAMES_SHOWN = 20
"""Unknown fields named in one error; the rest is counted."""
ROWS_PER_PACK = 10_000
"""Rows held as single texts before they are packed into columns; bounds memory, changes no answer."""
