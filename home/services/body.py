"""Turns text written as plain blocks (YAML) into the body of a page."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from typing import Any

Block = dict[str, Any]
NAMESPACE = uuid.UUID("5f0c8f4e-6a55-4f0e-9f4b-7d5a3c1b2e10")


def stream(blocks: Sequence[Block], *, seed: str) -> str:
    """Return the stored form of a body. Each block is a mapping with one key, the name of its kind.

    `seed` names the text: the same text always gets the same block ids, so comments and revisions can refer to them.
    """
    return json.dumps([_block(block, f"{seed}/{index}") for index, block in enumerate(blocks)], ensure_ascii=False)


def _block(block: Block, seed: str) -> Block:
    ((kind, value),) = block.items()
    value = SHAPES[kind](value, seed) if kind in SHAPES else value
    return {"type": kind, "value": value, "id": _id(seed)}


def _id(seed: str) -> str:
    return str(uuid.uuid5(NAMESPACE, seed))


def _heading(value: Block, seed: str) -> Block:
    return {"text": value["text"], "level": str(value.get("level", 2))}


def _key_points(value: Block, seed: str) -> Block:
    points = [
        {"type": "item", "value": point, "id": _id(f"{seed}/{index}")} for index, point in enumerate(value["points"])
    ]
    return {"title": value.get("title", "要点"), "points": points}


def _table(value: Block, seed: str) -> Block:
    columns = [{"type": "text", "heading": str(heading)} for heading in value["header"]]
    rows = [{"values": [str(cell) for cell in row]} for row in value["rows"]]
    return {"caption": value["caption"], "table": {"columns": columns, "rows": rows, "caption": ""}}


SHAPES: dict[str, Callable[[Any, str], Any]] = {"heading": _heading, "key_points": _key_points, "table": _table}
