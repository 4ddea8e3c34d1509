"""What logs may hold: never the secret part of an address (links of messages, the private calendar)."""

import logging
import re

from gunicorn.glogging import Logger

_SECRET = re.compile(r"(/m/|%2Fm%2F|/calendar/)(?!feed/|\d{4}-)[\w.~%-]{20,}")


def masked(text: str) -> str:
    """`text` with "…" in place of what opens something."""
    return _SECRET.sub(r"\1…", text)


class Masked(logging.Filter):
    """For handlers: Django names the address of what it refuses."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if (clean := masked(message)) != message:
            record.msg, record.args = clean, ()
        return True


class AccessLog(Logger):
    """Gunicorn's logger, with the addresses (and where the browser came from) masked."""

    def atoms(self, resp, req, environ, request_time):
        found = super().atoms(resp, req, environ, request_time)
        return {name: masked(value) if isinstance(value, str) else value for name, value in found.items()}
