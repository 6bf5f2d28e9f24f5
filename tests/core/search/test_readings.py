"""How titles are read, and which part of a title somebody meant who typed letters."""

import pytest

from core.search.readings import letters, part_read_as, title_readings


def test_the_index_keeps_the_reading_and_the_initials_from_each_character_on():
    assert title_readings("银行调解").split() == [
        "yinhangtiaojie", "hangtiaojie", "tiaojie", "jie", "yhtj", "htj", "tj",
    ]  # fmt: skip


def test_words_and_numbers_of_a_title_stay_whole():
    assert title_readings("Excel 2019入门").split() == [
        "excel2019rumen",
        "2019rumen",
        "rumen",
        "men",
        "e2rm",
        "2rm",
        "rm",
    ]


def test_a_title_without_letters_has_no_reading():
    assert title_readings("——（）") == ""


def test_a_very_long_title_keeps_a_bounded_reading():
    assert len(title_readings("矫正" * 500)) < 5000


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("公文写作", "gongwenxiezuo"),
        ("gong wen", "gongwen"),
        ("公文xie", "gongwenxie"),
        ("律师", "lvshi"),
        ("《》", ""),
    ],
)
def test_letters_of_what_was_typed(typed, read):
    assert letters(typed) == read


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gongwenxiezuo", "公文写作"),
        ("xiezuo", "写作"),
        ("gongwenxiez", "公文写作"),
        ("gwxz", "公文写作"),
        ("xzts", "写作提升"),
        ("ongwen", ""),  # begins inside a syllable
        ("gw", ""),  # two initials stand for too much
        ("gongwenx2", ""),
    ],
)
def test_the_part_of_a_title_that_is_read_so(typed, meant):
    assert part_read_as("公文写作提升班", typed) == meant
