"""The article's programme: each figure of the article as of 3 June 2021, its story, and what became of it all."""

from datetime import date
from itertools import pairwise

import pytest
from django.db.models import Count

from accounts.models import Event, Kind, Organisation, Seat, User
from pairing import enums
from pairing.deadlines import SHANGHAI, day_of
from pairing.demo import article
from pairing.demo.article_rules import RULES
from pairing.demo.company import ACCOUNTS, PASSWORD
from pairing.demo.world import ARTICLE
from pairing.models import Agreement, Episode, Extension, GoalOpinion, Problem, Programme, working_days
from pairing.models.counting import branches_on, taking_part_on
from pairing.tests.demo_worlds import played

pytestmark = [pytest.mark.django_db, pytest.mark.replay]
THE_DAY = date(2021, 6, 3)


@pytest.fixture(scope="module", autouse=True)
def _world(django_db_setup, django_db_blocker):
    with played(django_db_blocker, only=ARTICLE):
        yield


def programme():
    return Programme.objects.get()


def bodies(agreement):
    return {party.organisation.code.removeprefix("TX-") for party in agreement.present_parties}


def branches(agreements):
    """Codes of the party branches among the parties."""
    found = Organisation.objects.branches().filter(parties__agreement__in=agreements)
    return {code.removeprefix("TX-") for code in found.values_list("code", flat=True)}


def completed():
    """The pairs closed by acceptance by the day."""
    return [a for a in Agreement.objects.filter(ended_on__lte=THE_DAY) if a.state == "closed"]


def new_in_2021():
    return list(Agreement.objects.newly_signed_on(THE_DAY).order_by("signed_on"))


def pair(*codes, among):
    (found,) = [agreement for agreement in among if bodies(agreement) == set(codes)]
    return found


# The figures
def test_nineteen_branches_and_all_take_part():
    assert branches_on(programme(), THE_DAY).count() == 19
    assert taking_part_on(programme(), THE_DAY).count() == 19
    assert len(branches(Agreement.objects.signed_on(THE_DAY))) == 19


def test_fifty_four_problems_raised():
    assert Problem.objects.raised_on(THE_DAY).count() == 54


def test_five_completed_pairs_with_seven_branches():
    assert len(completed()) == 5
    assert branches(completed()) == {"QSE", "LINE", "SYS", "OFF", "PSC", "ELEC", "TECH"}


def test_thirty_two_solved_all_business_each_with_its_effect():
    solved = Episode.objects.solving_on(THE_DAY).select_related("problem__category__parent")
    assert len(solved) == Problem.objects.solved_on(THE_DAY).count() == 32
    assert {episode.agreement_id for episode in solved} == {agreement.pk for agreement in completed()}
    assert {episode.problem.category.kind for episode in solved} == {"business"}
    assert all(len(episode.effect) >= 15 for episode in solved)
    assert len({episode.effect for episode in solved}) == 32
    assert all(episode.helper and episode.helper != episode.problem.owner for episode in solved)


def test_two_of_the_five_are_the_quality_and_safety_departments_and_one_has_15_kinds_under_4_goals():
    two = [agreement for agreement in completed() if "QSE" in bodies(agreement)]
    assert len(two) == 2
    assert all(agreement.initiator.organisation.code == "TX-QSE" for agreement in two)
    assert all(agreement.ended_on.year == 2020 for agreement in two)
    big = pair("QSE", "LINE", among=two)
    assert (big.goals.count(), big.episodes.count()) == (4, 15)
    assert set(big.goals.values_list("result", flat=True)) == {"done"}


def test_the_offices_pair_brought_the_furniture_module_and_the_technology_departments_the_qualification():
    furniture = pair("OFF", "PSC", among=completed())
    assert furniture.initiator.organisation.code == "TX-OFF"
    effects = " ".join(furniture.episodes.values_list("effect", flat=True))
    assert "办公室管理模块" in effects
    assert "二维码" in effects
    qualification = pair("TECH", "ELEC", among=completed())
    effects = " ".join(qualification.episodes.values_list("effect", flat=True))
    assert "取得电气试验服务资质" in effects
    assert "专项资金" in effects


def test_fourteen_pairs_newly_signed_submitted_and_signed_between_3_march_and_31_may():
    new = new_in_2021()
    assert len(new) == 14
    assert all(date(2021, 3, 3) <= a.submitted_on <= a.signed_on <= date(2021, 5, 31) for a in new)
    assert all(a.rule_version.starts_on == date(2021, 3, 2) for a in new)
    assert bodies(new[-1]) == {"LF", "TECH"}
    assert new[-1].signed_on == date(2021, 5, 31)


def test_the_support_centre_and_the_discipline_committee_pair_about_party_work():
    agreement = pair("PSC", "JW", among=new_in_2021())
    assert agreement.initiator.organisation.code == "TX-PSC"
    assert set(agreement.episodes.values_list("problem__category__kind", flat=True)) == {"party_work"}
    committee = Organisation.objects.get(code="TX-JW")
    assert committee.kind == Kind.DISCIPLINE_COMMITTEE
    assert committee not in taking_part_on(programme(), THE_DAY)


def test_the_fourteen_include_the_twelve_branches_that_are_in_none_of_the_five():
    missing = {code.removeprefix("TX-") for code in branches_on(programme(), THE_DAY).values_list("code", flat=True)}
    missing -= branches(completed())
    assert len(missing) == 12
    assert missing <= branches(new_in_2021())


def test_none_overdue_and_none_of_their_problems_written_off_on_the_day():
    assert not Agreement.objects.overdue_on(THE_DAY).exists()
    running = Agreement.objects.running_on(THE_DAY)
    assert {a.pk for a in running} == {a.pk for a in new_in_2021()}
    listed = Problem.objects.filter(episodes__agreement__in=running)
    assert not listed.filter(pk__in=Problem.objects.solved_on(THE_DAY)).exists()


