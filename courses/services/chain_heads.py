"""The end of every chain, signed, for a file that is kept elsewhere.

Whoever cuts a chain short, writes it anew or puts back an old copy of the database leaves every digest right; what an
earlier file says then no longer stands in the chain.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from courses.models import RegisterSeal

SALT = "courses.chain_heads"


def export_heads(at: datetime.datetime) -> Iterator[str]:
    """One line of JSON for each class with a closed register: run, class number, seal number, digest, moment, mac."""
    later = RegisterSeal.objects.filter(run=OuterRef("run"), number__gt=OuterRef("number"))
    ends = RegisterSeal.objects.filter(~Exists(later)).order_by("run")
    for run, class_no, number, digest in ends.values_list("run", "run__class_no", "number", "digest"):
        line = {"run": run, "class_no": class_no, "number": number, "digest": digest, "at": at.isoformat()}
        yield json.dumps({**line, "mac": _mac(line, settings.SECRET_KEY)}, ensure_ascii=False)


def write_heads(folder: Path, at: datetime.datetime) -> Path:
    """Write the file of that day; a file of the same day gives way to the newer one as a whole."""
    file = folder / f"register-heads-{timezone.localdate(at):%Y-%m-%d}.jsonl"
    part = file.with_suffix(".part")
    part.write_text("".join(f"{line}\n" for line in export_heads(at)), encoding="utf-8")
    return part.replace(file)


def compare_heads(lines: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each line that nobody signed here, and for each that no longer stands in its chain."""
    for number, text in enumerate(lines, start=1):
        if text.strip():
            fault = _fault(text)
            if fault:
                yield f"line {number}: {fault}"


def _fault(text: str) -> str:
    try:
        line = json.loads(text)
        mac = str(line.pop("mac"))
        run, number, digest = int(line["run"]), int(line["number"]), str(line["digest"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return "it cannot be read"
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(constant_time_compare(mac, _mac(line, key)) for key in keys):
        return "its signature is not ours"
    found = RegisterSeal.objects.filter(run=run, number=number).values_list("digest", flat=True).first()
    if found is None:
        return f"class {run}, seal {number}: it is gone"
    return "" if found == digest else f"class {run}, seal {number}: it was another one then"


def _mac(line: dict[str, Any], key: str | bytes) -> str:
    text = json.dumps(line, sort_keys=True)
    return salted_hmac(SALT, text, secret=key, algorithm="sha256").hexdigest()
