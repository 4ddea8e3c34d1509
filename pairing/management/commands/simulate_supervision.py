import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from pairing import notices
from pairing.models import RuleVersion
from pairing.notices.kinds import LEVEL_WORDS
from pairing.words import day_words


def day(text):
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(_("Write the day as 2026-10-09.")) from error


class Command(BaseCommand):
    help = "Plays a period without sending or writing: the messages of each person and working day."

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="first", required=True, help="first day, 2026-10-01")
        parser.add_argument("--to", dest="last", required=True, help="last day, 2026-10-31")
        parser.add_argument("--rules", type=int, help="id of a rule version, a draft too, taken for all its pairs")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, first, last, rules, as_json, **options):
        first, last = day(first), day(last)  # here and not by argparse, which would answer with a traceback
        if last < first:
            raise CommandError(_("The last day lies before the first one."))
        version = RuleVersion.objects.filter(pk=rules).first() if rules else None
        if rules and version is None:
            raise CommandError(_("There is no rule version %(id)s.") % {"id": rules})
        messages = notices.simulate(first, last, rules=version)
        if as_json:
            self.stdout.write(json.dumps([_plain(message) for message in messages], ensure_ascii=False, indent=1))
            return
        for message in messages:
            self.stdout.write(f"{day_words(message.day)}  {message.person.name} ({message.person.username})")
            for item in message.items:
                self.stdout.write(f"    {LEVEL_WORDS.get(item.level, '-'):7}{item.step:24}{item.object}")
        words = {"messages": len(messages), "people": len({message.person for message in messages})}
        self.stdout.write(_("%(messages)s messages to %(people)s people") % words)


def _plain(message):
    items = [{"object": item.object, "step": item.step, "level": item.level} for item in message.items]
    return {"person": message.person.username, "day": message.day.isoformat(), "items": items}
