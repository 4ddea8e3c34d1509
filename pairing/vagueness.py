"""What makes a goal vague, said while it is written: fewer drafts come back from review (capability F2).

Hints only; nothing depends on them. The words are those with which plans of the trade say nothing.
"""

import re

from django.utils.translation import gettext as _

VAGUE = (
    "进一步",
    "加强",
    "推进",
    "推动",
    "提升",
    "提高",
    "完善",
    "强化",
    "优化",
    "改善",
    "加大",
    "深化",
    "促进",
    "好转",
)
_COUNTED = "次个项份人天周月年季类种轮批台套条处家名场期遍成倍日户车组根件"
_NUMBER = re.compile(rf"\d|百分之|[一二三四五六七八九十百千两]+[{_COUNTED}]|全部|全覆盖|每[{_COUNTED}]|零")


def vague_places(*, text, measure, criterion, date):
    """{cell: sentence} for a goal as typed; {} for a row in which no goal stands. Cells: text, measure, criterion,
    date."""
    if not text.strip():
        return {}
    found = {"text": _only_words(text, criterion), "measure": _only_words(measure)}
    if not found["text"] and not _has_number(text, criterion):
        found["criterion"] = _("There is no number in goal or criterion: by what will you see that it is reached?")
    if not date.strip():
        found["date"] = _("By which day?")
    return {cell: sentence for cell, sentence in found.items() if sentence}


def _only_words(*texts):
    """A sentence where the first of `texts` has such a word and none of them a number."""
    word = next((word for word in VAGUE if word in texts[0]), None)
    if word is None or _has_number(*texts):
        return ""
    sentence = _("“%(word)s” alone can be judged by nobody. Say how much, how often, or what will be there.")
    return sentence % {"word": word}


def _has_number(*texts):
    return any(_NUMBER.search(text) for text in texts)
