"""Words and marks for templates: thin over pairing.words and pairing.stages.

`today`, "now" and the working-day calendar are read here, and only here.
"""

from functools import lru_cache

import segno
from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import record
from pairing import deadlines, stages, words
from pairing.enums import AgreementState, ProblemState
from pairing.models import working_days

register = template.Library()
TIME = '<time datetime="{}" title="{}" class="{}">{}</time>'  # print.css adds the title to what is relative
ABOUT_FILES = {
    "attach": _("File added"),
    "remove_attachment": _("File removed"),
    "restore_attachment": _("File restored"),
}
IN_A_PAIR = (ProblemState.MATCHED, ProblemState.IN_PAIRING)


@register.filter
def day(value):
    """2021年6月3日; "—" for none."""
    return words.day_words(value)


@register.filter
def local_day(value):
    """The day in Shanghai of a moment, as `day` writes it."""
    return words.day_words(deadlines.day_of(value)) if value else "—"


@register.filter
def moment(value):
    """今天 14:03 in a <time> that carries the exact moment; "" for none."""
    return _time(value, words.moment_words(value, timezone.now())) if value else ""


@register.filter
def exact(value):
    """2021年6月3日 14:03; "" for none."""
    return words.exact_words(value) if value else ""


@register.filter
def due_words(agreement):
    """The due date in words, plain text; "" where nothing is due."""
    return words.due_words(agreement, timezone.localdate(), working_days())


@register.filter
def due_day(agreement):
    """The due date in force with the days in acceptance that were sent back."""
    return words.due_day(agreement)


@register.filter
def late(days):
    """Of something that has ended: on time, or late by so many calendar days."""
    return words.late_words(days)


@register.filter
def due(agreement):
    """The due date in words with the shape of its level, the real date on hover and in print; "" where none. Behind
    plan is said too: the countdown does not tell it."""
    today = timezone.localdate()
    text = words.due_words(agreement, today, working_days())
    if not text:
        return ""
    ended_late = agreement.state == AgreementState.CLOSED and agreement.days_late
    level = None if ended_late else words.level_of(agreement, today)  # no tick beside "4 days late"
    if agreement.due_on is None:
        return _level(level, text)
    due_on = words.due_day(agreement)
    time = format_html(TIME, f"{due_on:%Y-%m-%d}", words.day_words(due_on), "relative", text)
    return _level(level, format_html("{} · {}", level.word, time) if level is words.LEVELS["amber"] else time)


@register.filter
def state_badge(obj):
    """The state in words, with the shape of what is done or stands still."""
    level = words.state_level(obj)
    return _badge(obj.get_state_display(), level.name if level else "")


@lru_cache(maxsize=256)
def _badge(name, level_name):
    if not level_name:
        return format_html('<span class="badge">{}</span>', name)
    level = words.LEVELS[level_name]
    return format_html(
        '<span class="badge badge-{}"><i class="shape" aria-hidden="true">{}</i>{}</span>',
        level.name,
        level.shape,
        name,
    )


@register.filter
def whose_turn(obj):
    """Waiting for whom, since when; "" when nobody has to act."""
    text = obj.whose_turn()
    if not text:
        return ""
    since = words.since_words(obj.turn_since, timezone.now())
    return format_html("<span>{}</span>", text) if not since else format_html(
        "<span>{} <span class=\"quiet\">{}</span></span>", text, _time(obj.turn_since, since)
    )  # fmt: skip


@register.simple_tag
def today():
    """The day in Shanghai."""
    return timezone.localdate()


@register.simple_tag
def stages_of(obj, agreement=None):
    """The eight Stages of the bar; a problem in a pair is placed by the agreement that holds it (one query)."""
    agreement = agreement or None  # an include without it passes ""
    agreement = agreement or None  # a name the page does not know arrives as ""
    if agreement is None and obj._meta.model_name == "problem" and obj.state in IN_A_PAIR:
        episode = obj.open_episode
        agreement = episode.agreement if episode else None
    return stages.stages_of(obj, agreement)


@register.filter
def titled(text):
    """The text of a document, character for character, its first line marked as the title."""
    title, newline, rest = text.partition("\n")
    return format_html('<b class="document-title">{}</b>{}{}', title, newline, rest)


@register.filter
def event_label(event):
    """The words of a recorded action: a step of the workflow, or something about a file."""
    return ABOUT_FILES.get(event.action) or record.name_of(event.action, event.object_type)


@register.filter
def event_facts(event):
    """What the event changed or said, as short phrases."""
    return words.event_facts(event)


@register.filter
def undo(message):
    """The way back that a message offers: {"url", "label", "post": whether it acts at once}, or None."""
    kind, _space, rest = (message.extra_tags or "").partition(" ")
    if not kind.startswith("undo-"):
        return None
    url, _space, label = rest.partition(" ")
    return {"url": url, "label": label, "post": kind == "undo-post"}


@register.simple_tag
def kept(template_name, **given):
    """A part of a page that depends on the language and on the values given alone: rendered once for them and kept.

    The template sees these values and nothing else of the page: what is personal stands in it only where it is given,
    and comes out again only for the same values. A token that changes with every page cannot be in it.
    """
    return _kept(template_name, get_language(), *sorted(given.items()))


@lru_cache(maxsize=2048)
def _kept(template_name, _language, *given):
    return render_to_string(template_name, dict(given))


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name):
    """A line icon of static/img/icons.svg, hidden from screen readers: text stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
def qr(path):
    """The QR code of an address of this site as inline SVG, for paper: it leads back to the page."""
    return _qr(f"{settings.SITE_URL}{path}")


@lru_cache(maxsize=2048)
def _qr(address):
    code = segno.make_qr(address, error="m")
    return mark_safe(code.svg_inline(border=0, omitsize=True, svgclass="qr", lineclass=None))  # noqa: S308  (segno's own)


@register.simple_tag(takes_context=True)
def page_address(context, **changes):
    """The present address with some query parameters changed; an empty value takes one away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in ("", None):
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}" if query else context["request"].path


def _time(at, text):
    return _time_in(get_language(), at, text)


@lru_cache(maxsize=4096)  # the newest rows of a list are read again and again
def _time_in(_language, at, text):
    kind = "" if words.day_words(deadlines.day_of(at)) in text else "relative"
    return format_html(TIME, at.isoformat(timespec="seconds"), words.exact_words(at), kind, text)


def _level(level, text):
    if level is None:
        return format_html("<span>{}</span>", text)
    return format_html(
        '<span class="level level-{}"><i class="shape" aria-hidden="true">{}</i><span>{}</span></span>',
        level.name,
        level.shape,
        text,
    )
