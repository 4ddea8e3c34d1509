import json

from django.core.management.base import BaseCommand
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pairing import notices, supervision
from pairing.management.typed import moment
from pairing.notices.kinds import LEVEL_WORDS
from pairing.notices.preview import INBOX
from pairing.words import exact_words


class Command(BaseCommand):
    help = "One round of supervision without Celery: the clock's steps, planning, delivery. Says what each person gets."

    def add_arguments(self, parser):
        parser.add_argument("--at", help="as of this moment, 2026-10-09T09:00 (Shanghai); default now")
        parser.add_argument("--dry-run", action="store_true", help="write and send nothing")
        parser.add_argument("--json", action="store_true", dest="as_json", help="only a JSON list of what people get")

    def handle(self, *, at, dry_run, as_json, **options):
        at = timezone.now() if at is None else moment(at)  # not by argparse, which would answer with a traceback
        done, messages = (supervision.rehearse if dry_run else supervision.supervise_aloud)(at)
        if as_json:
            self.stdout.write(json.dumps(list(_rows(messages)), ensure_ascii=False, indent=1))
            return
        for message in messages:
            self.stdout.write(f"{message.person.name} ({message.person.username}) · {message.channel}")
            for notice in message.notices:
                words = notices.wording(notice)
                self.stdout.write(
                    f"    {LEVEL_WORDS.get(notice.level, '-'):7}{notice.step:22}{_label(notice)}  {words.reason}"
                )
        self._close(at, dry_run, done, messages)

    def _close(self, at, dry_run, done, messages):
        """The round in figures, in the language of the installation and, for scripts, in English at the end."""
        if not notices.open_hours(at):
            self.stdout.write(_("Messages go out on working days within the message hours; now none does."))
        words = {
            "at": exact_words(at), "lapsed": done.lapsed, "handed": done.handed_over, "planned": done.planned,
        }  # fmt: skip
        self.stdout.write(_("%(at)s: lapsed %(lapsed)s, handed over %(handed)s, new notices %(planned)s") % words)
        out = [message for message in messages if message.channel != INBOX]
        if inbox := len(messages) - len(out):
            text = ngettext(
                "%(people)s person has no channel to be reached by and reads in the inbox only.",
                "%(people)s people have no channel to be reached by: they read in the inbox only.", inbox,
            )  # fmt: skip
            self.stdout.write(text % {"people": inbox})
        languages = [translation.get_language()]
        if not languages[0].startswith("en"):
            languages.append("en")
        for language in languages:
            with translation.override(language):
                self.stdout.write(_in_figures(out, dry_run))


def _in_figures(messages, dry_run):
    """ "would send 37 messages to 21 people": a message is what a person is told of one matter."""
    n = sum(len(message.notices) for message in messages)
    words = {
        "messages": ngettext("%(n)s message", "%(n)s messages", n) % {"n": n},
        "people": ngettext("%(n)s person", "%(n)s people", len(messages)) % {"n": len(messages)},
    }
    sentence = _("would send %(messages)s to %(people)s") if dry_run else _("sent %(messages)s to %(people)s")
    return sentence % words


def _rows(messages):
    for message in messages:
        for notice in message.notices:
            yield {
                "person": message.person.username, "object": _name(notice), "step": notice.step,
                "level": notice.level, "channel": message.channel, "reason": notices.wording(notice).reason,
            }  # fmt: skip


def _name(notice):
    return notice.details.get("number") or f"{notice.object_type} {notice.object_id}"


def _label(notice):
    """The number and what it is about, for people to read."""
    return notice.details.get("label") or _name(notice)
