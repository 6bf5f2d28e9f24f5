"""A mail server and a web server on this machine that misbehave as told."""

from __future__ import annotations

import http.server
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


@dataclass
class MailServer:
    """What the server got, and how it behaves.

    `answers` maps a command (CONNECT, EHLO, MAIL, RCPT, DATA, END: the end of the text) to the line that it answers;
    "hang" says nothing, "drop" hangs up.
    """

    answers: dict[str, str] = field(default_factory=dict)
    taken: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    on_text: Any = None
    port: int = 0

    @property
    def settings(self) -> dict[str, Any]:
        """Settings of Django that send mail here."""
        return {
            "MAIL_URL": f"smtp://127.0.0.1:{self.port}",
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.port,
            "EMAIL_USE_TLS": False,
            "EMAIL_USE_SSL": False,
            "EMAIL_HOST_USER": "",
            "EMAIL_HOST_PASSWORD": "",
        }


PLAIN = {
    "CONNECT": "220 here", "EHLO": "250 hello", "MAIL": "250 ok", "RCPT": "250 ok", "RSET": "250 ok",
    "DATA": "354 go on", "END": "250 taken", "QUIT": "221 bye",
}  # fmt: skip


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        state: MailServer = self.server.state  # type: ignore[attr-defined]
        state.connections += 1
        if not self._answer(state, "CONNECT"):
            return
        while line := self.rfile.readline():
            command = line.split()[0].decode().upper()
            if not self._answer(state, command):
                return
            if command == "DATA" and state.answers.get("DATA", PLAIN["DATA"]).startswith("354"):
                self._take(state)
                if not self._answer(state, "END"):
                    return
            if command == "QUIT":
                return

    def _take(self, state: MailServer) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        state.taken.append(message_from_bytes(b"".join(lines), policy=policy.default))  # type: ignore[arg-type]
        if state.on_text:
            state.on_text()

    def _answer(self, state: MailServer, command: str) -> bool:
        """Answer as told; false if the conversation is over."""
        answer = state.answers.get(command, PLAIN.get(command, "500 what"))
        if answer == "hang":
            time.sleep(1.5)  # the tests wait less
            return False
        if answer == "drop":
            return False
        self.wfile.write(f"{answer}\r\n".encode())
        return True


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The other side hung up: that is what some tests are about."""


@contextmanager
def mail_server(**answers: str) -> Iterator[MailServer]:
    state = MailServer(answers=answers)
    with _running(_Server(("127.0.0.1", 0), _Conversation), state):
        yield state


@dataclass
class HookServer:
    """Answers every POST with `status` and `body`; "hang" and "drop" as above."""

    status: int | str = 200
    body: bytes = b"{}"
    location: str = ""
    taken: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=1"


class _Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        state: HookServer = self.server.state  # type: ignore[attr-defined]
        text = self.rfile.read(int(self.headers["Content-Length"]))
        state.taken.append((self.path, dict(self.headers.items()), text))
        if isinstance(state.status, str):
            time.sleep(1.5 if state.status == "hang" else 0)
            return
        self.send_response(state.status)
        if state.location:
            self.send_header("Location", state.location)
        self.send_header("Content-Length", str(len(state.body)))
        self.end_headers()
        self.wfile.write(state.body)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@contextmanager
def hook_server(**behaviour: Any) -> Iterator[HookServer]:
    state = HookServer(**behaviour)
    with _running(_Server(("127.0.0.1", 0), _Hook), state):
        yield state


@contextmanager
def _running(server: Any, state: Any) -> Iterator[None]:
    server.state, state.port = state, server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
