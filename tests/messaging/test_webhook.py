"""Notices to the group chat, against a web server on this machine."""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.checks import run_checks
from django.test import override_settings

from messaging.channels import webhook
from messaging.enums import DeliveryState
from messaging.models import Delivery
from messaging.services.deliver import deliver
from messaging.services.post import post
from tests.messaging.conftest import NOON, letter
from tests.messaging.servers import HookServer, free_port, hook_server

pytestmark = pytest.mark.django_db
SECRET = "between-us"
S = DeliveryState


@pytest.fixture(autouse=True)
def short_patience(monkeypatch):
    monkeypatch.setattr(webhook, "TIMEOUT", 0.4)


def sent(server: HookServer, form: str = "json") -> int:
    with override_settings(WEBHOOK_URL=server.url, WEBHOOK_SECRET=SECRET, WEBHOOK_FORMAT=form):
        post(letters=[letter(None, subject="班次取消", body="公文写作提升班，涉及20人。")], at=NOON)
        return deliver(NOON)


def rows() -> list[tuple[str, str]]:
    return list(Delivery.objects.values_list("state", "last_error"))


def test_any_program_gets_a_signed_notice():
    with hook_server() as server:
        assert sent(server) == 1
    [(path, headers, body)] = server.taken
    expected = hmac.new(SECRET.encode(), headers["X-Timestamp"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert (path, headers["X-Signature"]) == ("/hook?key=1", f"sha256={expected}")
    delivery = Delivery.objects.get()
    assert headers["X-Delivery"] == str(delivery.pk)
    assert json.loads(body) == {
        "id": delivery.pk, "kind": "news", "subject": "班次取消", "text": "公文写作提升班，涉及20人。",
        "url": "http://localhost:8000/my/", "at": "2026-12-03T12:00:00+08:00",
    }  # fmt: skip
    assert rows() == [(S.SENT, "")]


def test_a_wecom_robot_gets_its_form():
    with hook_server(body=b'{"errcode":0,"errmsg":"ok"}') as server:
        assert sent(server, "wecom") == 1
    [(path, _headers, body)] = server.taken
    text = {"content": "班次取消\n公文写作提升班，涉及20人。\nhttp://localhost:8000/my/"}
    assert (path, json.loads(body)) == ("/hook?key=1", {"msgtype": "text", "text": text})


def test_a_dingtalk_robot_gets_its_form_and_signature():
    with hook_server(body=b'{"errcode":0}') as server:
        assert sent(server, "dingtalk") == 1
    query = parse_qs(urlsplit(server.taken[0][0]).query)
    [stamp] = query["timestamp"]
    digest = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert (query["key"], query["sign"]) == (["1"], [base64.b64encode(digest).decode()])


@pytest.mark.parametrize(
    ("behaviour", "state", "error"),
    [
        ({"status": 404}, S.FAILED, "refused:404"),
        ({"status": 503}, S.FAILED, "refused:503"),
        ({"status": 200, "body": b'{"errcode":93000}'}, S.FAILED, "refused:93000"),
        ({"status": 200, "body": b"thank you"}, S.SENT, ""),
        ({"status": "hang"}, S.IN_DOUBT, "no_answer"),
        ({"status": "drop"}, S.IN_DOUBT, "no_answer"),
    ],
)
def test_what_the_other_side_does_decides(behaviour: dict[str, Any], state, error):
    with hook_server(**behaviour) as server:
        sent(server)
    assert (rows(), len(server.taken)) == ([(state, error)], 1)


def test_a_redirect_is_not_followed():
    with hook_server() as elsewhere, hook_server(status=302, location=elsewhere.url) as server:
        assert sent(server) == 0
    assert (elsewhere.taken, rows()) == ([], [(S.FAILED, "refused:302")])


def test_nobody_listens():
    server = HookServer(port=free_port())
    assert (sent(server), rows()) == (0, [(S.FAILED, "no_connection")])


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"WEBHOOK_URL": ""}, []),
        ({"WEBHOOK_URL": "https://chat.example/1", "WEBHOOK_SECRET": SECRET}, []),
        ({"WEBHOOK_URL": "https://chat.example/1", "WEBHOOK_FORMAT": "wecom"}, []),
        ({"WEBHOOK_URL": "https://chat.example/1"}, ["messaging.E003"]),
        ({"WEBHOOK_URL": "ftp://chat.example/1", "WEBHOOK_SECRET": SECRET}, ["messaging.E001"]),
        ({"WEBHOOK_URL": "https://chat.example/1", "WEBHOOK_FORMAT": "fax"}, ["messaging.E002"]),
    ],
)
def test_settings_that_do_not_fit_are_found_at_start(settings: dict[str, str], found):
    with override_settings(**settings):
        assert [one.id for one in run_checks() if one.id.startswith("messaging.")] == found
