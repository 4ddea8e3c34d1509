"""What WeCom, DingTalk and Feishu have in common: an answer with a code, a token that expires."""

import hashlib
import threading
import time

from django.utils.translation import gettext as _

from pairing.channels.http import HttpWay
from pairing.channels.protocol import NotSent, Scope

EARLY = 300  # seconds before its end from which a token is fetched anew


class Tokens:
    """Access tokens of this process: {key: (token, end on the monotonic clock)}; shared by its threads."""

    def __init__(self):
        self._kept, self._lock = {}, threading.Lock()

    def get(self, key, fetch):
        """The token of `key`; `fetch()` -> (token, seconds) is asked when there is none that lasts."""
        with self._lock:
            token, end = self._kept.get(key, ("", 0.0))
            if time.monotonic() >= end:
                token, seconds = fetch()
                self._kept[key] = token, time.monotonic() + max(seconds - EARLY, 0)
            return token

    def forget(self, key):
        with self._lock:
            self._kept.pop(key, None)


tokens = Tokens()


class ProviderWay(HttpWay):
    """`code_key` and `text_key` name code and words of an answer; `meanings`: {code: (lazy words, Scope)}."""

    code_key, text_key = "errcode", "errmsg"
    meanings: dict = {}
    token_codes: frozenset = frozenset()  # "your token is not valid (any more)"

    def judge(self, answer):
        """Raise NotSent unless the answer's code is 0; a code without a meaning here is quoted as it is."""
        code, text = answer.get(self.code_key), str(answer.get(self.text_key, ""))[:200]
        if code == 0:
            return answer
        words, scope = self.meanings.get(code, ("", Scope.CHANNEL))
        if not words:
            words = _("The other side refuses the message.")
        raise NotSent(f"{words} ({code} {text})" if code is not None else str(words), scope)

    def call(self, method, path, **arguments):
        """The answer of a call without a token; raises NotSent."""
        return self.judge(self.ask_json(method, self.base + path, **arguments))

    def fetch_token(self):
        """(token, seconds it lasts); raises NotSent."""
        raise NotImplementedError

    def call_with_token(self, send):
        """`send(token)` -> answer as a dict, not judged; once more with a new token if the old one has expired."""
        answer = send(tokens.get(self._key, self.fetch_token))
        if answer.get(self.code_key) in self.token_codes:
            tokens.forget(self._key)
            answer = send(tokens.get(self._key, self.fetch_token))
        return self.judge(answer)

    @property
    def _key(self):
        """Another secret or address is another token."""
        parts = f"{self.channel.kind} {self.base} {sorted(self.channel.settings.items())} {self.channel.secret}"
        return hashlib.sha256(parts.encode()).hexdigest()
