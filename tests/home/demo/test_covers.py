"""Covers: the right size, one for each course, the same every time."""

import io

import pytest
from PIL import Image

from home.demo import covers, source
from home.demo.courses import category


def test_every_course_has_a_motif_of_its_own_choice() -> None:
    assert set(covers.MOTIFS) == {row["code"] for row in source.rows("courses")}


def test_courses_of_one_channel_do_not_look_alike() -> None:
    for row in source.rows("courses"):
        same_motif = [
            other["code"]
            for other in source.rows("courses")
            if covers.MOTIFS[other["code"]] is covers.MOTIFS[row["code"]] and category(other) == category(row)
        ]
        assert same_motif == [row["code"]]


@pytest.mark.parametrize("channel", list(covers.PALETTES))
def test_draw(channel: str) -> None:
    first, second = covers.draw("XZ-01", channel), covers.draw("XZ-01", channel)
    assert first == second
    assert Image.open(io.BytesIO(first)).size == (1600, 900)
