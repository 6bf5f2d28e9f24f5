"""Stores covers, the figure and the download of the demo courses."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from wagtail.models import Collection

from core.models import Material, Picture
from home.demo import checklist, covers, figures, media

COVERS, MATERIALS = "课程封面", "课程资料"
CHANNELS = {"ideology": "政治理论", "law": "法律法规", "competence": "能力素质", "administration": "行政能力"}
FIGURE = "公文页面的三个部分"
FIGURE_ALT = (
    "一页公文的示意图，从上到下标出四处：1版头，有红色的机关标志和红线；"
    "2主体，有标题、正文和落款；3版记，夹在横线之间；4页码，在版心之外。"
)
# What goes into a written lesson: (course, lesson) → positions among its blocks.
LAYOUT_LESSON, PROOF_LESSON = ("XZ-01", "page-layout"), ("XZ-01", "proofreading")
VIDEO_LESSONS = {("JC-01", "scope-of-practice"): "录像：业务范围", ("JC-01", "intake-fees"): "录像：收案收费"}
FILM, TRANSCRIPT = ("演示录像（一分钟）", "lesson-video.mp4"), "这是一段一分钟的演示录像，画面上逐秒计时，没有解说。"


def cover(code: str, title: str, category: str) -> Picture:
    """Return the cover of a course, drawn on first use."""
    name = f"封面 {code}"
    picture = Picture.objects.filter(title=name).first()
    if picture is None:
        picture = Picture(
            title=name,
            description=f"《{title}》课程封面：{CHANNELS[category]}类几何图案",
            credit="本局绘制",
            collection=_collection(COVERS),
        )
        picture.file = ImageFile(io.BytesIO(covers.draw(code, category)), name=f"cover-{code.lower()}.jpg")
        _focus(picture)
        picture.save()
    return picture


def _focus(picture: Picture) -> None:
    x, y, width, height = covers.FOCUS
    picture.focal_point_x, picture.focal_point_y = x, y
    picture.focal_point_width, picture.focal_point_height = width, height


def _collection(name: str) -> Collection:
    root = Collection.get_first_root_node()
    return root.get_children().filter(name=name).first() or root.add_child(name=name)


def extra_blocks(code: str, slug: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (position, block) for what a lesson shows beside its written text."""
    if (code, slug) == LAYOUT_LESSON:
        caption = "1版头，2主体，3版记，4页码（在版心之外）"
        yield 2, {"image": {"image": _figure().pk, "alt_text": FIGURE_ALT, "caption": caption}}
    if (code, slug) in (LAYOUT_LESSON, PROOF_LESSON):
        note = "A4一页，可直接打印填写"
        yield -1, {"document": {"document": _checklist().pk, "note": note}}
    if (code, slug) == PROOF_LESSON:
        yield from ((-1, block) for block in media.blocks(_collection(MATERIALS)))
    if title := VIDEO_LESSONS.get((code, slug)):
        film = media.file(*FILM, _collection(MATERIALS))
        yield 0, {"video": {"video": film.pk, "title": title, "transcript": TRANSCRIPT}}


def _figure() -> Picture:
    picture = Picture.objects.filter(title=FIGURE).first()
    if picture is None:
        picture = Picture(title=FIGURE, description=FIGURE_ALT, credit="本局绘制", collection=_collection(MATERIALS))
        picture.file = ImageFile(io.BytesIO(figures.page_layout()), name="page-layout.png")
        picture.save()
    return picture


def _checklist() -> Material:
    material = Material.objects.filter(title=checklist.TITLE).first()
    if material is None:
        material = Material(title=checklist.TITLE, collection=_collection(MATERIALS))
        material.file = ContentFile(checklist.docx(), name="document-checklist.docx")
        material.file_size = material.file.size
        material.save()
    return material
