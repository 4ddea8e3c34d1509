"""Both demo programmes, loaded once: what `manage.py demo` and the tests call."""

from django.db import transaction
from django.utils import timezone, translation

from pairing import standings
from pairing.demo import article, this_year
from pairing.demo.company import COMMITTEE_CODE, load_company
from pairing.models import Programme
from pairing.reference import load_reference

ARTICLE, THIS_YEAR = "article", "this_year"


def load_demo(today=None, *, only=""):
    """Load what is missing, all or nothing; answers the names of the programmes that were added.

    `today` (a date, default: today) is the day to which the programme of this year is laid; `only` leaves out the
    other one: ARTICLE or THIS_YEAR.
    """
    today = today or timezone.localdate()
    both = {
        ARTICLE: (article.NAME, article.load, ()),
        THIS_YEAR: (this_year.name_for(today), this_year.load, (today,)),
    }
    wanted = [both[only]] if only else both.values()
    there = set(Programme.objects.filter(committee__code=COMMITTEE_CODE).values_list("name", flat=True))
    missing = [row for row in wanted if row[0] not in there]
    if missing:
        # The record keeps the words of the language spoken: the company speaks Chinese.
        with translation.override("zh-hans"), transaction.atomic():
            _load(missing)
            standings.refresh(today)
    return [name for name, _load_one, _arguments in missing]


def _load(missing):
    load_reference()
    company = load_company()
    company.allow_backdating(True)
    for _name, load_one, arguments in missing:
        load_one(company, *arguments)
    company.allow_backdating(False)
