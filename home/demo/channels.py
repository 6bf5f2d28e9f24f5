"""The six channels of the demo bureau: who owns them, and which course hangs where."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db import transaction

from courses.models import ChannelPage, CourseIndexPage
from courses.services.channels import PREFIX
from home.demo.publishing import publish
from people.models import Profession, Unit, User


@dataclass(frozen=True)
class Channel:
    """One line of the list; the words are those of the course plan that lead here."""

    title: str
    slug: str
    section: str
    professions: tuple[str, ...]
    words: tuple[str, ...]
    introduction: str


CHANNELS = (
    Channel(
        "人民调解", "mediation", "人民参与和促进法治股", ("peoples_mediator",), ("调解",),
        "给人民调解员看的课：岗前培训、协议书与卷宗、家事和物业纠纷的谈法。",
    ),
    Channel(
        "公证", "notary", "公共法律服务管理股", ("notary",), ("公证",),
        "公证员和助理的办证规范、核实方法与在线公证。",
    ),
    Channel(
        "法律援助", "legal-aid", "公共法律服务管理股", ("legal_aid_personnel",), ("法律援助", "法援"),
        "受理审查、值班律师、案件质量与卷宗评查。",
    ),
    Channel(
        "律师", "lawyers", "公共法律服务管理股", ("lawyer", "grassroots_legal_worker"), ("律师", "基层法律服务"),
        "律师和基层法律服务工作者的职业纪律与新法要点。",
    ),
    Channel(
        "普法", "publicity", "普法与依法治理股", ("legal_publicity_worker",), ("普法", "法律明白人"),
        "以案释法怎么讲，短视频怎么拍，“法律明白人”怎么带。",
    ),
    Channel(
        "机关综合", "bureau", "政工室", ("bureau_staff", "enforcement_certificate_holder"), (),
        "机关干部和司法所都要学的：公文、保密、执法、信息化和政治理论。",
    ),
)  # fmt: skip
EDITORS = {"mediation-editor": "人民调解"}


def slug_for(row: dict[str, str]) -> str:
    """Return the channel of a course: by what follows the hyphen of its category, else by whom it is for first."""
    word = [*row["category"].split("-")[1:], *row["target"].split("、")][0]
    found = (channel.slug for channel in CHANNELS if any(known in word for known in channel.words))
    return next(found, "bureau")


@transaction.atomic
def load_channels() -> int:
    """Make the channels that are missing and name their editors. Return how many were made."""
    index = CourseIndexPage.objects.get()
    known = set(ChannelPage.objects.values_list("slug", flat=True))
    missing = [channel for channel in CHANNELS if channel.slug not in known]
    for channel in missing:
        _make(channel, index)
    for login, title in EDITORS.items():
        User.objects.get(username=login).groups.add(Group.objects.get(name=PREFIX + title))
    return len(missing)


def _make(channel: Channel, index: CourseIndexPage) -> None:
    page = ChannelPage(
        title=channel.title,
        slug=channel.slug,
        introduction=channel.introduction,
        section=Unit.objects.get(name=channel.section),
        owner=User.objects.get(username="editor"),
    )
    index.add_child(instance=page)
    page.professions.set(Profession.objects.filter(code__in=channel.professions))
    publish(page, editor=page.owner, reviewer=User.objects.get(username="reviewer"))
