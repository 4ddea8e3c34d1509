"""What is sent: a subject, and one line and one link per matter. Each way renders it in the form its readers know."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One matter: `title` a short sentence, `text` the matter itself, `url` the whole address of its page."""

    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Message:
    """`key` is the same for the same digest, however often it is tried: receivers drop a second copy by it.

    `more`: a sentence on the matters that are not listed, or "". `link`: the address of the inbox.
    """

    key: str
    subject: str
    greeting: str
    lines: tuple[Line, ...]
    more: str
    closing: str
    link: str
