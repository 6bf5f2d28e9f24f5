"""Plain blocks become a stored body."""

import json

from home.services.body import stream


def test_every_shape() -> None:
    blocks = [
        {"heading": {"text": "标题", "level": 3}},
        {"text": "<p>正文</p>"},
        {"key_points": {"points": ["一"]}},
        {"table": {"caption": "表", "header": ["甲", "乙"], "rows": [["1", 2]]}},
    ]
    heading, text, points, table = json.loads(stream(blocks, seed="x"))
    assert heading["value"] == {"text": "标题", "level": "3"}
    assert text["value"] == "<p>正文</p>"
    assert [point["value"] for point in points["value"]["points"]] == ["一"]
    assert table["value"]["table"] == {
        "columns": [{"type": "text", "heading": "甲"}, {"type": "text", "heading": "乙"}],
        "rows": [{"values": ["1", "2"]}],
        "caption": "",
    }


def test_ids_belong_to_the_text() -> None:
    blocks = [{"text": "<p>一</p>"}, {"text": "<p>二</p>"}]
    assert stream(blocks, seed="x") == stream(blocks, seed="x")
    ids = {block["id"] for seed in ("x", "y") for block in json.loads(stream(blocks, seed=seed))}
    assert len(ids) == 4
