"""A mail server that keeps nothing but a line per message, and misbehaves when told to: for fault tests and the bench.

    python -m config.bench.sink PORT LOG [MODE_FILE]

LOG gets a line of JSON per message that came in whole: {"at": seconds, "to", "id" (Message-ID), "answered"}. MODE_FILE
holds a word, read anew for each message: accept (also when there is no file), slow (a fifth of a second each),
refuse (451), drop (hangs up), hang (no answer to MAIL FROM), stall (takes the whole message and never answers).
"""

import argparse
import asyncio
import json
import time
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.smtp import SMTP

HOST = "127.0.0.1"
FOREVER = 3600


class Sink:
    """The handler: what to do is looked up for each message."""

    def __init__(self, log, modes=None):
        self.log = log.open("a")
        self.modes = modes

    def mode(self):
        return self.modes.read_text().strip() if self.modes and self.modes.exists() else "accept"

    async def handle_MAIL(self, server, session, envelope, address, options):
        match self.mode():
            case "hang":
                await asyncio.sleep(FOREVER)
            case "drop":
                server.transport.abort()
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mode = self.mode()
        if mode == "refuse":
            return "451 try again later"
        self.keep(envelope, answered=mode != "stall")
        if mode != "accept":
            await asyncio.sleep(FOREVER if mode == "stall" else 0.2)
        return "250 OK"

    def keep(self, envelope, answered):
        head = message_from_bytes(envelope.content.partition(b"\r\n\r\n")[0])
        line = {"at": time.time(), "to": envelope.rcpt_tos[0], "id": head["Message-ID"], "answered": answered}
        self.log.write(json.dumps(line) + "\n")
        self.log.flush()


async def serve(port, sink):
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(sink, timeout=FOREVER), HOST, port)
    async with server:
        await server.serve_forever()


def main():
    parser = argparse.ArgumentParser(prog="python -m config.bench.sink")
    parser.add_argument("port", type=int)
    parser.add_argument("log", type=Path)
    parser.add_argument("modes", type=Path, nargs="?")
    options = parser.parse_args()
    asyncio.run(serve(options.port, Sink(options.log, options.modes)))


if __name__ == "__main__":
    main()
