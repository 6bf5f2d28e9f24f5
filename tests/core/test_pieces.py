"""Arithmetic of pieces."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pieces import from_the_start, join, length, within

pieces = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=12)


@pytest.mark.parametrize(
    ("sets", "joined"),
    [
        ([[]], []),
        ([[(3, 3), (5, 4)]], []),
        ([[(0, 10)], [(10, 20)]], [[0, 20]]),
        ([[(0, 10)], [(11, 20)]], [[0, 10], [11, 20]]),
        ([[(5, 8), (0, 20)], [(30, 40), (35, 50)]], [[0, 20], [30, 50]]),
    ],
)
def test_join(sets, joined):
    assert join(*sets) == joined


@given(pieces, pieces)
def test_join_is_the_union_of_the_points(one, other):
    points = {point for begin, end in [*one, *other] for point in range(begin, end)}
    joined = join(one, other)
    assert [point for begin, end in joined for point in range(begin, end)] == sorted(points)
    assert length(joined) == len(points)
    assert all(left[1] < right[0] for left, right in pairwise(joined))


def test_within():
    assert within([(0, 10), (20, 30), (40, 50)], 5, 25) == [[5, 10], [20, 25]]


@pytest.mark.parametrize(
    ("played", "reached"),
    [
        ([], []),
        ([(0, 10), (12, 20), (25, 30)], [[0, 10], [12, 20]]),
        ([(2, 10)], [[2, 10]]),
        ([(3, 10)], []),
    ],
)
def test_from_the_start_stops_at_the_first_gap(played, reached):
    assert from_the_start(played, gap=2) == reached
