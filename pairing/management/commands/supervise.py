import json
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pairing import notices, supervision
from pairing.deadlines import SHANGHAI
from pairing.notices.kinds import LEVEL_WORDS
from pairing.notices.preview import INBOX
from pairing.words import exact_words


def moment(text):
    """An aware moment; without a zone it is Shanghai's."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(_("Write the moment as 2026-10-09T09:00.")) from error
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


class Command(BaseCommand):
    help = "One round of supervision without Celery: the clock's steps, planning, delivery. Says what each person gets."

    def add_arguments(self, parser):
        parser.add_argument("--at", help="as of this moment, 2026-10-09T09:00 (Shanghai); default now")
        parser.add_argument("--dry-run", action="store_true", help="write and send nothing")
        parser.add_argument("--json", action="store_true", dest="as_json", help="only a JSON list of what people get")

    def handle(self, *, at, dry_run, as_json, **options):
        at = moment(at) if at else timezone.now()  # here and not by argparse, which would answer with a traceback
        done, messages = (supervision.rehearse if dry_run else supervision.supervise_aloud)(at)
        if as_json:
            self.stdout.write(json.dumps(list(_rows(messages)), ensure_ascii=False, indent=1))
            return
        for message in messages:
            self.stdout.write(f"{message.person.name} ({message.person.username}) · {message.channel}")
            for notice in message.notices:
                words = notices.wording(notice)
                self.stdout.write(
                    f"    {LEVEL_WORDS.get(notice.level, '-'):7}{notice.step:22}{_name(notice)}  {words.reason}"
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
            self.stdout.write(
                _("%(people)s people have no channel to be reached by: they read in the inbox only.")
                % {"people": inbox}
            )
        count = {"n": sum(len(message.notices) for message in out), "people": len(out)}
        sentence = _("would send %(n)s messages to %(people)s people") if dry_run else _(
            "sent %(n)s messages to %(people)s people"
        )  # fmt: skip
        self.stdout.write(sentence % count)
        if not translation.get_language().startswith("en"):
            plain = "would send {n} messages to {people} people" if dry_run else "sent {n} messages to {people} people"
            self.stdout.write(plain.format(**count))


def _rows(messages):
    for message in messages:
        for notice in message.notices:
            yield {
                "person": message.person.username, "object": _name(notice), "step": notice.step,
                "level": notice.level, "channel": message.channel, "reason": notices.wording(notice).reason,
            }  # fmt: skip


def _name(notice):
    return notice.details.get("number") or f"{notice.object_type} {notice.object_id}"
