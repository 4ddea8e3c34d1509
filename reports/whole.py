"""Whole tables of a question, all their rows: for export, for an issue and for a pack. No request, no page."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from pairing.models import working_days
from reports import counting_rules, light, tables
from reports.grouping import GROUPINGS, SOLVED_GROUPS
from reports.rows import Blind, agreement_row, branch_row, problem_row, solved_row
from reports.selectors import FIGURES, LISTS, solved_episodes, solved_of
from reports.solved_groups import group_of
from reports.summary import columns_of, every_row

UNITS = {
    "problems": pgettext_lazy("unit", "problems"),
    "agreements": pgettext_lazy("unit", "pairs"),
    "branches": pgettext_lazy("unit", "branches"),
}
COLUMNS = {"problems": tables.PROBLEMS, "agreements": tables.AGREEMENTS, "branches": tables.BRANCHES}
WORDS = {"problems": tables.problems_words, "agreements": tables.pairs_words, "branches": tables.branches_words}
KINDS = {"problems": "problem", "agreements": "agreement", "branches": "organisation"}
CHUNK = 1_000  # rows with what belongs to them that are fetched at once, where models are read
LIGHT = {"problems": light.problems, "agreements": light.agreements}  # a branch is one model anyway
SUMMARY = "summary"
SOLVED = "solved"  # the report of solved problems; every other is a list, named page-what


def table_of(report, question, user):
    """(number of rows, Table) of a report by its name; KeyError where there is none of that name."""
    if report == SOLVED:
        return solved_of(question).count(), solved_table(question)
    if report == SUMMARY:
        table = summary_table(question, user)
        return len(table.rows), table
    figure = FIGURES[tuple(report.split("-", 1))]
    found = LISTS[figure.page](figure.rows(question, user), question)
    count, read = found.count(), LIGHT.get(figure.page, QuerySet.iterator)
    rows = map(shape(question, Blind(), figure.page), read(found))
    return count, list_table(question, figure, rows, count)


def solved_table(question):
    """已解决问题统计表 with all its rows, read as they are asked for."""
    viewer, tally = Blind(), tables.Tally()
    rows = (
        tally.add(solved_row(episode, index, viewer, question.as_of), episode.agreement.signers)
        for index, episode in enumerate(light.solved(solved_episodes(question)), 1)
    )
    group, by_pair = group_of(question), question.group in ("", "pair")
    return tables.Table(
        name=SOLVED, as_of=question.as_of, title=_("Table of solved problems"),
        columns=tables.solved_columns(question), rows=rows,
        second_line=question_words(question, UNITS["problems"], *_solved_group(question)),
        rules=[str(rule) for rule in counting_rules.SOLVED], total=lambda: str(tally),
        group=lambda row: (group.key(row), group.words(row)),
        group_head=tables.pair_words if by_pair else group.words,
        key=lambda row: f"problem {row.problem_pk}", unit=question.programme.committee.name,
    )  # fmt: skip


def _solved_group(question):
    """The grouping in words where it is not the usual one."""
    return [] if question.group in ("", "pair") else [str(dict(SOLVED_GROUPS)[question.group])]


def summary_table(question, user):
    """汇总统计表 with the rows of all its pages; the last one is the total."""
    rows = list(every_row(question, user))
    return tables.Table(
        name=SUMMARY, as_of=question.as_of, title=_("Summary statistics table"), columns=tuple(columns_of(question)),
        rows=rows, second_line=summary_words(question), rules=_rules(question, counting_rules.SUMMARY),
        total=lambda: summary_total(rows[-1]), key=lambda row: f"row {row.group.key}",
        unit=question.programme.committee.name,
    )  # fmt: skip


def summary_words(question):
    """The whole question of the summary table in one line."""
    label = str(GROUPINGS[question.group].label)
    return question_words(question, "", question.standing_words(), label, scope_words(question))


def summary_total(row):
    """The total in words: what was raised, written off and newly signed."""
    words = (tables.problems_words(row.n("raised")), tables.problems_words(row.n("solved")))
    named = {"raised": words[0], "solved": words[1], "signed": tables.pairs_words(row.n("new"))}
    return _("raised %(raised)s, written off %(solved)s, newly signed %(signed)s") % named


def shape(question, viewer, page):
    """The function from a model of a list, or what light reads in its place, to its row."""
    if page == "problems":
        return lambda problem: problem_row(problem, viewer)
    if page == "agreements":
        calendar = working_days()
        return lambda agreement: agreement_row(agreement, viewer, question.day, calendar)
    return branch_row


def list_table(question, figure, rows, total):
    """The list that a figure opens, with these `rows` of `total`."""
    scope = scope_words(question), problems_scope(question) if figure.page == "problems" else ""
    return tables.Table(
        name=f"{figure.page}-{figure.what}", as_of=question.as_of, title=titled(figure.title, question),
        columns=COLUMNS[figure.page],
        second_line=question_words(question, UNITS[figure.page], question.standing_words(), *scope),
        rows=rows, rules=_rules(question, counting_rules.OF_LIST[figure.page]),
        total=lambda: WORDS[figure.page](total), key=lambda row: f"{KINDS[figure.page]} {row.pk}",
    )  # fmt: skip


def _rules(question, rules):
    return [str(rule) for rule in counting_rules.asked_by(question, rules)]


def question_words(question, unit, *more):
    """The whole question in one line: as of when, unit, programme, period, filters and what else there is to say."""
    return tables.second_line(question.as_of, unit, question.programme.name, *question.words.values(), *more)


def titled(text, question):
    return str(text) % {"year": question.day.year}


def scope_words(question):
    return _("Own branches only") if question.own_scope else ""


def problems_scope(question):
    """Whose problems are counted, where it is not the whole programme; else ""."""
    return _("problems of the own branches and of their partners") if question.own_scope else ""
