"""What readers see of each text block."""

import re
from typing import Any

import pytest
from django.core.files.base import ContentFile
from wagtail.images.tests.utils import get_test_image_file
from wagtail.rich_text import RichText

from core.blocks import BodyBlock
from core.models import Material, Picture


def render(*blocks: tuple[str, Any]) -> str:
    """The body as a page shows it, with runs of blanks made one."""
    return re.sub(r"\s+", " ", str(BodyBlock().normalize(list(blocks)).render_as_block()))


def table(*rows: list[str]) -> Any:
    block = BodyBlock().child_blocks["table"].child_blocks["table"]
    header, *body = rows
    return block.to_python(
        {
            "columns": [{"type": "text", "heading": heading} for heading in header],
            "rows": [{"values": values} for values in body],
        }
    )


def material(name: str, size: int = 2048) -> Material:
    return Material.objects.create(title="示范文本", file=ContentFile(b"x" * size, name))


@pytest.mark.parametrize("level", ["2", "3"])
def test_heading_has_its_level_and_an_anchor(level: str) -> None:
    stored = {"type": "heading", "value": {"text": "材料准备", "level": level}, "id": "a1b2"}
    html = str(BodyBlock().to_python([stored]).render_as_block())
    assert html.strip() == f'<h{level} id="h-a1b2">材料准备</h{level}>'


def test_text_stands_in_one_wrapper() -> None:
    assert '<div class="rich"><p>第一段</p></div>' in render(("text", RichText("<p>第一段</p>")))


@pytest.mark.parametrize("paraphrase", [False, True])
def test_statute_names_law_article_and_version_and_marks_a_paraphrase(paraphrase: bool) -> None:
    value = {
        "law": "人民调解法",
        "version": "2010年",
        "article": "第三条",
        "text": "应当\n自愿",
        "paraphrase": paraphrase,
    }
    html = render(("statute", value))
    assert "<cite>《人民调解法》第三条</cite>" in html
    assert ("<span>2010年</span>" in html, "<blockquote><p>应当<br>自愿</p></blockquote>" in html) == (True, True)
    assert ("要义" in html) is paraphrase


@pytest.mark.parametrize(("kind", "word"), [("note", "提示"), ("warning", "注意"), ("example", "示例")])
def test_callout_says_its_kind_in_words(kind: str, word: str) -> None:
    html = render(("callout", {"kind": kind, "title": "交作业之前", "text": "请用虚构内容。"}))
    assert f'class="callout callout--{kind}"' in html
    assert (f"<span>{word}：交作业之前</span>" in html, "<p>请用虚构内容。</p>" in html) == (True, True)


def test_key_points_are_a_list() -> None:
    html = render(("key_points", {"title": "要点", "points": ["一文一事", "主送机关只写一个"]}))
    assert re.findall(r"<span>([^<]*)</span></li>", html) == ["一文一事", "主送机关只写一个"]


def test_table_has_caption_header_row_and_can_be_scrolled_by_key() -> None:
    html = render(("table", {"caption": "常用公文", "table": table(["文种", "用途"], ["通知", "要下级执行"])}))
    assert '<div class="table-wrap" role="region" tabindex="0" aria-label="常用公文">' in html
    assert "<caption>常用公文</caption>" in html
    assert re.findall(r'<th scope="col">([^<]*)</th>', html) == ["文种", "用途"]
    assert re.findall(r"<td>([^<]*)</td>", html) == ["通知", "要下级执行"]


# Wagtail leaves the file, in which it makes a rendition, to the garbage collector.
@pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile.*")
@pytest.mark.django_db
@pytest.mark.parametrize("alt_text", ["", "调解室里的圆桌"])
def test_picture_comes_in_several_sizes_and_late(alt_text: str) -> None:
    picture = Picture.objects.create(title="调解室", file=get_test_image_file(size=(1600, 900)), credit="宣传组")
    html = render(("image", {"image": picture, "alt_text": alt_text, "caption": "调解室"}))
    assert re.findall(r" (\d+)w", html) == ["480", "800", "1200"]
    assert (f'alt="{alt_text}"' in html, 'loading="lazy"' in html) == (True, True)
    assert '<figcaption>调解室<span class="figure__credit">宣传组</span></figcaption>' in html


@pytest.mark.django_db
def test_document_tells_type_and_size_before_the_click() -> None:
    document = material("xieyishu.docx")
    html = render(("document", {"document": document, "note": "2026年版"}))
    assert f'<a class="download__link" href="{document.url}">示范文本</a>' in html
    assert "DOCX文件，2.0\xa0KB".replace("\xa0", " ") in html.replace("\xa0", " ")
    assert "2026年版" in html


@pytest.mark.django_db
def test_video_loads_nothing_until_asked_and_has_its_words() -> None:
    film = material("film.mp4")
    html = render(("video", {"video": film, "title": "调解示范片", "transcript": "大家好。"}))
    assert '<video controls preload="metadata" playsinline aria-label="调解示范片">' in html
    assert f'<source src="{film.url}" type="video/mp4">' in html
    assert ("查看文字稿" in html, "<p>大家好。</p>" in html) == (True, True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("image", {"image": None, "alt_text": "", "caption": "图"}),
        ("document", {"document": None, "note": ""}),
        ("video", {"video": None, "title": "片", "transcript": ""}),
    ],
)
def test_block_whose_file_was_deleted_shows_nothing(kind: str, value: dict[str, Any]) -> None:
    assert render((kind, value)).strip() == ""


def test_what_editors_type_cannot_become_markup() -> None:
    evil = "<script>alert(1)</script>"
    html = render(
        ("heading", {"text": evil, "level": "2"}),
        ("statute", {"law": evil, "version": evil, "article": evil, "text": evil, "paraphrase": True}),
        ("callout", {"kind": "note", "title": evil, "text": evil}),
        ("key_points", {"title": evil, "points": [evil]}),
        ("table", {"caption": evil, "table": table([evil], [evil])}),
    )
    assert ("<script" in html, html.count("&lt;script&gt;")) == (False, 13)
