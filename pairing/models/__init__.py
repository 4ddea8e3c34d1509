"""What happens: tables, constraints and the QuerySets that speak the office's language."""

from pairing.models.agreement import Agreement, CounterProposal, Party, Signature
from pairing.models.attachment import Attachment
from pairing.models.calendar import CalendarYear, SpecialDay, working_days
from pairing.models.channel import Channel, ChannelKind, Contact, Delivery, Preference, UsedLink
from pairing.models.counting import (
    Counted,
    branches_on,
    helping_nobody_on,
    helping_on,
    never_paired_on,
    signatures_on,
    signers_of,
    taking_part_on,
    with_pairs_on,
)
from pairing.models.life import read_agreement_life, read_problem_life
from pairing.models.matter import Matter, overseen_programme_ids, own_organisation_ids, programmes_for
from pairing.models.meeting import Meeting
from pairing.models.notice import Digest, Notice, PlanMark
from pairing.models.problem import Joiner, Problem
from pairing.models.programme import Category, NumberSeries, Programme, RuleVersion
from pairing.models.standing import Reason, Standing
from pairing.models.supervision import (
    DueChange,
    Extension,
    FollowUp,
    GoalOpinion,
    Interval,
    LookBackRecord,
    Opinion,
    ProgressReport,
    Review,
)
from pairing.models.work import Episode, Goal, GoalOwner

__all__ = [
    "Agreement",
    "Attachment",
    "CalendarYear",
    "Category",
    "Channel",
    "ChannelKind",
    "Contact",
    "Counted",
    "CounterProposal",
    "Delivery",
    "Digest",
    "DueChange",
    "Episode",
    "Extension",
    "FollowUp",
    "Goal",
    "GoalOpinion",
    "GoalOwner",
    "Interval",
    "Joiner",
    "LookBackRecord",
    "Matter",
    "Meeting",
    "Notice",
    "NumberSeries",
    "Opinion",
    "Party",
    "PlanMark",
    "Preference",
    "Problem",
    "Programme",
    "ProgressReport",
    "Reason",
    "Review",
    "RuleVersion",
    "Signature",
    "SpecialDay",
    "Standing",
    "UsedLink",
    "branches_on",
    "helping_nobody_on",
    "helping_on",
    "never_paired_on",
    "overseen_programme_ids",
    "own_organisation_ids",
    "programmes_for",
    "read_agreement_life",
    "read_problem_life",
    "signatures_on",
    "signers_of",
    "taking_part_on",
    "with_pairs_on",
    "working_days",
]
