"""What an administrator has to know is written down: every variable, every command, every role."""

import re
from pathlib import Path

from django.apps import apps
from django.core.management import get_commands

from people.roles import ROLES

ROOT = Path(__file__).resolve().parent.parent.parent
READS = re.compile(r"""(?:env\.\w+|environ\.get)\(\s*["']([A-Z][A-Z_]+)["']""")
EXAMPLE = re.compile(r"^#? ?([A-Z][A-Z_]+)=", re.MULTILINE)
TABLE_ROW = re.compile(r"^\| `([A-Z][A-Z_]+)` ", re.MULTILINE)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def variables_read() -> set[str]:
    """Names that the product asks the environment for."""
    sources = [
        path for app in ("cms", "core", "courses", "home", "messaging", "people") for path in (ROOT / app).rglob("*.py")
    ]
    return {name for path in sources for name in READS.findall(path.read_text(encoding="utf-8"))}


def own_commands() -> set[str]:
    ours = {config.name for config in apps.get_app_configs() if (ROOT / config.name.split(".")[0]).is_dir()}
    return {name for name, app in get_commands().items() if app in ours}


def test_every_variable_is_documented() -> None:
    documented = set(TABLE_ROW.findall(read("docs/operations.md")))
    assert documented == variables_read()


def test_every_variable_stands_in_the_example() -> None:
    assert set(EXAMPLE.findall(read(".env.example"))) == variables_read()


def test_every_command_is_documented() -> None:
    text = read("docs/operations.md")
    assert [name for name in sorted(own_commands()) if f"| `{name}` " not in text] == []


def test_every_role_is_documented() -> None:
    text = read("docs/rules/roles.md")
    assert [role.name for role in ROLES if role.name not in text] == []
