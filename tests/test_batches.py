"""Batches of a stream."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.batches import batched


@pytest.mark.parametrize(
    ("items", "batches"), [("", []), ("abc", ["abc"]), ("abcd", ["abc", "d"]), ("abcdef", ["abc", "def"])]
)
def test_items_come_in_order_and_by_threes(items: str, batches: list[str]) -> None:
    assert ["".join(batch) for batch in batched(items, 3)] == batches


@given(st.lists(st.integers()), st.integers(1, 9))
def test_no_item_is_lost_and_no_batch_is_empty_or_too_long(items: list[int], size: int) -> None:
    batches = list(batched(items, size))
    assert [item for batch in batches for item in batch] == items
    assert all(0 < len(batch) <= size for batch in batches)


def test_no_more_is_taken_from_the_stream_than_is_asked_for() -> None:
    stream: Iterator[int] = iter(range(10))
    assert next(batched(stream, 4)) == [0, 1, 2, 3]
    assert next(stream) == 4
