"""DingTalk (钉钉): work notices of an own application, and the robot of a group chat.

Application: GET gettoken, POST topapi/message/corpconversation/asyncsend_v2. Robot: POST robot/send with the token of
the robot, the time in milliseconds and, as `sign`, HMAC-SHA256 over "time\\nsecret" with the secret as key, in Base64.
"""

import base64
import hashlib
import hmac
import json
import time

from django.utils.translation import gettext_lazy as _

from pairing.channels.message import fitted, markdown
from pairing.channels.protocol import Scope
from pairing.channels.provider import ProviderWay

NOTICE_BYTES, ROBOT_BYTES = 2048, 20_000
ROOM = 200  # bytes of a notice around the text: type, title, quotes
MOBILE = 11  # digits; another address is a user id


class _DingTalk(ProviderWay):
    default_url = "https://oapi.dingtalk.com"
    token_codes = frozenset({40014, 42001})
    meanings = {
        -1: (_("DingTalk is busy."), Scope.LATER),
        88: (_("DingTalk asks us to send more slowly, or the application lacks the right to send."), Scope.LATER),
        33012: (_("DingTalk knows no such user."), Scope.ADDRESS),
        60121: (_("DingTalk knows no such user."), Scope.ADDRESS),
        40014: (_("DingTalk does not accept our token."), Scope.GONE),
        42001: (_("DingTalk does not accept our token."), Scope.GONE),
        40035: (_("DingTalk does not understand the message."), Scope.CHANNEL),
        40089: (_("The key or the secret of the application is wrong."), Scope.GONE),
        40096: (_("The key or the secret of the application is wrong."), Scope.GONE),
        60020: (_("This server's address is not among the application's trusted addresses."), Scope.GONE),
        90018: (_("DingTalk asks us to send more slowly."), Scope.LATER),
        130101: (_("DingTalk asks us to send more slowly."), Scope.LATER),
        300001: (_("The robot's token is wrong, or the robot was removed from the group."), Scope.GONE),
        310000: (
            _("The robot refuses the message: signing secret, key word or trusted address do not fit."),
            Scope.GONE,
        ),
    }


class DingTalkApp(_DingTalk):
    def fetch_token(self):
        values = {"appkey": self.setting("app_key"), "appsecret": self.channel.secret}
        answer = self.call("GET", "/gettoken", params=values)
        return str(answer.get("access_token", "")), int(answer.get("expires_in", 7200))

    def send(self, message, address):
        def as_sent(shown):
            return json.dumps(_body(shown), ensure_ascii=False)

        shown = json.loads(fitted(message.plain(), as_sent, NOTICE_BYTES))
        body = {"agent_id": int(self.setting("agent_id") or 0), "userid_list": address, "msg": shown}
        url = f"{self.base}/topapi/message/corpconversation/asyncsend_v2"
        self.call_with_token(lambda token: self.ask_json("POST", url, params={"access_token": token}, json=body))


class DingTalkRobot(_DingTalk):
    def send(self, message, address):
        body = _body(message.for_a_group().plain(), mention=address, limit=ROBOT_BYTES)
        mobile = address.isdigit() and len(address) == MOBILE
        body["at"] = {"atMobiles" if mobile else "atUserIds": [address], "isAtAll": False}
        params = {"access_token": self.setting("token")}
        if self.channel.secret:
            params |= signature(self.channel.secret, round(time.time() * 1000))
        self.call("POST", "/robot/send", params=params, json=body)


def _body(message, mention="", limit=None):
    def render(shown):
        return f"@{mention}\n\n{markdown(shown)}" if mention else markdown(shown)

    text = fitted(message, render, limit - ROOM) if limit else render(message)
    return {"msgtype": "markdown", "markdown": {"title": message.subject, "text": text}}


def signature(secret, milliseconds):
    """{timestamp, sign} as the robot wants them."""
    words = f"{milliseconds}\n{secret}".encode()
    digest = hmac.new(secret.encode(), words, hashlib.sha256).digest()
    return {"timestamp": str(milliseconds), "sign": base64.b64encode(digest).decode()}
