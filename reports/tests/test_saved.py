"""Saved questions and the link to share: saved, opened, renamed, replaced, deleted; never somebody else's."""

from django.test import TestCase

from reports.models import SavedQuestion
from reports.saved import MOST
from reports.tests.years import create_years

SAVE = "/reports/saved/"
DAY = "as_of=2021-06-03"


class SavedTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.years = create_years()

    def setUp(self):
        self.person = self.years.seats["leader"].person
        self.client.force_login(self.person)

    def save(self, name="一季度", page="summary", query=f"year=2021&part=q1&{DAY}", **more):
        return self.client.post(SAVE, {"name": name, "page": page, "query": query} | more)

    def test_what_is_saved_stands_on_the_page_of_reports_and_opens(self):
        page = self.client.get(f"/reports/summary/?group=category&level=post&{DAY}")
        keep = page.context["keep"]
        answer = self.save(page=keep["page"], query=keep["query"])
        saved = SavedQuestion.objects.get(person=self.person)
        assert (saved.name, saved.page) == ("一季度", "summary")
        assert answer.url == f"/reports/summary/?level=post&group=category&{DAY}"
        index = self.client.get("/reports/").content.decode()
        assert "一季度" in index
        assert answer.url.replace("&", "&amp;") in index
        assert self.client.get(answer.url).context["question"].group == "category"

    def test_a_list_is_saved_with_its_figure(self):
        keep = self.client.get(f"/reports/problems/?what=solved&year=2021&{DAY}").context["keep"]
        answer = self.save(page=keep["page"], query=keep["query"])
        assert 'data-total="3"' in self.client.get(answer.url).content.decode()

    def test_a_name_in_use_is_replaced_only_when_asked(self):
        self.save()
        page = self.save(query="year=2020")
        assert "您已有名为“一季度”的查询" in page.content.decode()
        assert 'name="replaces"' in page.content.decode()
        assert 'value="year=2020"' in page.content.decode()
        assert SavedQuestion.objects.get().query.startswith("year=2021")
        self.save(query="year=2020", replaces="on")
        assert SavedQuestion.objects.get().query == "year=2020"

    def test_renamed_and_deleted(self):
        self.save()
        self.save(name="全年")
        pk = SavedQuestion.objects.get(name="一季度").pk
        taken = self.client.post(f"{SAVE}{pk}/", {"name": "全年"})
        assert "error-summary" in taken.content.decode()
        assert self.client.post(f"{SAVE}{pk}/", {"name": "第一季度"}).status_code == 302
        assert SavedQuestion.objects.filter(name="第一季度").exists()
        assert self.client.get(f"{SAVE}{pk}/delete/").status_code == 405
        deleted = self.client.post(f"{SAVE}{pk}/delete/", follow=True)
        assert not SavedQuestion.objects.filter(pk=pk).exists()
        assert "/reports/summary/?year=2021&amp;part=q1" in deleted.content.decode()  # the way back

    def test_nobody_reaches_the_question_of_another(self):
        self.save()
        pk = SavedQuestion.objects.get().pk
        self.client.force_login(self.years.seats["reviewer"].person)
        assert self.client.get(f"{SAVE}{pk}/").status_code == 404
        assert self.client.post(f"{SAVE}{pk}/delete/").status_code == 404
        assert "一季度" not in self.client.get("/reports/").content.decode()
        assert self.save().status_code == 302  # the same name for oneself
        assert SavedQuestion.objects.count() == 2

    def test_nonsense_is_no_question(self):
        assert "error-summary" in self.save(name="").content.decode()
        assert self.save(page="../admin").status_code == 200
        assert self.save(query="year=2021&evil=1&next=//x&export=csv").status_code == 302
        assert SavedQuestion.objects.get().query == "year=2021"
        assert "error-summary" in self.save(name="长", query="organisation=" + "长" * 900).content.decode()
        self.client.force_login(self.years.seats["auditor"].person)
        assert self.save().status_code == 403

    def test_so_many_and_no_more(self):
        rows = [SavedQuestion(person=self.person, name=f"问题{n}", page="solved") for n in range(MOST)]
        SavedQuestion.objects.bulk_create(rows)
        assert "error-summary" in self.save().content.decode()
        assert SavedQuestion.objects.count() == MOST

    def test_the_link_fixes_the_day_and_shows_only_what_its_reader_may_see(self):
        page = self.client.get("/reports/summary/?level=post")
        link = page.context["keep"]["link"]
        assert link.startswith("http://testserver/reports/summary/?level=post&as_of=")
        assert f'value="{link.replace("&", "&amp;")}" readonly' in page.content.decode()
        self.client.force_login(self.years.seats["电气"].person)
        opened = self.client.get(link.removeprefix("http://testserver"))
        assert "本支部范围" in opened.content.decode()
        assert opened.context["question"].as_of == page.context["question"].as_of
