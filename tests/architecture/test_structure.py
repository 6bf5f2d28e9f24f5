"""The shape of the house: imports and foreign keys point down, migrations match the models."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import Field
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parent.parent.parent


def layers() -> list[str]:
    """The apps from top to bottom, as the import contract lists them."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    return next(contract["layers"] for contract in contracts if contract["name"].startswith("apps:"))


def relations() -> list[Field[Any, Any]]:
    """Every foreign key and many-to-many field between our own models; strings hide them from the import graph."""
    ours = [model for model in apps.get_models() if model._meta.app_label in layers()]
    fields = [field for model in ours for field in (*model._meta.local_fields, *model._meta.local_many_to_many)]
    return [field for field in fields if field.is_relation and field.related_model._meta.app_label in layers()]


def test_imports_point_down(capsys: pytest.CaptureFixture[str]) -> None:
    result = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert result == 0, capsys.readouterr().out


def test_relations_point_down() -> None:
    order = layers()
    wrong = [
        str(field)
        for field in relations()
        if order.index(field.related_model._meta.app_label) < order.index(field.model._meta.app_label)
        and field.related_model._meta.label != "people.User"  # media carry Wagtail's own link to the uploader
    ]
    assert wrong == []
    assert len(relations()) > 10


@pytest.mark.django_db
def test_migrations_match_the_models() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# Forms that change nothing twice by what they are: signing in and out, looks, marks with an id of their own, sign-up
# with the key of its event, a page that says what it has seen.
SENT_OFTEN = {
    "cms/templates/components/header.html",
    "cms/templates/components/display_tools.html",
    "cms/templates/components/size_switch.html",
    "cms/templates/cms/display.html",
    "people/templates/account/login.html",
    "people/templates/account/logout.html",
    "people/templates/account/password_change.html",
    "people/templates/account/password_reset.html",
    "people/templates/account/password_reset_from_key.html",
    "courses/templates/courses/calendar.html",
    "courses/templates/courses/parts/offer.html",
    "courses/templates/courses/parts/study.html",
    "courses/templates/courses/register/row.html",
    "courses/templates/courses/register/sheet.html",
}


def test_every_other_form_is_answered_once() -> None:
    apps = ("cms", "core", "courses", "home", "messaging", "people")
    pages = [page for app in apps for page in (ROOT / app).rglob("templates/**/*.html")]
    texts = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in pages}
    without = {name for name, text in texts.items() if text.count('method="post"') > text.count("{% once %}")}
    assert without == SENT_OFTEN
