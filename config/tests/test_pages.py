"""Every page type of every role (config/quality/catalogue.py) looked at as config/quality/examination.py demands.

Chinese is looked at in full, English for what other words may change. A failing test tells all that was found of its
kind, each finding once with the pages that have it.
"""

import re
from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from config.quality import nu
from config.quality.examination import KINDS, OF_THE_WORDS, Known
from config.quality.round import Round, go_round
from config.quality.windows import CHINESE, ENGLISH
from config.tests.test_access import addresses

# addresses that answer no page of their own: a press, a part of a page, a file, a way on
NO_PAGES = {
    "accounts:language", "accounts:logout", "accounts:seat", "accounts:session", "healthz", "metrics",
    "operations_dry_run",  # answers the press of a button on the page of operations
    "pairing:home",  # its address is that of `start`
    "pairing:agreement_goals_hints", "pairing:file", "pairing:file_remove", "pairing:file_restore",
    "pairing:calendar_feed", "pairing:calendar_feed_change",
    "pairing:channel_move", "pairing:channel_switch", "pairing:channel_try", "pairing:delivery_resend",
    "pairing:message_try", "pairing:inbox_read", "pairing:notice", "pairing:notice_mark",
    "pairing:organisation_options",
    "pairing:partner_place", "pairing:problem_autosave", "pairing:problem_offer",
    "pairing:follow_up_worker", "pairing:rule_begin", "pairing:rule_discard",
    "reports:departure_file",
    "reports:pack_again", "reports:pack_docx", "reports:pack_subscribe", "reports:pack_tell", "reports:pack_xlsx",
    "reports:leader_network",  # a part of the overview
    "pairing:working_day_remove", "pairing:working_day_set",
    "reports:save", "reports:saved_delete",
}  # fmt: skip
pytestmark = [pytest.mark.browser, pytest.mark.quality]
GONE = "not-found"
LOOKED_AT = [(CHINESE, kind) for kind in KINDS] + [(ENGLISH, kind) for kind in OF_THE_WORDS]


@pytest.fixture(scope="module")
def round_in(demo_windows) -> Callable[[str], Round]:
    """The round in a language, made when it is first asked for."""
    known = Known()
    return cache(lambda language: go_round(demo_windows, language, known))


def test_every_page_has_a_row_in_the_catalogue(demo_windows):
    looked_at = {
        resolve(urlsplit(place.path).path).view_name for place in demo_windows.site.places if place.name != GONE
    }
    assert set(addresses()) - looked_at == NO_PAGES


@pytest.mark.parametrize(("language", "kind"), LOOKED_AT)
def test_every_page_has(language, kind, round_in):
    told = round_in(language).told(kind)
    assert not told, f"\nDemanded: {KINDS[kind]}. Found:\n{told}"


def test_static_files_are_kept_for_ever_and_small(demo_windows):
    page = demo_windows.visit(demo_windows.site.place("home", "secretary")).page
    used = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    of_kind = {urlsplit(address).path.rpartition(".")[2]: address.partition("#")[0] for address in used}
    assert {"css", "js", "svg"} <= of_kind.keys()
    for address in of_kind.values():
        assert re.search(r"/static/.+\.[0-9a-f]{12}\.\w+$", address), address
        for encoding in ("br", "gzip"):
            answer = demo_windows.window("").request.get(address, headers={"Accept-Encoding": encoding})
            assert "immutable" in answer.headers["cache-control"], address
            assert int(re.search(r"max-age=(\d+)", answer.headers["cache-control"])[1]) >= 365 * 24 * 3600
            assert answer.headers["content-encoding"] == encoding, address
            assert "Accept-Encoding" in answer.headers["vary"]


def test_pages_are_kept_by_nobody_else(demo_windows):
    for name, role in (("login", ""), ("home", "secretary"), ("admin", "sysadmin")):
        answer = demo_windows.visit(demo_windows.site.place(name, role)).answer
        assert "private" in answer.headers["cache-control"], name
        assert "no-cache" in answer.headers["cache-control"], name


@pytest.mark.java
def test_every_page_is_valid_html(round_in, tmp_path):
    sources = {f"{language}-{name}": html for language in (CHINESE, ENGLISH)
               for name, html in round_in(language).sources.items()}  # fmt: skip
    assert len(sources) > 300
    told = "\n".join(nu.errors(sources, tmp_path))
    assert not told, f"\n{told}"
