"""The catalogue of Chinese messages, kept without GNU gettext.

    python -m config.translations extract         refresh django.po from the source (lost messages become obsolete)
    python -m config.translations set FILE.json   translations {"English": "中文"}; context as "context|English"
    python -m config.translations check           say what is missing, fuzzy, obsolete, has other placeholders or other
                                                  words than the glossary (config/glossary.py)
    python -m config.translations prune           drop the obsolete messages
    python -m config.translations compile         make django.mo (at install time, never committed)

Source strings are English, so English needs no catalogue. References carry no line numbers: small diffs.
"""

import fcntl
import io
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polib
from babel.messages.extract import extract_python
from django.conf import settings
from django.utils.translation.template import templatize

from config import glossary

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
SOURCES = ("config", "accounts", "pairing", "reports", "templates")
WITHOUT = {"tests", "migrations"}
HEADER = {
    "Project-Id-Version": "jiedui",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
_PLAIN = dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop", "_", "_l"))  # _l: lazy beside a plain _
_PLURAL = dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2))
_CONTEXT = dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2))
_BOTH = dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3))
KEYWORDS = _PLAIN | _PLURAL | _CONTEXT | _BOTH
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sd]|\{\w*\}")

Key = tuple[str | None, str]  # context, message


@dataclass
class Message:
    """A message found in the source."""

    plural: str = ""
    files: set[str] = field(default_factory=set)


def found() -> dict[Key, Message]:
    """All messages of the Python files and templates, in the order of their text."""
    messages: dict[Key, Message] = {}
    for path in source_files():
        for key, plural in messages_in(path):
            message = messages.setdefault(key, Message())
            message.plural = message.plural or plural
            message.files.add(path.relative_to(ROOT).as_posix())
    return dict(sorted(messages.items(), key=lambda item: (item[0][1], item[0][0] or "")))


def source_files() -> Iterator[Path]:
    """The files in which messages are looked for."""
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and not WITHOUT & set(path.relative_to(ROOT).parts):
                yield path


def messages_in(path: Path) -> Iterator[tuple[Key, str]]:
    """(key, plural form or "") of each message in one file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Django turns a template into Python-like calls; its indentation means nothing
        text = "\n".join(line.strip() for line in templatize(text, origin=path.name).splitlines())
    for _line, function, words, _comments in extract_python(io.BytesIO(text.encode()), KEYWORDS, (), {}):
        parts = [words] if isinstance(words, str) else list(words)
        spec = KEYWORDS[function]
        context = parts.pop(0) if spec and spec[0] == (1, "c") else None
        if parts and parts[0]:
            yield (context, parts[0]), (parts[1] if spec and len(parts) > 1 and parts[1] and len(spec) > 1 else "")


@contextmanager
def catalogue(*, write: bool = False) -> Iterator[polib.POFile]:
    """django.po, locked for the others while it is open; saved at the end when `write`."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with (CATALOGUE.parent / "django.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        po = polib.pofile(str(CATALOGUE), wrapwidth=119) if CATALOGUE.exists() else polib.POFile(wrapwidth=119)
        po.metadata = dict(HEADER)
        yield po
        if write:
            po.sort(key=lambda entry: (entry.obsolete, entry.msgid, entry.msgctxt or ""))
            fresh = CATALOGUE.with_suffix(".new")
            po.save(str(fresh))
            fresh.rename(CATALOGUE)


