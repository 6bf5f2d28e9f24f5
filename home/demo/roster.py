"""Works out who the 181 people are before anything is stored: cases, demo accounts, the rest by chance."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from home.demo import chance, source

BUREAU = "司法行政干警"
ENFORCEMENT = "持行政执法证人员"
PUBLICITY = "普法工作者"
MEDIATOR = "人民调解员"
LEGAL_AID = "法律援助人员"
LAWYER, NOTARY = "律师", "公证员"
NOTARIES = 5  # the other people of the notary office are assistants

# Posts by kind of unit: the head, the deputy, everybody else. Sections with a director are named apart.
POSTS = {
    "bureau_leaders": ("局长", "副局长", "党组成员"),
    "section": ("股长", "副股长", "科员"),
    "judicial_office": ("所长", "司法助理员", "司法助理员"),
    "legal_aid_centre": ("主任", "副主任", "法律援助人员"),
    "public_legal_service_centre": ("主任", "工作人员", "工作人员"),
    "notary_office": ("主任", "公证员", "公证员"),
    "law_firm": ("主任", "律师", "律师"),
    "grassroots_legal_office": ("主任", "基层法律服务工作者", "基层法律服务工作者"),
    "mediation_committee": ("主任", "专职人民调解员", "人民调解员"),
}
PROFESSIONS = {
    "legal_aid_centre": (LEGAL_AID,),
    "notary_office": (NOTARY,),
    "law_firm": (LAWYER,),
    "grassroots_legal_office": ("基层法律服务工作者",),
    "mediation_committee": (MEDIATOR,),
}
# How many people of a unit, counted from the first, hold an enforcement certificate as well.
CERTIFICATES = {
    "行政执法协调监督股": 4, "社区矫正管理股": 4, "行政复议与应诉股": 2, "公共法律服务管理股": 2,
    "人民参与和促进法治股": 1, "普法与依法治理股": 1,
}  # fmt: skip
CERTIFICATES_PER_OFFICE = 3
CASE_TITLES = {
    "P01": "科员", "P11": "人民调解员", "P17": "兼职律师", "P18": "科员", "P20": "兼职人民调解员",
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """One of the 181, as the files and the seed make them."""

    work_no: str
    unit: str
    name: str
    title: str
    professions: tuple[str, ...]
    joined_year: int
    login: str = ""
    role: str = ""
    case: str = ""
    pinyin: str = ""
    licence: str = ""
    phone: str = ""


def people() -> list[Person]:
    """Return everybody in the order of the work numbers, which is the order of units.csv."""
    cases = {row["work_no"]: row for row in source.rows("people_cases")}
    accounts = {entry["work_no"]: {**entry, "login": login} for login, entry in source.text("accounts").items()}
    names = Names(taken={row["name"] for row in cases.values()} | {entry["name"] for entry in accounts.values()})
    found = []
    for work_no, unit, place in _posts():
        person = _generated(work_no, unit, place, names)
        person |= _given(cases.get(work_no, {})) | _account(accounts.get(work_no, {}))
        found.append(Person(**person))
    return found


def _posts() -> Iterator[tuple[str, dict[str, str], int]]:
    number = 0
    for unit in source.rows("units"):
        for place in range(int(unit["staff_count"])):
            number += 1
            yield f"DW{number:04}", unit, place


def _generated(work_no: str, unit: dict[str, str], place: int, names: Names) -> dict[str, Any]:
    rng = chance.stream(work_no)
    year = _joined_year(unit, place, rng)
    return {
        "work_no": work_no,
        "unit": unit["name"],
        "name": names.next(year if unit["type"] != "mediation_committee" else rng.randint(1990, 2018)),
        "title": _title(unit, place),
        "professions": _professions(unit, place),
        "joined_year": year,
        "licence": _licence(unit, place, work_no),
        "phone": "" if rng.random() < 0.04 else f"138****{work_no[2:]}",
    }


def _joined_year(unit: dict[str, str], place: int, rng: random.Random) -> int:
    """Heads have been there long; many mediators are new, whatever their age."""
    if unit["type"] == "bureau_leaders" or place == 0:
        return rng.randint(1992, 2005)
    return rng.randint(2024, 2025) if unit["type"] == "mediation_committee" else rng.randint(1994, 2024)


def _title(unit: dict[str, str], place: int) -> str:
    if unit["type"] == "notary_office" and place >= NOTARIES:
        return "公证员助理"
    if unit["name"] in ("办公室", "政工室") and place < 2:
        return ("主任", "副主任")[place]
    return POSTS[unit["type"]][min(place, 2)]


def _professions(unit: dict[str, str], place: int) -> tuple[str, ...]:
    held: tuple[str, ...] = PROFESSIONS.get(unit["type"], (BUREAU,))
    if unit["name"] == "普法与依法治理股" or (unit["type"] == "judicial_office" and place == 2):
        held += (PUBLICITY,)
    certificates = CERTIFICATES_PER_OFFICE if unit["type"] == "judicial_office" else CERTIFICATES.get(unit["name"], 0)
    return (*held, ENFORCEMENT) if place < certificates else held


def _licence(unit: dict[str, str], place: int, work_no: str) -> str:
    licensed = unit["type"] == "law_firm" or (unit["type"] == "notary_office" and place < NOTARIES)
    return f"DEMO2026{int(work_no[2:]):09}" if licensed else ""


def _given(case: dict[str, str]) -> dict[str, Any]:
    """What people_cases.csv fixes, and a post that fits it."""
    if not case:
        return {}
    post = CASE_TITLES.get(case["case_id"])
    return ({"title": post} if post else {}) | {
        "case": case["case_id"],
        "name": case["name"],
        "pinyin": case["pinyin"],
        "professions": tuple(case["professions"].split(";")),
        "licence": case["licence_no"],
        "phone": "" if case["phone"] == "none" else f"138****{case['work_no'][2:]}",
    }


def _account(entry: dict[str, Any]) -> dict[str, Any]:
    if not entry:
        return {}
    given: dict[str, Any] = {key: entry[key] for key in ("login", "role", "name", "title")}
    given["joined_year"] = entry["year"]
    if "professions" in entry:
        given["professions"] = tuple(entry["professions"])
    return given


class Names:
    """Hands out invented names that fit the generation, each one once."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = set(taken)
        self.rng: random.Random = chance.stream("names")
        self.lists = source.text("names")

    def next(self, joined_year: int) -> str:
        generation = "older" if joined_year < 2002 else "middle" if joined_year < 2014 else "younger"
        while True:
            name = self.rng.choice(self.lists["surnames"]) + self.rng.choice(self.lists[generation])
            if name not in self.taken:
                self.taken.add(name)
                return name
