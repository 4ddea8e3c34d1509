"""The guides are true: every name in them is one that the product shows, every picture and link is there."""

import re
from pathlib import Path

import django
import polib
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from accounts.admin_site import site
from accounts.models import Role
from accounts.tests.people import create_personas, create_user
from config import guides
from config.quality.guide_pictures import PICTURES
from config.translations import CATALOGUE
from pairing import context

pytestmark = pytest.mark.pages

FILES = sorted(guides.FOLDER.glob("*.md"))
SECTIONS = ["第一天", "每周", "到期日", "年底", "常见问题"]
BUTTON, PLACE = re.compile(r"「([^」]+)」"), re.compile(r"\*\*([^*]+)\*\*")
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)]+)\)")
PICTURE_LIMIT = 100_000  # bytes


def words():
    """All Chinese texts of our catalogue and of Django's administration, whole sentences apart."""
    theirs = Path(django.__file__).parent / "contrib/admin/locale/zh_Hans/LC_MESSAGES/django.mo"
    for entry in [*polib.pofile(str(CATALOGUE)), *polib.mofile(str(theirs))]:
        if not entry.obsolete:
            yield from (text for text in (entry.msgstr, *entry.msgstr_plural.values()) if not text.endswith("。"))


def places():
    """Where one can go: entries of the navigation, the inbox, what administrators look after."""
    with translation.override("zh-hans"):
        yield from (str(entry.label) for entry in vars(context).values() if isinstance(entry, context.Entry))
        yield from (str(model._meta.verbose_name_plural) for model in site._registry)
        yield gettext("Inbox")


def links(path):
    """(is a picture, text, target) of all links of a guide."""
    return [(bool(mark), text, target) for mark, text, target in LINK.findall(path.read_text())]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_name_is_on_the_screen(path):
    text = path.read_text()
    assert sorted(set(BUTTON.findall(text)) - set(words())) == []
    assert sorted(set(PLACE.findall(text)) - set(places())) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_links_and_pictures_are_there(path):
    found = links(path)
    assert [target for _is, text, target in found if not text.strip()] == []
    assert [target for _is, _text, target in found if not (guides.FOLDER / target.partition("#")[0]).is_file()] == []


def test_every_picture_is_used_small_and_made_by_the_command():
    used = {Path(target).stem for path in FILES for picture, _text, target in links(path) if picture}
    readme = (settings.BASE_DIR / "README.md").read_text()
    used |= set(re.findall(r"docs/guide/images/([\w-]+)\.png", readme))
    there = {path.stem: path.stat().st_size for path in (guides.FOLDER / "images").iterdir()}
    assert used == set(there) == {picture.name for picture in PICTURES}
    assert {name: size for name, size in there.items() if size > PICTURE_LIMIT} == {}


def test_each_guide_is_in_the_contents_and_each_role_has_one():
    assert {path.stem for path in FILES} == {guides.INDEX, *guides.NAMES}
    assert {target for _is, _text, target in links(guides.FOLDER / "index.md")} >= {f"{n}.md" for n in guides.NAMES}
    assert set(guides.OF_ROLE) == set(Role)


@pytest.mark.parametrize("name", guides.ROLES)
def test_a_role_finds_its_day_week_deadline_and_year(name):
    assert [heading for _anchor, heading in guides.guide(name).headings] == SECTIONS


def test_no_exclamation_and_no_half_width_punctuation():
    wrong = re.compile(r"[！!](?!\[)|(?<=[\u4e00-\u9fff])[,;:?]")
    assert {path.name: found for path in FILES if (found := wrong.findall(path.read_text()))} == {}


@pytest.mark.django_db
def test_the_own_guide_comes_first(client):
    people = create_personas()
    client.force_login(people.supervisor.person)
    response = client.get(reverse("help"))
    assert response.context["own"].name == "supervisor"
    assert response.context["guides"][0].name == "supervisor"
    assert f'class="btn btn-primary" href="{reverse("guide", args=["supervisor"])}"' in response.text


@pytest.mark.django_db
def test_the_list_of_keys_and_the_menu_lead_to_the_guides(client):
    link = f'href="{reverse("help")}"'
    assert link not in client.get(reverse("accounts:login")).text
    client.force_login(create_user("reader"))
    page = client.get(reverse("start")).text
    assert link in re.search('<dialog class="keys".*?</dialog>', page, re.DOTALL)[0]
    assert link in re.search('<details class="menu">.*?</details>', page, re.DOTALL)[0]


@pytest.mark.django_db
def test_who_has_no_seat_reads_the_contents(client):
    client.force_login(create_user("newcomer"))
    response = client.get(reverse("help"))
    assert response.context["own"] is None
    assert reverse("guide", args=["secretary"]) in response.text


@pytest.mark.django_db
def test_a_guide_shows_its_pictures_and_leads_to_the_others(client):
    client.force_login(create_user("reader"))
    page = client.get(reverse("guide", args=["administrators"])).text
    [picture] = re.findall('<img [^>]*"/static/guide/admin.png"[^>]*>', page)
    assert re.search(r' width="\d+"', picture)
    assert re.search(r' height="\d+"', picture)
    assert f'href="{reverse("guide", args=["installation"])}"' in page
    assert '.md"' not in page


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["index", "nothing", "..", "README"])
def test_other_names_are_no_guides(client, name):
    client.force_login(create_user("reader"))
    assert client.get(f"/help/{name}/").status_code == 404


@pytest.mark.django_db
def test_in_english_one_sentence_says_that_the_text_is_chinese(client):
    user = create_user("reader")
    user.language = "en"
    user.save()
    client.force_login(user)
    page = client.get(reverse("guide", args=["leader"])).text
    assert "The guides are written in Chinese" in page
    assert '<article class="guide" lang="zh-Hans">' in page
