"""Cleaning one cell: pure functions that give a value with what was repaired, or a problem with the cell's address.

Codes of repairs and problems are stable; `docs/rules/import.md` lists them.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.names import clean_name, is_name
from core.tables.formulas import as_typed, looks_like_formula
from core.tables.reading import CONTROLS, Cell

EXACT = 10**15  # Excel keeps fifteen digits of a number
SCIENTIFIC = re.compile(r"\d(\.\d+)?[Ee]\+?\d+")
NOTHING = frozenset({"无", "没有", "暂无", "未填", "-", "--", "—", "——", "/", "／", "\\"})
CITIZEN = re.compile(r"\d{17}[\dX]")
NO_NUMBER = re.compile(r"\d{17}[\dX]|\d{15}")  # ID cards with a slip, ID cards of the old kind
LIKE_CITIZEN = 15  # digits of an ID card of the old kind
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
NUMBER = re.compile(r"[A-Z]{0,8}\d[A-Z\d\-]{0,24}")
MOBILE = re.compile(r"1[3-9]\d{9}")
COUNTRY = re.compile(r"^\s*(?:\+|00)86|^86(?=1[3-9]\d{9}$)")
SEPARATORS = re.compile(r"[\s\-—‑–·.()（）]")
DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?:[ T]0?0:00(?::00)?)?")
NO_DAY = re.compile(r"\d{4}\s*[-./年]\s*\d{1,2}\s*月?|\d{4}\s*年?")
COMPACT, SERIAL = re.compile(r"\d{8}"), re.compile(r"\d{5}")
FIRST_SERIAL, LAST_SERIAL = 20_000, 60_000
DAY_ZERO = datetime.date(1899, 12, 30)
FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)
PARTS = re.compile(r"[、;；/／，,\n]+")
FILLED = {
    "merge": "unit_filled_from_merge",
    "above": "unit_filled_from_above",
    "same": "unit_same_as_above",
}


@dataclass(frozen=True)
class Problem:
    """Why a row is refused: a code, the cell, and what the sentence needs."""

    code: str
    cell: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cleaned:
    """The value of a cell (None: nothing was given), what was repaired, or what is wrong with it."""

    value: Any = None
    repairs: tuple[str, ...] = ()
    problem: Problem | None = None


def refused(code: str, cell: Cell, **params: Any) -> Cleaned:
    return Cleaned(problem=Problem(code, cell.address, params))


def person_name(cell: Cell, longest: int = 60) -> Cleaned:
    """A name without padding, with one form of the middle dot."""
    typed = as_typed(cell.text)
    name = clean_name(typed)
    if not name:
        return refused("name_missing", cell)
    if not is_name(name) or len(name) > longest:
        return refused("name_invalid", cell, text=typed.strip()[:longest])
    solid = "".join(typed.split())
    repairs = ["name_spaces_removed"] if typed != name and typed != solid else []
    repairs += ["name_dot_normalised"] if solid != "".join(name.split()) else []
    return Cleaned(name, tuple(repairs))


def staff_number(cell: Cell) -> Cleaned:
    """A work or licence number in capitals and half width; never the number of an ID card."""
    if isinstance(cell.value, bool):
        return refused("number_invalid", cell, text=cell.text)
    if isinstance(cell.value, int | float):
        return _stored_as_number(cell)
    typed = cell.text.strip()
    if SCIENTIFIC.fullmatch(typed):
        return refused("number_precision_lost", cell)
    number, repairs = _fold(typed, _NUMBER_STEPS)
    if not number or typed in NOTHING:
        return Cleaned(None, ("number_placeholder_to_blank",) if typed else ())
    if is_citizen_number(number):
        return refused("id_number_not_allowed", cell)
    if NO_NUMBER.fullmatch(number) or not NUMBER.fullmatch(number):
        return refused("number_invalid", cell, text=discreet(typed))
    return Cleaned(number, repairs)


def discreet(number: str) -> str:
    """A wrong number as it may be shown: what is as long as the number of an ID card may be one with a slip in it."""
    return f"{number[:2]}****" if sum(map(str.isdigit, number)) >= LIKE_CITIZEN else number[:40]


def _stored_as_number(cell: Cell) -> Cleaned:
    assert isinstance(cell.value, int | float)  # noqa: S101 - tells mypy what the caller knows
    if abs(cell.value) >= EXACT:
        return refused("number_precision_lost", cell)
    if isinstance(cell.value, float) or cell.value < 0:
        return refused("number_invalid", cell, text=cell.text)
    return Cleaned(str(cell.value), ("number_cell_to_text",))


def is_citizen_number(text: str) -> bool:
    """True for 18 characters with the check digit of an ID card."""
    if not CITIZEN.fullmatch(text):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, text, strict=False))
    return CHECK_DIGITS[total % 11] == text[-1]


Step = tuple[str, Callable[[str], str]]


def _fold(text: str, steps: tuple[Step, ...]) -> tuple[str, tuple[str, ...]]:
    """Apply the steps one after another; return the text and the names of those that changed it."""
    repairs = []
    for name, step in steps:
        before, text = text, step(text)
        repairs += [name] if text != before else []
    return text, tuple(repairs)


def _half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


_NUMBER_STEPS: tuple[Step, ...] = (
    ("number_apostrophe_removed", lambda text: text.lstrip("'‘’＇`")),
    ("number_fullwidth_to_halfwidth", _half_width),
    ("number_spaces_removed", lambda text: "".join(text.split())),
    ("number_case_folded", str.upper),
)
_PHONE_STEPS: tuple[Step, ...] = (
    ("phone_apostrophe_removed", lambda text: text.lstrip("'‘’＇`")),
    ("phone_fullwidth_to_halfwidth", _half_width),
    ("phone_country_code_removed", lambda text: COUNTRY.sub("", text).lstrip()),
    ("phone_separators_removed", lambda text: SEPARATORS.sub("", text)),
)


def mobile(cell: Cell) -> Cleaned:
    """A mobile number as eleven digits."""
    typed = cell.text.strip()
    if typed in NOTHING:
        return Cleaned(None, ("phone_placeholder_to_blank",))
    number, repairs = _fold(typed, _PHONE_STEPS)
    if number and not MOBILE.fullmatch(number):
        return refused("phone_invalid", cell, text=typed[:40])
    as_number = ("phone_number_to_text",) if isinstance(cell.value, int | float) else ()
    return Cleaned(number or None, as_number + repairs)


def date(cell: Cell) -> Cleaned:
    """A day, from a date cell, one of the usual ways of writing it, yyyymmdd, or the number of a day."""
    if isinstance(cell.value, datetime.date):
        day = cell.value.date() if isinstance(cell.value, datetime.datetime) else cell.value
        return _within(day, cell, "date_cell")
    typed = _half_width(cell.text).strip()
    if not typed or typed in NOTHING:
        return Cleaned()
    if COMPACT.fullmatch(typed):
        return _day(typed[:4], typed[4:6], typed[6:], cell, "date_compact")
    if SERIAL.fullmatch(typed) and FIRST_SERIAL <= int(typed) <= LAST_SERIAL:
        return Cleaned(DAY_ZERO + datetime.timedelta(days=int(typed)), ("date_serial",))
    if found := DAY.fullmatch(typed):
        return _day(found[1], found[2], found[3], cell, "date_text")
    is_number = isinstance(cell.value, int | float)
    is_short = is_number or NO_DAY.fullmatch(typed)
    return refused("date_incomplete" if is_short else "date_invalid", cell, text=typed[:40], is_number=is_number)


def _day(year: str, month: str, day: str, cell: Cell, repair: str) -> Cleaned:
    try:
        return _within(datetime.date(int(year), int(month), int(day)), cell, repair)
    except ValueError:
        return refused("date_invalid", cell, text=cell.text.strip()[:40])


def _within(day: datetime.date, cell: Cell, repair: str) -> Cleaned:
    if not FIRST_DAY <= day <= LAST_DAY:
        return refused("date_invalid", cell, text=cell.text.strip()[:40])
    return Cleaned(day, (repair,))


def one_of(cell: Cell, names: Mapping[str, Any], aliases: Mapping[str, Any], what: str) -> Cleaned:
    """The row that is meant by its name or its short name. `what` begins the codes: unit_alias, unit_unknown."""
    text = "".join(cell.text.split())
    filled = (FILLED[cell.filled],) if cell.filled else ()
    if text in names:
        return Cleaned(names[text], filled)
    if text in aliases:
        return Cleaned(aliases[text], (*filled, f"{what}_alias"))
    return refused(f"{what}_unknown" if text else f"{what}_missing", cell, text=text[:80])


def several_of(cell: Cell, names: Mapping[str, Any], what: str) -> Cleaned:
    """The rows that are named in one cell, each once. No text gives an empty list."""
    parts = list(dict.fromkeys(filter(None, ("".join(part.split()) for part in PARTS.split(cell.text)))))
    unknown = next((part for part in parts if part not in names), None)
    if unknown:
        return refused(f"{what}_unknown", cell, text=unknown[:80])
    return Cleaned([names[part] for part in parts], (f"{what}_split",) if len(parts) > 1 else ())


def text(cell: Cell, longest: int) -> Cleaned:
    """Text as it was typed, also what looks like a formula; None for nothing."""
    typed = as_typed(CONTROLS.sub("", cell.text))
    if not typed.strip():
        return Cleaned()
    if len(typed.strip()) > longest:
        return refused("text_too_long", cell, longest=longest)
    return Cleaned(typed.strip(), ("formula_like_text_kept",) if looks_like_formula(typed) else ())
