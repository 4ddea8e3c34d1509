"""The ways out of the house: one small file per provider, one protocol for all.

    with open_way(channel) as way:
        way.send(message, address)      # raises NotSent with a sentence

A way is used by one thread, keeps its connection while it is open, waits at most TIMEOUT seconds for the other side
and leaves retries to its caller (pairing.notices.delivery).
"""

from pairing.channels.dingtalk import DingTalkApp, DingTalkRobot
from pairing.channels.email import EmailWay, mail_leaves
from pairing.channels.feishu import FeishuApp, FeishuRobot
from pairing.channels.message import Line, Message
from pairing.channels.protocol import TIMEOUT, NotSent, Scope, Way
from pairing.channels.webhook import SignedWebhook
from pairing.channels.wecom import WeComApp, WeComRobot
from pairing.models import ChannelKind

WAYS: dict[str, type[Way]] = {
    ChannelKind.EMAIL: EmailWay,
    ChannelKind.WECOM_APP: WeComApp,
    ChannelKind.WECOM_ROBOT: WeComRobot,
    ChannelKind.DINGTALK_APP: DingTalkApp,
    ChannelKind.DINGTALK_ROBOT: DingTalkRobot,
    ChannelKind.FEISHU_APP: FeishuApp,
    ChannelKind.FEISHU_ROBOT: FeishuRobot,
    ChannelKind.WEBHOOK: SignedWebhook,
}


def open_way(channel):
    """The Way of a Channel, as a context manager; nothing is connected before the first message."""
    return WAYS[channel.kind](channel)


__all__ = ["TIMEOUT", "WAYS", "Line", "Message", "NotSent", "Scope", "Way", "mail_leaves", "open_way"]
