"""The ways out against a real HTTP server that judges as the providers do: signature, path, token, form, limits."""

import base64
import json
import time
from dataclasses import replace

import pytest

from pairing.channels import Line, Message, NotSent, Scope, open_way
from pairing.channels.http import HttpWay
from pairing.channels.message import fitted, markdown
from pairing.models import Channel
from pairing.tests.mail_servers import free_port
from pairing.tests.providers import SECRET, WEBHOOK_SECRET, provider

__all__ = ["provider"]
MESSAGE = Message(
    key="digest-7", language="zh-hans", subject="结对共建：2 件事项", greeting="李娜同志：",
    lines=(
        Line("协议等待签字", "第 12 号 · 焊接缺陷率偏高", "http://jiedui.example/agreements/12/"),
        Line("跟进到期", "第 7 号 · 电缆[返工](http://evil.example)", "http://jiedui.example/agreements/7/"),
    ),
    closing="以页面上的消息为准。", link="http://jiedui.example/inbox/",
)  # fmt: skip
KINDS = {
    "wecom_app": {"settings": {"corp_id": "ww1", "agent_id": "1000002"}, "secret": "app-secret"},
    "wecom_robot": {"secret": "robot-key"},
    "dingtalk_app": {"settings": {"app_key": "ding1", "agent_id": "77"}, "secret": "app-secret"},
    "dingtalk_robot": {"settings": {"token": "robot-token"}, "secret": SECRET},
    "feishu_app": {"settings": {"app_id": "cli_1", "id_type": "user_id"}, "secret": "app-secret"},
    "feishu_robot": {"settings": {"token": "hook-1"}, "secret": SECRET},
    "webhook": {"secret": WEBHOOK_SECRET},
}
APPS = ("wecom_app", "dingtalk_app", "feishu_app")
ROBOTS = ("wecom_robot", "dingtalk_robot", "feishu_robot")


def channel(kind, provider, **fields):
    url = provider.url + ("/hook" if kind == "webhook" else "")
    return Channel(kind=kind, name=kind, url=url, **(KINDS[kind] | fields))


def send(made, address="li.na", message=MESSAGE):
    with open_way(made) as way:
        way.send(message, address)


def refused(made, address="li.na"):
    with pytest.raises(NotSent) as caught:
        send(made, address)
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_is_taken_with_its_matters_and_links(kind, provider):
    send(channel(kind, provider))
    [(_path, body)] = provider.taken
    text = json.dumps(body, ensure_ascii=False)
    assert "协议等待签字" in text
    assert "http://jiedui.example/agreements/12/" in text


@pytest.mark.parametrize("kind", ROBOTS)
def test_a_group_does_not_read_what_the_matter_is_about(kind, provider):
    send(channel(kind, provider))
    assert "焊接缺陷率" not in json.dumps(provider.taken, ensure_ascii=False)


@pytest.mark.parametrize("kind", ["wecom_app", "dingtalk_app"])
def test_a_title_cannot_smuggle_in_a_link(kind, provider):
    send(channel(kind, provider))
    text = json.dumps(provider.taken, ensure_ascii=False)
    assert "[返工](" not in text
    assert "［返工］" in text


@pytest.mark.parametrize("kind", APPS)
def test_a_token_is_kept_and_an_expired_one_fetched_anew_once(kind, provider):
    made = channel(kind, provider)
    send(made)
    send(made)
    assert provider.tokens == 1
    provider.valid = "another one"  # the provider has taken ours back
    send(made)
    assert provider.tokens == 2
    assert len(provider.taken) == 3


@pytest.mark.parametrize("kind", APPS)
def test_an_unknown_person_concerns_nobody_else(kind, provider):
    error = refused(channel(kind, provider), "nobody")
    assert error.scope == Scope.ADDRESS


@pytest.mark.parametrize(
    "kind", ["wecom_app", "dingtalk_app", "feishu_app", "wecom_robot", "dingtalk_robot", "feishu_robot"]
)
def test_a_wrong_secret_is_said_with_the_code_of_the_provider(kind, provider):
    error = refused(channel(kind, provider, secret="hush-hush"))
    assert error.scope == Scope.GONE
    assert any(code in str(error) for code in ("40001", "40089", "10014", "93000", "310000", "19021"))
    assert "hush-hush" not in str(error)


def test_a_wrong_signature_of_the_webhook_is_not_taken(provider):
    other = "whsec_" + base64.b64encode(b"another secret of a good length!").decode()
    error = refused(channel("webhook", provider, secret=other))
    assert error.scope == Scope.GONE
    assert provider.taken == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("trouble", "scope", "words"),
    [(500, "gone", "500"), (503, "gone", "503"), ("redirect", "gone", "302"), (404, "channel", "404")],
)
def test_http_faults_are_said_in_words(kind, trouble, scope, words, provider):
    provider.trouble = trouble
    error = refused(channel(kind, provider))
    assert (error.scope, words in str(error)) == (scope, True)


@pytest.mark.parametrize("kind", ["wecom_robot", "dingtalk_app", "feishu_app", "webhook"])
def test_a_provider_that_hangs_is_left_after_a_short_while(kind, provider, monkeypatch):
    monkeypatch.setattr(HttpWay, "timeout", 0.3)
    provider.trouble = "hang"
    began = time.monotonic()
    assert refused(channel(kind, provider)).scope == Scope.GONE
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("kind", [*APPS, *ROBOTS])
def test_garbage_is_no_success(kind, provider):
    provider.trouble = "garbage"
    assert refused(channel(kind, provider)).scope == Scope.CHANNEL


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("wecom_robot", {"errcode": 45009, "errmsg": "api freq out of limit"}),
        ("dingtalk_robot", {"errcode": 130101, "errmsg": "send too fast"}),
        ("feishu_robot", {"code": 11232, "msg": "frequency limited"}),
    ],
)
def test_who_asks_for_patience_is_well(kind, answer, provider):
    provider.trouble = answer
    assert refused(channel(kind, provider)).scope == Scope.LATER


def test_nobody_there_and_an_unknown_name(provider):
    gone = channel("webhook", provider)
    gone.url = f"http://127.0.0.1:{free_port()}/hook"
    assert refused(gone).scope == Scope.GONE
    gone.url = "http://no-such-name.invalid/hook"
    assert refused(gone).scope == Scope.GONE


def test_proxies_of_the_environment_are_not_asked(provider, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    send(channel("wecom_robot", provider))
    assert len(provider.taken) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_long_messages_keep_within_the_limits(kind, provider):
    lines = tuple(
        Line(f"协议等待签字{n}", "很长的问题名称" * 10, f"http://jiedui.example/agreements/{n}/") for n in range(30)
    )
    send(channel(kind, provider), message=replace(MESSAGE, lines=lines))
    assert len(provider.taken) == 1


def test_what_does_not_fit_is_counted():
    lines = tuple(Line(f"事项{n}", "", f"http://x/{n}/") for n in range(30))
    text = fitted(replace(MESSAGE, lines=lines, rest=5), markdown, 600)
    shown = text.count("[事项")
    assert 0 < shown < 30
    assert str(35 - shown) in text
    assert len(text.encode()) <= 600
