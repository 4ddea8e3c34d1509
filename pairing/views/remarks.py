"""What the working group said when it returned a draft, and what has changed since."""

from collections import defaultdict

from pairing import versions
from pairing.enums import AgreementState, Verdict


def last_return(agreement):
    """The Review that returned a draft the parties now change, with its opinions; None where there is none."""
    if agreement.state != AgreementState.RETURNED:
        return None
    decided = agreement.reviews.filter(decided_at__isnull=False).prefetch_related("opinions__goals")
    return decided.order_by("-round").first()


def remarks_on_goals(review):
    """{goal id: [GoalOpinion]} of the goals that did not pass."""
    found = defaultdict(list)
    for opinion in review.opinions.all():
        for judged in opinion.goals.all():
            if judged.verdict != Verdict.PASS:
                found[judged.goal_id].append(judged)
    return found


def changes_since(agreement, review):
    """What has changed since the round was decided, as Changes of pairing.versions."""
    before = versions.before(agreement, review.decided_at)
    return versions.compare(before, versions.present(agreement)) if before else []