def test_problems_of_the_early_one_year_pairs_were_released_and_paired_again():
    early = Agreement.objects.filter(term_months=12)
    assert early.count() == 4
    assert all(a.state == "terminated" and a.ended_on < THE_DAY for a in early)
    for episode in Episode.objects.filter(agreement__in=early):
        assert episode.released_on
        later = episode.problem.episodes.filter(taken_on__gte=episode.released_on)
        assert later.filter(agreement__in=new_in_2021()).exists()


# The rules
def test_three_rule_versions_and_the_misprint_of_the_third():
    first, second, third = programme().rule_versions.order_by("starts_on")
    assert (first.term_months, first.review_before_signing, first.lists, first.post_to_post) == (
        12,
        False,
        False,
        False,
    )
    assert (second.lists, second.post_to_post, second.review_before_signing) == (True, True, False)
    assert (third.term_months, third.review_before_signing, third.starts_on) == (3, True, date(2021, 3, 2))
    assert "32日" in third.text
    assert "技术创新中心" in second.suggestion
    assert len(RULES) == 3


def test_point_to_point_from_october_2020_and_posts_only_then():
    with_lists = Agreement.objects.filter(goals__measure__gt="", signed_on__isnull=False).distinct()
    assert min(with_lists.values_list("signed_on", flat=True)) > date(2020, 10, 1)
    posts = Agreement.objects.filter(level=enums.Level.POST)
    assert posts.count() == 1
    assert posts.get().signed_on > date(2020, 10, 1)


# What came after
def test_everything_of_the_programme_is_final():
    assert set(Agreement.objects.values_list("state", flat=True)) <= enums.AGREEMENT_FINAL
    states = set(Problem.objects.values_list("state", flat=True))
    assert states == {"closed", "withdrawn", "refused", "explained"}
    assert not Episode.objects.held().exists()
    assert not Agreement.objects.running_on(date(2021, 12, 31)).exists()


def test_the_story_has_a_macro_goal_returned_drafts_extensions_a_rematch_and_a_relapse():
    assert GoalOpinion.objects.filter(verdict="refuse", ground="pay").count() == 1
    assert Agreement.objects.filter(round=3).count() == 1
    decided = Extension.objects.values_list("timely", "decision").order_by("timely", "decision")
    assert list(decided) == [(False, "granted"), (True, "granted"), (True, "refused")]
    rematch = Agreement.objects.get(predecessor__isnull=False)
    assert (rematch.state, rematch.predecessor.end_code) == ("closed", "rematch")
    assert Episode.objects.filter(relapsed_on__isnull=False).count() == 1
    assert Event.objects.filter(action="decline_invitation").count() == 1
    assert Event.objects.filter(action="suspend").count() == 1
    assert Agreement.objects.filter(days_late__gt=0).count() == 4


def test_a_relapsed_problem_counts_once_at_its_first_write_off():
    episode = Episode.objects.get(relapsed_on__isnull=False)
    assert episode.problem.episodes.filter(written_off_on__isnull=False).count() == 2
    solving = Episode.objects.solving_on(date(2021, 12, 31)).filter(problem=episode.problem)
    assert solving.get() == episode


# Invariants of the replay
def test_everybody_acts_on_working_days_in_office_hours_and_in_order():
    calendar = working_days()
    last = None
    for event in Event.objects.exclude(object_type="").order_by("pk"):
        assert calendar.works(day_of(event.happened_at)), event
        assert 8 <= event.happened_at.astimezone(SHANGHAI).hour < 18, event
        assert last is None or event.happened_at >= last, event
        last = event.happened_at


def test_dates_of_rows_stand_in_the_order_of_the_life():
    for a in Agreement.objects.filter(signed_on__isnull=False):
        days = [a.invited_on, a.submitted_on, a.approved_on, a.signed_on, a.completed_on or a.signed_on, a.ended_on]
        assert days == sorted(days), a
        assert a.due_changes.order_by("decided_on", "pk").last().due_on == a.due_on
        assert not a.follow_ups.filter(done_on__isnull=True, skipped_on__isnull=True).exists(), a
    for e in Episode.objects.filter(written_off_on__isnull=False).select_related("problem"):
        days = [e.problem.raised_on, e.taken_on, e.claimed_on, e.confirmed_on, e.written_off_on]
        assert days == sorted(days), e


def test_a_problem_is_in_at_most_one_pair_at_a_time():
    for problem in Problem.objects.annotate(n=Count("episodes")).filter(n__gt=1):
        taken = problem.episodes.filter(taken_on__isnull=False).order_by("taken_on")
        spans = [(e.taken_on, e.released_on or e.written_off_on) for e in taken]
        assert all(end <= start for (_start, end), (start, _end) in pairwise(spans)), problem


def test_nobody_keeps_the_right_to_back_date():
    assert not Seat.objects.filter(may_backdate=True).exists()


def test_only_the_ten_accounts_can_log_in():
    for user in User.objects.all():
        if user.username in ACCOUNTS:
            assert user.check_password(PASSWORD)
            assert not user.must_change_password
        else:
            assert not user.has_usable_password()


def test_persons_carry_the_names_of_their_roles():
    words = ("书记", "联络员", "成员", "组长", "副组长", "督办人", "管理员")
    assert all(name.endswith(words) for name in User.objects.values_list("name", flat=True))


def test_the_name_of_the_programme_is_in_use():
    assert programme().name == article.NAME
    assert programme().committee.code == "TX"
