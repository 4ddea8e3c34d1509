"""Real SMTP servers on loopback: one that takes mail, and those that refuse, hang and hang up."""

import asyncio
import contextlib
import socket
import socketserver
import threading
import time

import pytest
from aiosmtpd.controller import Controller


class Mailbox:
    """What a server received: [(address, text)]. `refuse`: it answers 451; `unknown`: addresses it answers 550.

    `drop`: it hangs up in the middle of a message; `pause`: seconds that it takes for one.
    """

    def __init__(self):
        self.messages, self.refuse, self.unknown, self.drop = [], False, set(), False
        self.pause = 0.0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.unknown:
            return "550 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.pause)
        if self.drop:
            server.transport.abort()
            await asyncio.sleep(0)
            return "421 gone"
        if self.refuse:
            return "451 try again later"
        self.messages.append((envelope.rcpt_tos[0], envelope.content.decode()))
        return "250 OK"

    @property
    def receivers(self):
        return sorted(address for address, _text in self.messages)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def use(settings, port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


@pytest.fixture
def mailbox(settings):
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    use(settings, controller.port)
    yield box
    controller.stop()


class Silence(socketserver.BaseRequestHandler):
    """Takes the connection and says nothing until the other side gives up."""

    def handle(self):
        with contextlib.suppress(OSError):
            while self.request.recv(100):
                time.sleep(0.01)


@pytest.fixture
def hanging_server(settings):
    """A mail server that never says a word; the product waits a short while for it here."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Silence)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    use(settings, server.server_address[1])
    settings.EMAIL_TIMEOUT = 0.3
    yield server
    server.shutdown()
    server.server_close()
