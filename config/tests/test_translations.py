"""The Chinese catalogue is complete, and the tool that keeps it finds every kind of message."""

import json

import pytest
from django.utils import translation

from config import translations

pytestmark = pytest.mark.pages

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
a = _("One " "text")
b = ngettext("%(n)s day", "%(n)s days", 2)
c = pgettext("noun", "Order")
"""
TEMPLATE = """{% load i18n %}
  <p>{% translate "Save" %} it's {{ x|date:"Y" }}</p>
{% blocktranslate count n=n trimmed %}
    One pair
  {% plural %}
    {{ n }} pairs
{% endblocktranslate %}
      {% translate "May" context "month" %}
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A little project of two files with a catalogue of its own."""
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "CATALOGUE", tmp_path / "locale/zh_Hans/LC_MESSAGES/django.po")
    for folder, name, text in (("pairing", "a.py", PYTHON), ("templates", "b.html", TEMPLATE)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(text)
    return tmp_path


COMPLETE = {
    "One text": "一段文字",
    "%(n)s day": "%(n)s 天",
    "noun|Order": "次序",
    "Save": "保存",
    "One pair": "%(n)s 对",
    "month|May": "五月",
}


def store(project, texts):
    (project / "new.json").write_text(json.dumps(texts))
    return translations.main("set", str(project / "new.json"))


def test_the_catalogue_of_the_product_is_complete():
    assert translations.complaints() == []


def test_every_kind_of_message_is_found(project):
    assert {key: message.plural for key, message in translations.found().items()} == {
        (None, "One text"): "",
        (None, "%(n)s day"): "%(n)s days",
        ("noun", "Order"): "",
        (None, "Save"): "",
        (None, "One pair"): "%(n)s pairs",
        ("month", "May"): "",
    }


def test_untranslated_messages_are_named_until_all_are_set(project):
    assert "untranslated: 'Save' (templates/b.html)" in translations.main("check")
    assert store(project, COMPLETE) == 0
    assert translations.main("check") == 0


def test_unknown_messages_are_not_stored(project):
    assert "Nowhere" in store(project, COMPLETE | {"Nowhere": "无"})
    assert "Nowhere" not in translations.CATALOGUE.read_text()
    assert translations.main("check") == 0


def test_a_wrong_placeholder_is_found(project):
    store(project, COMPLETE | {"%(n)s day": "%(m)s 天"})
    assert "other placeholders" in translations.main("check")


def test_a_fuzzy_message_is_found(project):
    store(project, COMPLETE)
    with translations.catalogue(write=True) as po:
        po.find("Save").flags.append("fuzzy")
    assert "fuzzy: 'Save'" in translations.main("check")


def test_a_lost_message_is_obsolete_and_comes_back_with_its_translation(project):
    store(project, COMPLETE)
    template = project / "templates/b.html"
    text = template.read_text()
    template.write_text(text.replace("Save", "Keep"))
    assert "no longer in the source: 'Save'" in translations.main("check")
    translations.main("extract")
    assert "obsolete: 'Save'" in translations.main("check")
    template.write_text(text)
    translations.main("prune")
    assert translations.main("check") == 0


def test_the_compiled_catalogue_speaks_chinese(project, settings):
    store(project, COMPLETE)
    translations.main("compile")
    settings.LOCALE_PATHS = [project / "locale"]
    with translation.override("zh-hans"):
        assert translation.gettext("Save") == "保存"
        assert translation.ngettext("%(n)s day", "%(n)s days", 1) == "%(n)s 天"
        assert translation.pgettext("month", "May") == "五月"


def test_anything_else_is_answered_with_the_manual(project):
    assert translations.main("what") == translations.__doc__
