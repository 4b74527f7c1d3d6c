"""Count the typing errors between two words."""


def edit_distance(left: str, right: str, *, limit: int) -> int:
    """Return how many letters were inserted, left out, replaced or swapped with a neighbour; at most `limit` + 1.

    Optimal string alignment distance (Boytsov, "Indexing methods for approximate dictionary searching", ACM JEA 16,
    2011, section 2.2); no letter is changed twice.
    """
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    previous = list(range(len(right) + 1))
    for row, letter in enumerate(left, start=1):
        current = [row]
        for column, other in enumerate(right, start=1):
            cost = min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == right[column - 2] and left[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > limit and min(previous) > limit:
            return limit + 1
        before, previous = previous, current
    return min(previous[-1], limit + 1)
