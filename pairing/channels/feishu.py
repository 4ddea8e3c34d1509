"""Feishu (飞书): messages of an own application, and the robot of a group chat, both as rich text ("post").

Application: POST open-apis/auth/v3/tenant_access_token/internal, POST open-apis/im/v1/messages with a Bearer token and
a `uuid` by which Feishu drops a repeated message. Robot: POST open-apis/bot/v2/hook/TOKEN; `sign` is HMAC-SHA256 over
nothing with "time\\nsecret" as key, the time in seconds, in Base64.
"""

import base64
import hashlib
import hmac
import json
import time

from django.utils.translation import gettext_lazy as _

from pairing.channels.message import fitted
from pairing.channels.protocol import Scope
from pairing.channels.provider import ProviderWay

APP_BYTES, ROBOT_BYTES = 30_000, 20_000
ROOM = 500  # bytes around the rich text
IDS = ("user_id", "open_id", "union_id", "email")  # what an address of a person may be


class _Feishu(ProviderWay):
    default_url = "https://open.feishu.cn"
    code_key, text_key = "code", "msg"
    token_codes = frozenset({99991661, 99991663, 99991664, 99991668})
    meanings = {
        9499: (_("Feishu does not understand the message."), Scope.CHANNEL),
        10003: (_("The ID or the secret of the application is wrong."), Scope.GONE),
        10014: (_("The ID or the secret of the application is wrong."), Scope.GONE),
        11232: (_("Feishu asks us to send more slowly."), Scope.LATER),
        19001: (_("The robot's token is wrong, or the robot was removed from the group."), Scope.GONE),
        19021: (
            _("The robot does not accept our signature: the signing secret or this server's clock is wrong."),
            Scope.GONE,
        ),
        19022: (_("This server's address is not among the robot's trusted addresses."), Scope.GONE),
        19024: (_("The robot wants a key word that the message does not contain."), Scope.GONE),
        230001: (_("Feishu does not understand the message."), Scope.CHANNEL),
        230013: (_("The application is not available to this person."), Scope.ADDRESS),
        230020: (_("Feishu asks us to send more slowly."), Scope.LATER),
        99991400: (_("Feishu asks us to send more slowly."), Scope.LATER),
        99991663: (_("Feishu does not accept our token."), Scope.GONE),
        99991672: (_("The application has no right to send messages."), Scope.GONE),
        99992351: (_("Feishu knows no such person."), Scope.ADDRESS),
        99992352: (_("Feishu knows no such person."), Scope.ADDRESS),
    }


class FeishuApp(_Feishu):
    def fetch_token(self):
        body = {"app_id": self.setting("app_id"), "app_secret": self.channel.secret}
        answer = self.call("POST", "/open-apis/auth/v3/tenant_access_token/internal", json=body)
        return str(answer.get("tenant_access_token", "")), int(answer.get("expire", 0))

    def send(self, message, address):
        body = {
            "receive_id": address, "msg_type": "post", "uuid": message.key[:50],
            "content": fitted(message, _post, APP_BYTES - ROOM),
        }  # fmt: skip
        url = f"{self.base}/open-apis/im/v1/messages"
        params = {"receive_id_type": self.setting("id_type") or IDS[0]}

        def send(token):
            return self.ask_json("POST", url, params=params, json=body, headers={"Authorization": f"Bearer {token}"})

        self.call_with_token(send)


class FeishuRobot(_Feishu):
    def send(self, message, address):
        def render(shown):
            return _post(shown, mention=address)

        post = json.loads(fitted(message.for_a_group(), render, ROBOT_BYTES - ROOM))
        body = {"msg_type": "post", "content": {"post": post}}
        if self.channel.secret:
            body |= signature(self.channel.secret, round(time.time()))
        self.call("POST", f"/open-apis/bot/v2/hook/{self.setting('token')}", json=body)


def _post(message, mention=""):
    """Rich text as JSON: a title and paragraphs of pieces."""
    head = [{"tag": "at", "user_id": mention}] if mention else []
    paragraphs = [[*head, {"tag": "text", "text": message.greeting}]]
    for line in message.lines:
        after = [{"tag": "text", "text": f" {line.text}"}] if line.text else []
        paragraphs.append([{"tag": "a", "text": line.title, "href": line.url}, *after])
    if message.more:
        paragraphs.append([{"tag": "a", "text": message.more, "href": message.link}])
    paragraphs.append([{"tag": "text", "text": message.closing}])
    return json.dumps({"zh_cn": {"title": message.subject, "content": paragraphs}}, ensure_ascii=False)


def signature(secret, seconds):
    """{timestamp, sign} as the robot wants them."""
    digest = hmac.new(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": str(seconds), "sign": base64.b64encode(digest).decode()}
