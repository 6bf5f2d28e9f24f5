"""A small site whose every word is known, for the real queries of `queries.csv`."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.core.files.base import ContentFile
from django.db.models import Model

from core.models import Material
from core.models.media import FileAccess
from courses.enums import LessonAccess
from home.models import NoticeIndexPage, NoticePage, StandardPage
from tests.factories import CoursePageFactory, LessonPageFactory, UserFactory, home_page

QUERIES = Path(__file__).with_name("queries.csv")
NAMES = {
    "wang": "王小明", "shan": "单志刚", "zeng": "曾国平", "qiu": "仇英", "jie": "解小龙", "zha": "查文静",
    "ren": "任建国", "piao": "朴正浩", "ou": "区建军", "yuchi": "尉迟恭", "ouyang": "欧阳文静", "chanyu": "单于丽",
}  # fmt: skip


class Row(NamedTuple):
    """A query, the keys of all that it finds, which of them stands first (if that matters), and why."""

    query: str
    finds: set[str]
    first: str
    why: str


def queries() -> list[Row]:
    with QUERIES.open(encoding="utf-8", newline="") as file:
        return [Row(row["query"], set(row["finds"].split()), row["first"], row["why"]) for row in csv.DictReader(file)]


def corpus() -> dict[str, Model]:
    """Make the site and return its things by the keys of `queries.csv`."""
    return {**_courses(), **_pages(), "handout": _handout(), **_people()}


def _courses() -> dict[str, Model]:
    texts = {
        "jiaozheng": ("社区矫正法实务", "矫正对象的管理与教育。"),
        "gongwen": ("公文写作提升班", "怎么写，怎么改。"),
        "excel": ("Excel 2019数据处理入门", "用Excel做统计报表，须用4.5以上版本。"),
        "tiaojie": ("人民调解员业务培训", "协议书的写法，矛盾纠纷排查，调解协议书的法律效力。"),
        "gongzheng": ("公证实务", "遗嘱、委托、继承。"),
        "xingzheng": ("行政复议与行政执法监督", "复议申请怎么受理。"),
    }
    made = {key: CoursePageFactory(title=title, summary=summary, slug=key) for key, (title, summary) in texts.items()}
    lesson = LessonPageFactory(
        parent=made["tiaojie"],
        title="第一课 邻里之间",
        access=LessonAccess.PUBLIC,
        summary="调解一件小事，写一份公文。",
    )
    return {**made, "lesson": lesson}


def _pages() -> dict[str, Model]:
    home = home_page()
    texts = {
        "minfadian": ("《民法典》宣讲", "第十七条 十八周岁以上的自然人为成年人；另见第17条释义。"),
        "python": ("Python与ＡＩ应用", "Wi-Fi和5G。"),
        "yuanzhu": ("法律援助指南", "带上身份证，咨询电话12348。"),
        "bank": ("银行调解", "金融消费者怎么投诉，法定期限多长。"),
        "anquan": ("安全😀提示", "出门关灯。"),
    }
    made: dict[str, Model] = {
        key: home.add_child(instance=StandardPage(title=title, slug=key, introduction=text))
        for key, (title, text) in texts.items()
    }
    index = home.add_child(instance=NoticeIndexPage(title="通知公告", slug="notices"))
    day = datetime.date(2026, 11, 2)
    text = [("text", "<p>参加对象：社区矫正机构人员。</p>")]
    notice = NoticePage(title="2026年保密知识培训", slug="baomi", published_on=day, body=text)
    return {**made, "baomi": index.add_child(instance=notice)}


def _handout() -> Material:
    text = "初信初访一次性告知。第三章 赔偿标准。公文另附。"
    file = ContentFile(text.encode(), name="handout.txt")
    return Material.objects.create(title="信访讲义", text=text, file=file, access=FileAccess.PUBLIC)


def _people() -> dict[str, Any]:
    return {
        key: UserFactory(name=name, username=f"u{number}", work_number=f"GH{1001 + number}", title="司法助理员")
        for number, (key, name) in enumerate(NAMES.items())
    }
