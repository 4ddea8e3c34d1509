import json

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pairing import notices
from pairing.management.typed import day
from pairing.models import RuleVersion
from pairing.notices.kinds import LEVEL_WORDS
from pairing.words import day_words

MOST_DAYS = 732  # two years


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
        if (last - first).days >= MOST_DAYS:
            raise CommandError(_("Choose two years at most."))
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
                self.stdout.write(f"    {LEVEL_WORDS.get(item.level, '-'):7}{item.step:24}{item.label or item.object}")
        people = len({message.person for message in messages})
        words = {
            "messages": ngettext("%(n)s message", "%(n)s messages", len(messages)) % {"n": len(messages)},
            "people": ngettext("%(n)s person", "%(n)s people", people) % {"n": people},
        }
        self.stdout.write(_("%(messages)s to %(people)s") % words)


def _plain(message):
    items = [{"object": item.object, "step": item.step, "level": item.level} for item in message.items]
    return {"person": message.person.username, "day": message.day.isoformat(), "items": items}
