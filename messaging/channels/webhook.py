"""Notices to the office's group chat: one POST to WEBHOOK_URL, signed, never to a second address.

Only what a group may read goes out: which class, what happened, how many. No name of a person is in reach here: a group
notice has no receiver.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings
from django.utils import timezone

from messaging.channels.base import TIMEOUT, NotSent, Unanswered
from messaging.channels.mail import absolute
from messaging.enums import Fault
from messaging.models import Delivery

LARGEST_ANSWER = 64 * 1024
Connection = http.client.HTTPConnection


@dataclass(frozen=True)
class Post:
    """What is sent: the body, and what the signature adds to the headers or to the address."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


def plain(delivery: Delivery, at: float) -> Post:
    """Any program: `X-Signature` is HMAC-SHA256 of "<X-Timestamp>.<body>"; `X-Delivery` stays when sent again."""
    message, stamp = delivery.message, str(int(at))
    facts = {"id": delivery.pk, "kind": message.kind, "subject": message.subject, "text": message.body}
    body = _json(facts | {"url": absolute(message.url), "at": timezone.localtime(message.created_at).isoformat()})
    signature = sign(settings.WEBHOOK_SECRET, stamp.encode() + b"." + body).hex()
    return Post(body, {"X-Timestamp": stamp, "X-Signature": f"sha256={signature}", "X-Delivery": str(delivery.pk)})


def wecom(delivery: Delivery, at: float) -> Post:
    """A robot of 企业微信; its address is its secret."""
    return Post(_json({"msgtype": "text", "text": {"content": words(delivery)}}))


def dingtalk(delivery: Delivery, at: float) -> Post:
    """A robot of 钉钉, signed as it asks: milliseconds and secret, in the address."""
    stamp = str(int(at * 1000))
    digest = sign(settings.WEBHOOK_SECRET, f"{stamp}\n{settings.WEBHOOK_SECRET}".encode())
    query = {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}
    return Post(_json({"msgtype": "text", "text": {"content": words(delivery)}}), query=query)


FORMATS: dict[str, Callable[[Delivery, float], Post]] = {"json": plain, "wecom": wecom, "dingtalk": dingtalk}


def sign(secret: str, text: bytes) -> bytes:
    return hmac.new(secret.encode(), text, hashlib.sha256).digest()


def words(delivery: Delivery) -> str:
    message = delivery.message
    return "\n".join([message.subject, message.body, absolute(message.url)])


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


class WebhookChannel:
    @property
    def is_set_up(self) -> bool:
        return bool(settings.WEBHOOK_URL)

    @contextmanager
    def line(self) -> Iterator[WebhookLine]:
        yield WebhookLine(urlsplit(settings.WEBHOOK_URL), FORMATS[settings.WEBHOOK_FORMAT])


@dataclass(frozen=True)
class WebhookLine:
    target: SplitResult
    form: Callable[[Delivery, float], Post]

    def send(self, delivery: Delivery) -> None:
        post = self.form(delivery, time.time())
        connection = self._connect()
        try:
            connection.request("POST", self._path(post), post.body, _headers(post))
            answer = connection.getresponse()
            text = answer.read(LARGEST_ANSWER)
        except (OSError, http.client.HTTPException):
            raise Unanswered(Fault.NO_ANSWER, hangs_up=True) from None
        finally:
            connection.close()
        _check(answer.status, text)

    def _connect(self) -> Connection:
        kind = http.client.HTTPSConnection if self.target.scheme == "https" else http.client.HTTPConnection
        connection = kind(self.target.hostname or "", self.target.port, timeout=TIMEOUT)
        try:
            connection.connect()
        except OSError:
            raise NotSent(Fault.NO_CONNECTION, hangs_up=True) from None
        return connection

    def _path(self, post: Post) -> str:
        query = "&".join(part for part in (self.target.query, urlencode(post.query)) if part)
        return (self.target.path or "/") + (f"?{query}" if query else "")


def _headers(post: Post) -> dict[str, str]:
    return {"Content-Type": "application/json; charset=utf-8", "User-Agent": "training-platform"} | post.headers


def _check(status: int, text: bytes) -> None:
    """Raise NotSent unless the other side has taken it; robots say so in the body, and a redirect is a refusal."""
    if not 200 <= status < 300:
        raise NotSent(Fault.REFUSED, status)
    try:
        answer = json.loads(text)
    except ValueError:
        return
    number = answer.get("errcode") if isinstance(answer, dict) else None
    if isinstance(number, int) and number:
        raise NotSent(Fault.REFUSED, number)
