"""The app of trainers: page, worker and manifest name nobody and agree with each other; signing out empties devices."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils import timezone

from courses.presenters import app
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
PUBLIC = ("/teach/app/", "/teach/sw.js", "/teach/manifest.webmanifest")


@pytest.fixture
def run(trainer):
    run = CourseRunFactory(running=True, trainers=[trainer])
    EnrolmentFactory(run=run, person=UserFactory(name="周晓梅"))
    return run


def told(client):
    """What the worker is told: {version, shell, files}."""
    text = client.get("/teach/sw.js").content.decode()
    return json.loads(re.search(r"serve\((\{.*\})\);", text)[1])


def test_everybody_gets_the_same_app(teaching, visitor, run):
    assert [teaching.get(path).content for path in PUBLIC] == [visitor.get(path).content for path in PUBLIC]


def test_the_app_names_nobody(teaching, run):
    text = "".join(teaching.get(path).content.decode() for path in PUBLIC)
    assert [name for name in ("王建平", "周晓梅", run.course.title, run.class_no) if name in text] == []


@pytest.mark.parametrize("path", PUBLIC)
def test_devices_ask_for_it_anew(visitor, path):
    assert visitor.get(path).headers["Cache-Control"] == "private, no-cache"


def test_the_worker_keeps_every_file_that_the_page_and_its_scripts_load(visitor):
    files = told(visitor)["files"]
    page = visitor.get("/teach/app/").content.decode()
    loaded = set(re.findall(rf'(?:href|src)="({settings.STATIC_URL}[^"#]+)', page))
    folder = Path(finders.find(app.WORKER)).parent
    imported = {
        f"{settings.STATIC_URL}{app.FOLDER}/{name}"
        for script in folder.glob("*.js")
        for name in re.findall(r'(?:from|import\() ?"\./([a-z]+\.js)"', script.read_text(encoding="utf-8"))
    }
    assert (loaded | imported) - set(files) == set()
    assert len(imported) > 4
    assert [name for name in files if finders.find(name.removeprefix(settings.STATIC_URL)) is None] == []


def test_a_change_of_a_script_is_a_new_version(visitor, tmp_path, monkeypatch):
    before = told(visitor)["version"]
    assert told(visitor)["version"] == before
    changed = tmp_path / "marks.js"
    changed.write_text("// another", encoding="utf-8")
    find = finders.find
    monkeypatch.setattr(app.finders, "find", lambda name: str(changed) if name.endswith("/marks.js") else find(name))
    assert told(visitor)["version"] != before


def test_another_look_is_another_version(visitor):
    texts = [visitor.get("/teach/sw.js", {"look": look}).content for look in ("auto-standard", "auto-large")]
    assert texts[0] != texts[1]


def test_every_icon_of_the_manifest_exists(visitor):
    icons = visitor.get("/teach/manifest.webmanifest").json()["icons"]
    found = [finders.find(icon["src"].removeprefix(settings.STATIC_URL)) for icon in icons]
    assert [(icon["sizes"], icon["purpose"]) for icon in icons] == [
        ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"),
    ]  # fmt: skip
    assert None not in found


def test_every_word_that_a_script_says_is_given():
    folder = Path(finders.find(app.WORKER)).parent
    text = "".join(script.read_text(encoding="utf-8") for script in folder.glob("*.js"))
    said = set(re.findall(r'\bsay\("([a-z_]+)"', text)) | {"all", "rest", "offline", "unwell"}
    assert said == set(app.words())


def test_the_day_says_when_it_must_go(teaching, run):
    ends = teaching.get("/teach/offline/").json()["expires_at"]
    assert ends == teaching.session.model.objects.get(pk=teaching.session.session_key).expire_date.isoformat()
    assert ends > timezone.now().isoformat()


@pytest.mark.parametrize(
    ("data", "header"), [({}, '"cache", "storage"'), ({"unsent": "2"}, '"cache"')], ids=["all", "numbers-stay"]
)
@pytest.mark.parametrize("address", ["/accounts/logout/", "/admin/logout/"])
def test_signing_out_empties_the_browser(sign_in, address, data, header):
    assert sign_in(UserFactory(is_superuser=True)).post(address, data).headers["Clear-Site-Data"] == header


def test_who_leaves_marks_behind_is_told(teaching):
    teaching.post("/accounts/logout/", {"unsent": "2"})
    page = teaching.get("/accounts/login/").content.decode()
    assert "Your marks that are not sent yet stay on this device as numbers." in page


def test_no_other_answer_empties_the_browser(teaching, visitor):
    answers = [teaching.get("/teach/"), teaching.get("/accounts/logout/"), visitor.post("/accounts/logout/")]
    assert ["Clear-Site-Data" in answer.headers for answer in answers] == [False, False, False]
