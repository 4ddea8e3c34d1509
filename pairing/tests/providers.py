"""A real HTTP server on loopback that behaves as WeCom, DingTalk, Feishu and a webhook's receiver document it.

It checks path, token, signature and form of each message and answers with the provider's own codes. `trouble` makes it
ill: an HTTP status, "hang", "garbage", "redirect", or a dict that is answered as it is.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from standardwebhooks import Webhook

SECRET = "SEC-of-the-robot"
WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"a secret of 32 bytes for a hook!").decode()
KNOWN = {"li.na", "13800000000"}


def signed(key, words):
    return base64.b64encode(hmac.new(key.encode(), words.encode(), hashlib.sha256).digest()).decode()


class Provider:
    """What was received: `taken` [(path, body)], `tokens` how many were handed out, `valid` the one that is valid."""

    def __init__(self):
        self.taken, self.tokens, self.valid, self.trouble, self.asked = [], 0, "", None, 0

    def token(self):
        self.tokens += 1
        self.valid = f"token-{self.tokens}"
        return self.valid

    def answer(self, method, path, query, headers, body):
        """(status, dict) as the provider would."""
        if path == "/hook":
            Webhook(WEBHOOK_SECRET).verify(body, headers)
            self.taken.append((path, json.loads(body)))
            return 204, {}
        data = json.loads(body) if body else {}
        routes = {
            ("GET", "/cgi-bin/gettoken"): self.wecom_token,
            ("POST", "/cgi-bin/message/send"): self.wecom_send,
            ("POST", "/cgi-bin/webhook/send"): self.wecom_robot,
            ("GET", "/gettoken"): self.dingtalk_token,
            ("POST", "/topapi/message/corpconversation/asyncsend_v2"): self.dingtalk_send,
            ("POST", "/robot/send"): self.dingtalk_robot,
            ("POST", "/open-apis/auth/v3/tenant_access_token/internal"): self.feishu_token,
            ("POST", "/open-apis/im/v1/messages"): self.feishu_send,
            ("POST", "/open-apis/bot/v2/hook/hook-1"): self.feishu_robot,
        }
        if (method, path) not in routes:
            return 404, {}
        status, answer = routes[method, path](query, headers, data)
        if status == 200 and not (answer.get("errcode") or answer.get("code")) and data and "app_id" not in data:
            self.taken.append((path, data))
        return status, answer

    def wecom_token(self, query, headers, data):
        if query != {"corpid": "ww1", "corpsecret": "app-secret"}:
            return 200, {"errcode": 40001, "errmsg": "invalid credential"}
        return 200, {"errcode": 0, "errmsg": "ok", "access_token": self.token(), "expires_in": 7200}

    def wecom_send(self, query, headers, data):
        if query.get("access_token") != self.valid:
            return 200, {"errcode": 42001, "errmsg": "access_token expired"}
        content = data["text"]["content"]
        if data["msgtype"] != "text" or data["agentid"] != 1000002 or len(content.encode()) > 2048:
            return 200, {"errcode": 40058, "errmsg": "invalid parameter"}
        if data["touser"] not in KNOWN:
            return 200, {"errcode": 0, "errmsg": "ok", "invaliduser": data["touser"], "msgid": "1"}
        return 200, {"errcode": 0, "errmsg": "ok", "invaliduser": "", "msgid": "1"}

    def wecom_robot(self, query, headers, data):
        if query.get("key") != "robot-key":
            return 200, {"errcode": 93000, "errmsg": "invalid webhook url"}
        assert data["msgtype"] == "markdown"
        assert len(data["markdown"]["content"].encode()) <= 4096
        return 200, {"errcode": 0, "errmsg": "ok"}

    def dingtalk_token(self, query, headers, data):
        if query != {"appkey": "ding1", "appsecret": "app-secret"}:
            return 200, {"errcode": 40089, "errmsg": "invalid appkey or appsecret"}
        return 200, {"errcode": 0, "errmsg": "ok", "access_token": self.token(), "expires_in": 7200}

    def dingtalk_send(self, query, headers, data):
        if query.get("access_token") != self.valid:
            return 200, {"errcode": 40014, "errmsg": "invalid access_token"}
        assert data["agent_id"] == 77
        assert len(json.dumps(data["msg"], ensure_ascii=False).encode()) <= 2048
        assert data["msg"]["markdown"]["title"]
        if data["userid_list"] not in KNOWN:
            return 200, {"errcode": 33012, "errmsg": "invalid userid"}
        return 200, {"errcode": 0, "task_id": 1, "request_id": "x"}

    def dingtalk_robot(self, query, headers, data):
        stamp = query.get("timestamp", "0")
        good = query.get("sign") == signed(SECRET, f"{stamp}\n{SECRET}")
        if not good or abs(int(stamp) - time.time() * 1000) > 3600_000:
            return 200, {"errcode": 310000, "errmsg": "sign not match"}
        if query.get("access_token") != "robot-token":
            return 200, {"errcode": 300001, "errmsg": "token is not exist"}
        receiver = (data["at"].get("atMobiles") or data["at"]["atUserIds"])[0]
        assert f"@{receiver}" in data["markdown"]["text"]
        return 200, {"errcode": 0, "errmsg": "ok"}

    def feishu_token(self, query, headers, data):
        if data != {"app_id": "cli_1", "app_secret": "app-secret"}:
            return 200, {"code": 10014, "msg": "app secret invalid"}
        return 200, {"code": 0, "msg": "ok", "tenant_access_token": self.token(), "expire": 7200}

    def feishu_send(self, query, headers, data):
        if headers.get("Authorization") != f"Bearer {self.valid}":
            return 400, {"code": 99991663, "msg": "Invalid access token for authorization"}
        assert query == {"receive_id_type": "user_id"}
        assert len(data["uuid"]) <= 50
        assert data["msg_type"] == "post"
        assert json.loads(data["content"])["zh_cn"]["title"]
        if data["receive_id"] not in KNOWN:
            return 400, {"code": 99992351, "msg": "not a valid user_id"}
        return 200, {"code": 0, "msg": "success", "data": {"message_id": "om_1"}}

    def feishu_robot(self, query, headers, data):
        if data.get("sign") != signed(f"{data.get('timestamp')}\n{SECRET}", ""):
            return 200, {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
        assert data["content"]["post"]["zh_cn"]["content"][0][0]["tag"] == "at"
        return 200, {"code": 0, "msg": "success", "data": {}}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _serve(self, method):
        provider, parts = self.server.provider, urlsplit(self.path)
        provider.asked += 1
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        trouble = provider.trouble
        if trouble == "hang":
            self.server.release.wait(5)
            return
        status, answer, extra = 200, None, {}
        if trouble == "garbage":
            text = "<html>welcome to the hotel wifi</html>"
        else:
            if isinstance(trouble, int):
                status, answer = trouble, {}
            elif trouble == "redirect":
                status, answer, extra = 302, {}, {"Location": "http://127.0.0.1:1/elsewhere"}
            elif isinstance(trouble, dict):
                answer = trouble
            else:
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                status, answer = provider.answer(method, parts.path, query, self.headers, body)
            text = "" if status == 204 else json.dumps(answer)
        self.send_response(status)
        for name, value in extra.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self):
        self._serve("GET")

    def do_POST(self):
        self._serve("POST")

    def log_message(self, *args):
        """Nothing on the screen of the tests."""


@pytest.fixture
def provider():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.provider, server.release = Provider(), threading.Event()
    server.provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.provider
    server.release.set()
    server.shutdown()
    server.server_close()
