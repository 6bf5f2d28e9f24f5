"""Cleaning one cell: the value, what was repaired, or what is wrong with it."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.tables import repairs
from core.tables.reading import Cell

DAY = datetime.date(2026, 11, 23)


def cell(value: object = "", filled: str = "") -> Cell:
    return Cell("B4", value, filled)  # type: ignore[arg-type]


def found(cleaned: repairs.Cleaned) -> tuple[object, tuple[str, ...]]:
    assert cleaned.problem is None
    return cleaned.value, cleaned.repairs


def code(cleaned: repairs.Cleaned) -> str:
    assert cleaned.problem is not None
    assert (cleaned.value, cleaned.problem.cell) == (None, "B4")
    return cleaned.problem.code


@pytest.mark.parametrize(
    ("typed", "name", "repaired"),
    [
        ("王伟", "王伟", ()),
        ("王　磊", "王磊", ("name_spaces_removed",)),
        (" 唐伟 ", "唐伟", ("name_spaces_removed",)),
        ("买买提．艾力", "买买提·艾力", ("name_dot_normalised",)),
        ("买买提.艾力", "买买提·艾力", ("name_dot_normalised",)),
        ("买买提 • 艾力", "买买提·艾力", ("name_spaces_removed", "name_dot_normalised")),
        ("㐀𠮷", "㐀𠮷", ()),
        ("Anna O'Neil", "Anna O'Neil", ()),
    ],
)
def test_names(typed: str, name: str, repaired: tuple[str, ...]) -> None:
    assert found(repairs.person_name(cell(typed))) == (name, repaired)


@pytest.mark.parametrize(
    "typed", ["=1+1", "王", "王伟2", "·王伟", "（示例）王小明", "王伟@", "x" * 61, "<b>王</b>", "+王"]
)
def test_what_is_no_name(typed: str) -> None:
    assert code(repairs.person_name(cell(typed))) == "name_invalid"


def test_no_name() -> None:
    assert code(repairs.person_name(cell("　"))) == "name_missing"


@pytest.mark.parametrize(
    ("typed", "number", "repaired"),
    [
        ("DW0001", "DW0001", ()),
        ("dw0001", "DW0001", ("number_case_folded",)),
        ("'DW0001", "DW0001", ("number_apostrophe_removed",)),
        ("ＤＷ０００１", "DW0001", ("number_fullwidth_to_halfwidth",)),
        ("DW 0001", "DW0001", ("number_spaces_removed",)),
        (12345, "12345", ("number_cell_to_text",)),
        ("00123", "00123", ()),
        ("", None, ()),
        ("无", None, ("number_placeholder_to_blank",)),
    ],
)
def test_numbers(typed: object, number: str | None, repaired: tuple[str, ...]) -> None:
    assert found(repairs.staff_number(cell(typed))) == (number, repaired)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (9.9999919900307e17, "number_precision_lost"),
        (1e15, "number_precision_lost"),
        ("9.99999E+17", "number_precision_lost"),
        ("9.99999e17", "number_precision_lost"),
        ("999999199003070012", "id_number_not_allowed"),
        ("999999 19900307 0012", "id_number_not_allowed"),
        ("９９９９９９１９９００３０７００１２", "id_number_not_allowed"),
        (12.5, "number_invalid"),
        (-3, "number_invalid"),
        (True, "number_invalid"),
        ("=1+1", "number_invalid"),
        ("工号一", "number_invalid"),
        ("DW", "number_invalid"),
    ],
)
def test_what_is_no_number(typed: object, reason: str) -> None:
    assert code(repairs.staff_number(cell(typed))) == reason


def test_a_wrong_number_that_may_be_an_id_card_is_not_shown() -> None:
    problem = repairs.staff_number(cell("999999199003070013")).problem
    assert problem is not None
    assert (problem.code, problem.params) == ("number_invalid", {"text": "99****"})


def test_the_check_digit_of_id_cards() -> None:
    assert repairs.is_citizen_number("999999199003070012")
    assert not repairs.is_citizen_number("999999199003070013")
    assert not repairs.is_citizen_number("DEMO2026000000026")


@pytest.mark.parametrize(
    ("typed", "repaired"),
    [
        ("13800000001", ()),
        (13800000001, ("phone_number_to_text",)),
        ("138 0000 0001", ("phone_separators_removed",)),
        ("138-0000-0001", ("phone_separators_removed",)),
        ("+86 138 0000 0001", ("phone_country_code_removed", "phone_separators_removed")),
        ("8613800000001", ("phone_country_code_removed",)),
        ("0086-13800000001", ("phone_country_code_removed", "phone_separators_removed")),
        ("１３８００００００００１", ()),
        ("'13800000001", ("phone_apostrophe_removed",)),
    ],
)
def test_phones(typed: object, repaired: tuple[str, ...]) -> None:
    if typed == "１３８００００００００１":
        assert code(repairs.mobile(cell(typed))) == "phone_invalid"  # twelve digits
        typed, repaired = "１３８０００００００１", ("phone_fullwidth_to_halfwidth",)
    assert found(repairs.mobile(cell(typed))) == ("13800000001", repaired)


@pytest.mark.parametrize(
    ("typed", "repaired"), [("", ()), ("无", ("phone_placeholder_to_blank",)), ("/", ("phone_placeholder_to_blank",))]
)
def test_no_phone(typed: str, repaired: tuple[str, ...]) -> None:
    assert found(repairs.mobile(cell(typed))) == (None, repaired)


@pytest.mark.parametrize("typed", ["1380000024", "12345678901", "138000000011", "1.38E+10", "=13800000001", True])
def test_what_is_no_phone(typed: object) -> None:
    assert code(repairs.mobile(cell(typed))) == "phone_invalid"


@pytest.mark.parametrize(
    ("typed", "repair"),
    [
        (DAY, "date_cell"),
        (datetime.datetime(2026, 11, 23, 9, 30), "date_cell"),  # noqa: DTZ001 - cells have no zone
        ("2026.11.23", "date_text"),
        ("2026年11月23日", "date_text"),
        ("2026-11-23", "date_text"),
        ("2026/11/23 0:00:00", "date_text"),
        ("２０２６．１１．２３", "date_text"),
        ("20261123", "date_compact"),
        (20261123, "date_compact"),
        (46349, "date_serial"),
        ("46349", "date_serial"),
    ],
)
def test_dates(typed: object, repair: str) -> None:
    assert found(repairs.date(cell(typed))) == (DAY, (repair,))


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (2018.9, "date_incomplete"),
        ("2018.9", "date_incomplete"),
        ("2018年9月", "date_incomplete"),
        (2018, "date_incomplete"),
        (61000, "date_incomplete"),
        ("2022-2-30", "date_invalid"),
        ("20221301", "date_invalid"),
        ("18991231", "date_invalid"),
        ("去年", "date_invalid"),
        (datetime.date(1899, 1, 1), "date_invalid"),
    ],
)
def test_what_is_no_date(typed: object, reason: str) -> None:
    assert code(repairs.date(cell(typed))) == reason


def test_no_date() -> None:
    assert found(repairs.date(cell(""))) == (None, ())
    assert found(repairs.date(cell("无"))) == (None, ())


def test_a_unit_by_name_short_name_and_from_above() -> None:
    names, aliases = {"和平街道司法所": 1}, {"和平所": 1}
    assert found(repairs.one_of(cell("和平街道 司法所"), names, aliases, "unit")) == (1, ())
    assert found(repairs.one_of(cell("和平所"), names, aliases, "unit")) == (1, ("unit_alias",))
    merged = repairs.one_of(cell("和平所", "merge"), names, aliases, "unit")
    assert found(merged) == (1, ("unit_filled_from_merge", "unit_alias"))
    assert found(repairs.one_of(cell("和平所", "same"), names, names | aliases, "unit"))[1][0] == "unit_same_as_above"
    assert code(repairs.one_of(cell("和平"), names, aliases, "unit")) == "unit_unknown"
    assert code(repairs.one_of(cell(""), names, aliases, "unit")) == "unit_missing"


def test_several_in_one_cell() -> None:
    names = {"律师": 1, "公证员": 2}
    assert found(repairs.several_of(cell("律师"), names, "profession")) == ([1], ())
    assert found(repairs.several_of(cell("律师、公证员；律师"), names, "profession")) == ([1, 2], ("profession_split",))
    assert found(repairs.several_of(cell(""), names, "profession")) == ([], ())
    assert code(repairs.several_of(cell("律师/司机"), names, "profession")) == "profession_unknown"


def test_text_is_kept_as_typed() -> None:
    assert found(repairs.text(cell("所长"), 40)) == ("所长", ())
    assert found(repairs.text(cell(" "), 40)) == (None, ())
    assert found(repairs.text(cell("=1+1"), 40)) == ("=1+1", ("formula_like_text_kept",))
    assert found(repairs.text(cell("'=1+1"), 40)) == ("=1+1", ("formula_like_text_kept",))  # as a guarded CSV holds it
    assert code(repairs.text(cell("长" * 41), 40)) == "text_too_long"


@given(st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes()))
def test_no_cell_breaks_anything(value: object) -> None:
    for clean in (repairs.person_name, repairs.staff_number, repairs.mobile, repairs.date):
        cleaned = clean(cell(value))
        assert (cleaned.problem is None) or cleaned.value is None
