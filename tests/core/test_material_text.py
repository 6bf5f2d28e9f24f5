"""The text of files: read by a task after the upload, apart from everything else."""

import datetime
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from core import material_text
from core.material_text import PATIENCE, read_forgotten, read_material, read_text, tidy
from core.models import Material
from home.demo import media
from tests import office_files

pytestmark = pytest.mark.django_db
BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'


def material(body, name):
    return Material.objects.create(title="讲义", file=ContentFile(body, name=name))


@pytest.mark.parametrize(
    ("name", "body", "text"),
    [
        ("a.txt", "第三章 赔偿标准".encode(), "第三章 赔偿标准"),
        ("a.txt", "第三章 赔偿标准".encode("gb18030"), "第三章 赔偿标准"),
        ("a.csv", "﻿姓名,单位\n张三,司法所".encode(), "姓名,单位\n张三,司法所"),
        ("a.docx", office_files.docx("第一段", "第二段", cell="格子"), "第一段\n第二段\n格子"),
        ("a.xlsx", office_files.xlsx("序号", "内容"), "Sheet\n序号\t内容"),
        ("a.pptx", office_files.pptx(*(f"第{n}页" for n in range(1, 12))), "\n".join(f"第{n}页" for n in range(1, 12))),
        ("a.pdf", office_files.pdf("Compensation"), "Compensation"),
        ("a.PDF", office_files.pdf("Compensation"), "Compensation"),
        ("a.zip", office_files.packed({"a.txt": "秘密"}), ""),
        ("a.mp4", office_files.MP4, ""),
    ],
)
def test_each_kind(name, body, text):
    assert read_text(material(body, name)) == text


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.pdf", b"%PDF-1.4\n" + bytes(50)),
        ("a.docx", b"PK\x03\x04" + bytes(50)),
        ("a.xlsx", office_files.packed({"[Content_Types].xml": "<Types/>"})),
        ("a.pptx", office_files.packed({"ppt/slides/slide1.xml": "<a"})),
        ("a.pptx", office_files.pptx("&c;", head=BOMB)),
        ("a.txt", b"\xff\xff\xff"),
    ],
)
def test_a_broken_file_has_no_text_and_a_line_in_the_log(name, body, caplog):
    assert read_text(material(body, name)) == ""
    assert (
        caplog.messages == []
        if name == "a.txt"
        else f"Material {Material.objects.get().pk} cannot be read" in caplog.text
    )


def test_what_a_browser_printed_reads_as_it_was_written():
    lecture = Path(media.FOLDER, "proofreading-lecture.pdf").read_bytes()
    text = read_text(material(lecture, "a.pdf"))
    assert text.startswith("公文定稿三灯复核讲义\n本讲义配合")
    assert "三灯复核是本课的教学约定：定稿之前依次过三盏灯，前一盏不亮绿灯，不看后一盏。" in text
    assert "黄灯看对不对得上：标题与正文、正文与附件、合计数与分项数、引用条款与现行文本，逐处对照。" in text


def test_a_file_that_takes_too_long(monkeypatch, caplog):
    monkeypatch.setattr(material_text, "SECONDS", 0.001)
    assert read_text(material(office_files.pdf("x"), "a.pdf")) == ""
    assert "cannot be read" in caplog.text


def test_a_file_that_is_too_large_or_gone(monkeypatch, caplog):
    file = material(b"x" * 100, "a.txt")
    monkeypatch.setattr(material_text, "LARGEST", 99)
    assert read_text(file) == ""
    file.file.storage.delete(file.file.name)
    assert read_text(file) == ""
    assert [message.partition(": ")[0] for message in caplog.messages] == [
        f"Material {file.pk} is too large to be read.", f"Material {file.pk} cannot be read",
    ]  # fmt: skip


def test_only_so_much_is_kept(monkeypatch):
    monkeypatch.setattr(material_text, "MOST_CHARACTERS", 10)
    assert read_text(material(("字" * 50).encode(), "a.txt")) == "字" * 10
    assert read_text(material(office_files.xlsx("字" * 50), "a.xlsx")) == "Sheet\n字字字字"


def test_what_a_database_cannot_keep_is_left_out():
    assert tidy("\x00甲\x0b\ud800乙　　　丙\n\n\n丁 ") == "甲乙　丙\n丁"


def test_the_text_is_read_once_the_upload_is_through(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        file = material("赔偿标准".encode(), "a.txt")
        assert (file.text, file.text_read_at) == ("", None)
    file.refresh_from_db()
    assert (file.text, file.text_read_at is None) == ("赔偿标准", False)
    assert list(Material.objects.search("赔偿标准")) == [file]


def test_saving_the_title_reads_nothing_again(django_capture_on_commit_callbacks):
    file = material(b"x", "a.txt")
    read_material.func(file.pk)
    file.refresh_from_db()
    with django_capture_on_commit_callbacks() as callbacks:
        file.title = "新标题"
        file.save()
    assert not [one for one in callbacks if "read_when_stored" in one.__qualname__]


def test_a_file_that_is_replaced_is_read_anew(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        file = material("旧的文字".encode(), "a.txt")
    file.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        file.file = ContentFile("新的文字".encode(), name="b.txt")
        file.save()
        assert (file.text, file.text_read_at, file.original_name) == ("", None, "b.txt")
    file.refresh_from_db()
    assert file.text == "新的文字"
    assert [list(Material.objects.search(words)) for words in ("旧的文字", "新的文字")] == [[], [file]]


def test_a_file_replaced_while_its_text_is_read_keeps_the_newer_text(monkeypatch):
    file = material("旧的".encode(), "a.txt")

    def replaced_meanwhile(_material):
        Material.objects.filter(pk=file.pk).update(file="documents/newer.txt")
        return "旧的"

    monkeypatch.setattr(material_text, "read_text", replaced_meanwhile)
    read_material.func(file.pk)
    file.refresh_from_db()
    assert (file.text, file.text_read_at) == ("", None)


def test_files_whose_task_was_lost_are_read_later():
    file, young = material("赔偿".encode(), "a.txt"), material("标准".encode(), "b.txt")
    now = timezone.now()
    Material.objects.filter(pk=file.pk).update(created_at=now - PATIENCE - datetime.timedelta(minutes=1))
    assert read_forgotten(now) == 1
    assert read_forgotten(now) == 0
    assert list(Material.objects.order_by("pk").values_list("text", flat=True)) == ["赔偿", ""]
    assert young.text_read_at is None
