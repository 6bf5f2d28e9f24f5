"""The text of uploaded files, for the search: read by a task once the upload is committed, kept with the material.

A file that cannot be read has an empty text and a line in the log; it is not tried again until it is replaced.
"""

from __future__ import annotations

import datetime
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task
from modelsearch import index

from core.clock import every
from core.models import Material
from core.readout import READERS

SCRIPT = Path(__file__).with_name("readout.py")
SECONDS = 90  # on the clock
MOST_CHARACTERS = 200_000  # some three hundred pages
LARGEST = 100 * 1024 * 1024  # bytes; larger documents are pictures of pages
MOST_AT_ONCE = 50
PATIENCE = datetime.timedelta(minutes=10)
NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
BLANKS = re.compile(r"[ \t\u3000]{2,}|\n{2,}")
log = logging.getLogger(__name__)


def read_when_stored(instance: Material, **_signal: Any) -> None:
    """Receive `post_save`: a file whose text was never read gets its task."""
    if instance.file and instance.text_read_at is None:
        transaction.on_commit(lambda: read_material.enqueue(instance.pk))


@task()
def read_material(pk: int) -> int:
    """Read the text of a material that has none yet; return how many characters were found."""
    material = Material.objects.filter(pk=pk, text_read_at=None).first()
    if material is None:
        return 0
    text = read_text(material)
    # A file that was replaced meanwhile has a task of its own.
    kept = Material.objects.filter(pk=pk, file=material.file.name).update(text=text, text_read_at=timezone.now())
    if kept:
        index.insert_or_update_object(Material.objects.get(pk=pk))
    return len(text)


@every(minutes=10, name="core.read_materials")
def read_forgotten(at: datetime.datetime) -> int:
    """Give files whose task was lost a new one; return how many."""
    forgotten = Material.objects.filter(text_read_at=None, created_at__lt=at - PATIENCE).order_by("pk")
    keys = list(forgotten.values_list("pk", flat=True)[:MOST_AT_ONCE])
    for pk in keys:
        read_material.enqueue(pk)
    return len(keys)


def read_text(material: Material) -> str:
    """Return the text of the file as it lies in the storage; empty if it has none or cannot be read."""
    if material.file_extension not in READERS:
        return ""
    try:
        if material.file.size > LARGEST:
            log.warning("Material %s is too large to be read.", material.pk)
            return ""
        with material.file.open("rb") as file:
            return tidy(read_apart(file, material.file_extension, MOST_CHARACTERS))
    except (OSError, subprocess.SubprocessError) as fault:
        log.warning("Material %s cannot be read: %s", material.pk, _reason(fault))
        return ""


def read_apart(file: Any, ending: str, most: int) -> str:
    """Run `core.readout` on an open file or on bytes. Raises SubprocessError if it fails or takes too long."""
    command = [sys.executable, "-I", str(SCRIPT), ending, str(most)]
    given = {"input": file} if isinstance(file, bytes) else {"stdin": file}
    done = subprocess.run(  # noqa: S603 - our own script
        command, **given, capture_output=True, timeout=SECONDS, check=True, env={}
    )
    return done.stdout.decode("utf-8", "replace")


def _reason(fault: Exception) -> str:
    said = getattr(fault, "stderr", None) or b""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else str(fault)


def tidy(text: str) -> str:
    """Leave out what a database cannot keep or a reader would not miss."""
    cleaned = NOT_TEXT.sub("", text)
    return BLANKS.sub(lambda found: found[0][0], cleaned).strip()
