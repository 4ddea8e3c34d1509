"""Enterprise WeCom (企业微信): messages of an own application, and the robot of a group chat.

Application: GET cgi-bin/gettoken, POST cgi-bin/message/send. Text, not Markdown: whoever reads it in WeChat would see
Markdown as "not supported". Robot: POST cgi-bin/webhook/send?key=…, Markdown.
"""

from django.utils.translation import gettext_lazy as _

from pairing.channels.message import fitted, markdown
from pairing.channels.protocol import NotSent, Scope
from pairing.channels.provider import ProviderWay

TEXT_BYTES, ROBOT_BYTES = 2048, 4096
SAME_FOR = 4 * 3600  # seconds in which WeCom itself drops a repeated message; its most


class _WeCom(ProviderWay):
    default_url = "https://qyapi.weixin.qq.com"
    token_codes = frozenset({40014, 41001, 42001})
    meanings = {
        -1: (_("WeCom is busy."), Scope.LATER),
        40001: (_("The secret of the application is wrong."), Scope.GONE),
        40013: (_("The corporation's ID is wrong."), Scope.GONE),
        40014: (_("WeCom does not accept our token."), Scope.GONE),
        42001: (_("WeCom does not accept our token."), Scope.GONE),
        40056: (_("The application's number is wrong."), Scope.GONE),
        45009: (_("WeCom asks us to send more slowly."), Scope.LATER),
        45033: (_("WeCom asks us to send more slowly."), Scope.LATER),
        48002: (_("The application has no right to send messages."), Scope.GONE),
        60020: (_("This server's address is not among the application's trusted addresses."), Scope.GONE),
        60111: (_("WeCom knows no such user."), Scope.ADDRESS),
        81013: (_("WeCom knows no such user, or the application is not visible to them."), Scope.ADDRESS),
        301002: (_("The application's number is wrong."), Scope.GONE),
        93000: (_("The robot's key is wrong, or the robot was removed from the group."), Scope.GONE),
    }


class WeComApp(_WeCom):
    def fetch_token(self):
        answer = self.call(
            "GET", "/cgi-bin/gettoken", params={"corpid": self.setting("corp_id"), "corpsecret": self.channel.secret}
        )
        return str(answer.get("access_token", "")), int(answer.get("expires_in", 0))

    def send(self, message, address):
        body = {
            "touser": address, "msgtype": "text", "agentid": int(self.setting("agent_id") or 0),
            "text": {"content": fitted(message.plain(), _text, TEXT_BYTES)},
            "enable_duplicate_check": 1, "duplicate_check_interval": SAME_FOR,
        }  # fmt: skip
        url = f"{self.base}/cgi-bin/message/send"
        answer = self.call_with_token(
            lambda token: self.ask_json("POST", url, params={"access_token": token}, json=body)
        )
        if address.lower() in str(answer.get("invaliduser", "")).lower().split("|"):
            raise NotSent(self.meanings[81013][0], Scope.ADDRESS)


class WeComRobot(_WeCom):
    def send(self, message, address):
        def render(shown):
            return f"<@{address}>\n{markdown(shown)}"

        body = {
            "msgtype": "markdown",
            "markdown": {"content": fitted(message.for_a_group().plain(), render, ROBOT_BYTES)},
        }
        self.call("POST", "/cgi-bin/webhook/send", params={"key": self.channel.secret}, json=body)


def _text(message):
    """WeCom's text with its one kind of markup: links."""
    lines = [message.subject, message.greeting]
    lines += [f'· <a href="{line.url}">{line.title}</a> {line.text}'.rstrip() for line in message.lines]
    if message.more:
        lines.append(f'<a href="{message.link}">{message.more}</a>')
    return "\n".join([*lines, message.closing])
