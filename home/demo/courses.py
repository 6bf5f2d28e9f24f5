"""The catalogue: 34 courses with their lessons, from courses.csv and the written course texts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import transaction

from core.models import Picture
from courses.models import ChannelPage, CoursePage, LessonPage
from home.demo import pictures, source
from home.demo.channels import slug_for
from home.demo.publishing import publish
from home.demo.statutes import cited
from home.services.body import stream
from people.models import Profession, User

CATEGORIES = {"政治理论": "ideology", "法律法规": "law", "能力素质": "competence", "行政能力": "administration"}
REQUIREMENTS = {"必修": "compulsory", "选修": "elective"}
MODES = {"线下": "onsite", "线上": "online", "混合": "hybrid"}
# Words of the target column → professions. A course for everybody (全员) has none.
TARGETS = {
    "党员干部": "bureau_staff",
    "局机关": "bureau_staff",
    "司法所": "bureau_staff",
    "社区矫正": "bureau_staff",
    "复议应诉": "bureau_staff",
    "执法监督": "bureau_staff",
    "普法": "legal_publicity_worker",
    "法律明白人": "legal_publicity_worker",
    "调解": "peoples_mediator",
    "公证": "notary",
    "律师": "lawyer",
    "基层法律服务": "grassroots_legal_worker",
    "法援": "legal_aid_personnel",
    "持证执法": "enforcement_certificate_holder",
}


def missing() -> list[dict[str, str]]:
    """Return the lines of courses.csv that have no page yet."""
    known = set(CoursePage.objects.values_list("code", flat=True))
    return [row for row in source.rows("courses") if row["code"] not in known]


@transaction.atomic
def load_course(row: dict[str, str], cover: Picture) -> None:
    """Make one course with its lessons: written by the editor, published by the reviewer."""
    written = source.lessons(row["code"])
    editor, reviewer = (User.objects.get(username=login) for login in ("editor", "reviewer"))
    page = CoursePage(**_fields(row, written), cover=cover, owner=editor)
    ChannelPage.objects.get(slug=slug_for(row)).add_child(instance=page)
    page.professions.set(Profession.objects.filter(code__in=professions(row["target"])))
    publish(page, editor=editor, reviewer=reviewer)
    for lesson in written.get("lessons", []):
        _load_lesson(page, lesson, editor, reviewer)


def category(row: dict[str, str]) -> str:
    """Return the channel of a course; what follows the hyphen only names a profession."""
    return CATEGORIES[row["category"].split("-")[0]]


def professions(target: str) -> set[str]:
    """Return the codes of the professions that a target names: 调解员、司法所 → mediators and bureau staff."""
    return {code for part in target.split("、") for word, code in TARGETS.items() if word in part}


def _fields(row: dict[str, str], written: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": row["title"],
        "slug": row["code"].lower(),
        "code": row["code"],
        "category": category(row),
        "requirement": REQUIREMENTS[row["type"]],
        "mode": MODES[row["mode"]],
        "hours": Decimal(row["hours"].split("/")[0]),  # daily study counts 1 for each meeting: 1/次
        "has_exam": row["exam"] == "是",
        "audience": written.get("audience", row["target"]),
        "summary": written.get("summary", "、".join(_syllabus(row)) + "。"),
        "search_description": written.get("summary", "")[:255],
        "objectives": "\n".join(written.get("objectives", [])),
        "body": stream([*cited(written.get("intro", [])), *_outline(row)], seed=row["code"]),
    }


def _syllabus(row: dict[str, str]) -> list[str]:
    return row["syllabus"].split(";")


def _outline(row: dict[str, str]) -> Iterator[dict[str, Any]]:
    """What the classes cover, as the course plan lists it."""
    yield {"heading": {"text": "课程内容" if row["mode"] == "线上" else "面授内容", "level": 2}}
    yield {"text": "<ul>" + "".join(f"<li>{item}</li>" for item in _syllabus(row)) + "</ul>"}


def _load_lesson(course: CoursePage, lesson: dict[str, Any], editor: User, reviewer: User) -> None:
    body = cited(lesson["body"])
    for position, block in pictures.extra_blocks(course.code, lesson["slug"]):
        body.insert(position, block)
    page = LessonPage(
        title=lesson["title"],
        slug=lesson["slug"],
        summary=lesson.get("summary", ""),
        minutes=lesson.get("minutes", 45),
        access=lesson.get("access", "enrolled"),
        completion=lesson.get("completion", "opened"),
        forbid_skipping=lesson.get("forbid_skipping", False),
        body=stream(body, seed=f"{course.code}/{lesson['slug']}"),
        owner=editor,
    )
    course.add_child(instance=page)
    publish(page, editor=editor, reviewer=reviewer)