def refresh(po: polib.POFile) -> None:
    """Bring the catalogue in line with the source; a message that comes back finds its translation again."""
    messages = found()
    entries = {(entry.msgctxt, entry.msgid): entry for entry in po}
    for (context, text), message in messages.items():
        entry = entries.pop((context, text), None)
        if entry is None:
            entry = polib.POEntry(msgid=text, msgctxt=context)
            po.append(entry)
        entry.obsolete = False
        entry.occurrences = [(name, "") for name in sorted(message.files)]
        entry.flags = [flag for flag in entry.flags if flag == "fuzzy"]
        if re.search(r"%\(\w+\)|%[sd]", text):
            entry.flags.append("python-format")
        if message.plural and not entry.msgid_plural:
            entry.msgid_plural, entry.msgstr_plural, entry.msgstr = message.plural, {0: entry.msgstr}, ""
        elif entry.msgid_plural and not message.plural:
            entry.msgid_plural, entry.msgstr, entry.msgstr_plural = "", entry.msgstr_plural.get(0, ""), {}
    for entry in entries.values():
        entry.obsolete = True
        entry.occurrences = []


def translation(entry: polib.POEntry) -> str:
    """The Chinese of an entry; Chinese has one form for all numbers."""
    return entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr


def complaints() -> list[str]:
    """One sentence per thing that is wrong with the committed catalogue; empty when it is complete."""
    wrong = []
    with catalogue() as po:
        entries = {(entry.msgctxt, entry.msgid): entry for entry in po if not entry.obsolete}
        wrong += [f"obsolete: {entry.msgid!r}" for entry in po.obsolete_entries()]
    messages = found()
    wrong += [f"no longer in the source: {text!r}" for context, text in entries.keys() - messages.keys()]
    for (context, text), message in messages.items():
        entry = entries.get((context, text))
        where = ", ".join(sorted(message.files))
        if entry is None or not translation(entry):
            wrong.append(f"untranslated: {text!r} ({where})")
        elif entry.fuzzy:
            wrong.append(f"fuzzy: {text!r} ({where})")
        elif placeholders(translation(entry)) - placeholders(text + entry.msgid_plural):
            wrong.append(f"other placeholders than the English: {text!r} ({where})")
        else:
            english = text + " " + entry.msgid_plural
            wrong += [f"{fault}: {text!r} ({where})" for fault in glossary.faults(english, translation(entry))]
    return wrong


def placeholders(text: str) -> set[str]:
    """The parts of a message that are filled in."""
    return set(PLACEHOLDER.findall(text))


def set_translations(new: dict[str, str]) -> list[str]:
    """Store translations; returns the messages that no source file contains (nothing is stored for them)."""
    with catalogue(write=True) as po:
        refresh(po)
        entries = {(f"{e.msgctxt}|" if e.msgctxt else "") + e.msgid: e for e in po if not e.obsolete}
        for text in new.keys() & entries.keys():
            entry = entries[text]
            entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
            if entry.msgid_plural:
                entry.msgstr_plural = {0: new[text]}
            else:
                entry.msgstr = new[text]
    return sorted(new.keys() - entries.keys())


def compile_catalogue() -> None:
    """Make django.mo if django.po is newer."""
    compiled = CATALOGUE.with_suffix(".mo")
    if CATALOGUE.exists() and (not compiled.exists() or compiled.stat().st_mtime < CATALOGUE.stat().st_mtime):
        with catalogue() as po:
            fresh = compiled.with_suffix(".new-mo")
            po.save_as_mofile(str(fresh))
            fresh.rename(compiled)


def main(action: str = "", *files: str) -> str | int:
    """Entry point; see the head of this file. Returns what sys.exit takes."""
    match action:
        case "extract" | "prune":
            with catalogue(write=True) as po:
                refresh(po)
                if action == "prune":
                    po[:] = [entry for entry in po if not entry.obsolete]
        case "set" if files:
            unknown = [text for name in files for text in set_translations(json.loads(Path(name).read_text("utf-8")))]
            if unknown:
                return "Not in the source, not stored:\n" + "\n".join(unknown)
        case "check":
            if wrong := complaints():
                return "\n".join([*wrong, f"{len(wrong)} messages to mend in {CATALOGUE.relative_to(ROOT)}"])
        case "compile":
            compile_catalogue()
        case _:
            return __doc__
    return 0


if __name__ == "__main__":
    settings.configure()  # templatize asks for the character set only
    sys.exit(main(*sys.argv[1:]))
