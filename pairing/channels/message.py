"""What is sent: a subject, and one line and one link per matter. Each way renders it in the form its readers know."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils import translation
from django.utils.translation import ngettext

# what other programs would read as markup, in full width: nobody smuggles a link into the title of a problem
PLAIN = str.maketrans(
    {"[": "［", "]": "］", "<": "＜", ">": "＞", "*": "＊", "`": "｀", "#": "＃", "\n": " ", "\r": " "}
)


@dataclass(frozen=True)
class Line:
    """One matter: `title` a short sentence, `text` the matter itself, `url` the whole address of its page."""

    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Message:
    """`key` is the same for the same digest, however often it is tried: receivers drop a second copy by it.

    `rest`: how many matters are not listed. `link`: the address of the inbox.
    """

    key: str
    language: str
    subject: str
    greeting: str
    lines: tuple[Line, ...]
    closing: str
    link: str
    rest: int = 0

    @property
    def more(self):
        """The sentence on what is not listed, or ""."""
        if not self.rest:
            return ""
        with translation.override(self.language):
            words = ngettext(
                "%(n)s more matter stands in the inbox.", "%(n)s more matters stand in the inbox.", self.rest
            )
            return words % {"n": self.rest}

    def plain(self):
        """The same without anything that a receiver could take for markup."""
        lines = (
            replace(line, title=line.title.translate(PLAIN), text=line.text.translate(PLAIN)) for line in self.lines
        )
        return replace(self, greeting=self.greeting.translate(PLAIN), lines=tuple(lines))

    def for_a_group(self):
        """The same without what the matters are about: others read along who may not see them."""
        return replace(self, lines=tuple(replace(line, text="") for line in self.lines))


def fitted(message: Message, render: Callable[[Message], str], limit: int) -> str:
    """`render(message)` in at most `limit` bytes of UTF-8: lines that do not fit are counted in the last sentence."""
    for kept in range(len(message.lines), -1, -1):
        rest = message.rest + len(message.lines) - kept
        text = render(replace(message, lines=message.lines[:kept], rest=rest))
        if len(text.encode()) <= limit:
            return text
    return text.encode()[:limit].decode("utf-8", "ignore")


def markdown(message: Message) -> str:
    """A paragraph per matter, its title the link; for WeCom and DingTalk."""
    lines = [f"**{message.subject}**", message.greeting]
    lines += [f"[{line.title}]({line.url}) {line.text}".rstrip() for line in message.lines]
    if message.more:
        lines.append(f"[{message.more}]({message.link})")
    return "\n\n".join([*lines, message.closing])
