"""The demo programmes, loaded once: what `manage.py demo` and the tests call."""

from django.db import transaction
from django.utils import translation

from pairing.demo import article
from pairing.demo.company import COMMITTEE_CODE, load_company
from pairing.models import Programme
from pairing.reference import load_reference


def load_demo():
    """Load what is missing, all or nothing; answers the names of the programmes that were added.
    """
    wanted = [(article.NAME, article.load, ())]
    there = set(Programme.objects.filter(committee__code=COMMITTEE_CODE).values_list("name", flat=True))
    missing = [row for row in wanted if row[0] not in there]
    if missing:
        # The record keeps the words of the language spoken: the company speaks Chinese.
        with translation.override("zh-hans"), transaction.atomic():
            _load(missing)
    return [name for name, _load_one, _arguments in missing]


def _load(missing):
    load_reference()
    company = load_company()
    company.allow_backdating(True)
    for _name, load_one, arguments in missing:
        load_one(company, *arguments)
    company.allow_backdating(False)
