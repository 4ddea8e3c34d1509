"""The programme of this year, laid backwards from a day: a problem and a pair in every state, on any day.

All days are working days before that day (or follow from a due date near it), so that no step lies in the future.
"""

from datetime import date, timedelta

from pairing.demo import meetings, mornings, this_year_beginnings, this_year_endings, this_year_files
from pairing.demo.acts import play_pair, play_problem
from pairing.demo.stage import Stage
from pairing.demo.this_year_beginnings import TO_CONFIRM
from pairing.demo.this_year_pairs import PAIRS
from pairing.demo.this_year_problems import PROBLEMS
from pairing.demo.this_year_rules import draft_rules
from pairing.models import Programme, RuleVersion

REACHES_BACK = timedelta(days=240)  # the earliest step lies later than so many calendar days before the day
RAISED_BEFORE = 4  # working days from the raising of a problem to the invitation
# Problems and pairs whose whole story is told by hand
PROBLEMS_BY_HAND = {*TO_CONFIRM, "own-draft", "discarded"}
PAIRS_BY_HAND = {"welding"}
UNVISITED = {"due-soon", "overdue", "asking", "posts"}  # the supervisor has not been there lately


def name_for(today):
    """The programme's name: of one year, or of two where the past half year reaches into the last one."""
    years = sorted({_starts_on(today).year, today.year})
    return f"“强创争”结对共建（{'—'.join(map(str, years))}年）"


def _starts_on(today):
    return date((today - REACHES_BACK).year, 1, 1)


def load(company, today):
    """Create the programme, play it up to the day before `today` and answer it."""
    starts_on = _starts_on(today)
    programme = Programme.objects.create(name=name_for(today), committee=company.committee, starts_on=starts_on)
    RuleVersion.objects.create(
        programme=programme, title=f"结对共建管理规定（{starts_on.year}年）",
        starts_on=starts_on, published_on=starts_on,
        meeting="年度工作部署会", reason="延续点对点、列清单、三个月、先审后签的做法。",
        text="一、共建周期一般不超过3个月。二、目标任务先审核后签约。三、每两周督办一次。四、验收后90天回头看。",
    )  # fmt: skip
    stage = Stage(programme, company, today=today, problems=PROBLEMS, pairs=PAIRS)
    stage.unvisited = UNVISITED
    _raise_problems(stage)
    for key in PAIRS:
        if key not in PAIRS_BY_HAND:
            play_pair(stage, key)
    for story in (this_year_beginnings, this_year_endings, this_year_files, mornings):
        story.tell(stage)
    stage.play()
    draft_rules(programme, stage, today)
    meetings.call(stage, stage.seat("TX", "reviewer"))
    return programme


def _raise_problems(stage):
    """Those with a day on it, those of a pair shortly before its invitation."""
    for key, plan in PROBLEMS.items():
        if plan.raised and key not in PROBLEMS_BY_HAND:
            play_problem(stage, key)
    for pair in PAIRS.values():
        invited = stage.before(stage.day(pair.signed), pair.pace.invite)
        for number, key in enumerate(pair.problems):
            if not pair.predecessor and not PROBLEMS[key].raised:
                play_problem(stage, key, stage.before(invited, RAISED_BEFORE + number))
