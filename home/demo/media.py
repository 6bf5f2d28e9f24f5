"""The video, the recording and the lecture that go with the lesson on proofreading, for its participants alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from wagtail.models import Collection

from core.models import Material
from home.demo import source

FOLDER = source.DATA / "media"
VIDEO = ("核稿：定稿前过三盏灯（视频）", "proofreading.mp4")
SOUND = ("核稿之前准备什么（录音）", "proofreading.mp3")
LECTURE = ("公文定稿三灯复核讲义", "proofreading-lecture.pdf")
SHOWN = (
    "画面依次亮起三盏灯。红灯：能不能发，看文种、主送、请示与报告。黄灯：对不对得上，看附件、数字、引用条款。"
    "绿灯：好不好看，看序号、字号、页边距。没有声音。"
)
SPOKEN = "核稿之前，请准备好三样东西：定稿、自查表、一支红笔。先看文种和主送，再对附件和数字，最后看版式。"


def blocks(collection: Collection) -> Iterator[dict[str, Any]]:
    """Yield what the lesson shows at its end."""
    yield {"heading": {"text": "看一遍，听一遍", "level": 2}}
    yield {"video": {"video": file(*VIDEO, collection).pk, "title": "定稿前过三盏灯", "transcript": SHOWN}}
    yield {
        "audio": {
            "audio": file(*SOUND, collection).pk,
            "title": "核稿之前准备什么（电子合成语音）",
            "transcript": SPOKEN,
        }
    }
    yield {"document": {"document": file(*LECTURE, collection).pk, "note": "报名成功后可以打开"}}


def file(title: str, name: str, collection: Collection) -> Material:
    """Return the file with that title, stored on first use."""
    found = Material.objects.filter(title=title).first()
    if found is None:
        found = Material(title=title, collection=collection)
        found.file = ContentFile((FOLDER / name).read_bytes(), name=name)
        found.file_size = found.file.size
        found.save()
    return found
