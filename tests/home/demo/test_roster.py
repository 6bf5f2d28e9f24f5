"""The 181 people before they are stored."""

from collections import Counter

from home.demo import roster, source


def test_everybody_has_a_number_of_their_own() -> None:
    assert [person.work_no for person in roster.people()] == [f"DW{number:04}" for number in range(1, 182)]


def test_units_are_staffed_as_the_file_says() -> None:
    staffed = Counter(person.unit for person in roster.people())
    expected = {row["name"]: int(row["staff_count"]) for row in source.rows("units") if row["staff_count"] != "0"}
    assert dict(staffed) == expected


def test_only_the_case_gives_one_name_to_two_people() -> None:
    doubles = [name for name, count in Counter(person.name for person in roster.people()).items() if count > 1]
    assert doubles == ["王伟"]


def test_the_same_seed_gives_the_same_people() -> None:
    assert roster.people() == roster.people()


def test_notary_office_has_five_notaries_and_four_assistants() -> None:
    office = [person for person in roster.people() if person.unit == "明河市东湾公证处"]
    titles = Counter(person.title == "公证员助理" for person in office)
    assert (titles[False], titles[True]) == (5, 4)
    assert [bool(person.licence) for person in office] == [True] * 5 + [False] * 4


def test_lawyers_and_notaries_have_licences_of_17_characters() -> None:
    licensed = [person for person in roster.people() if person.licence]
    assert len(licensed) == 33 + 5
    assert {len(person.licence) for person in licensed} == {17}
    assert len({person.licence for person in licensed}) == len(licensed)


def test_phones_cannot_be_called() -> None:
    for person in roster.people():
        assert person.phone in ("", f"138****{person.work_no[2:]}")
