"""A signed webhook for systems of the house: JSON by POST, signed as Standard Webhooks says (standardwebhooks.com).

Headers webhook-id (the same for the same digest), webhook-timestamp and webhook-signature: HMAC-SHA256 over
"id.timestamp.body" with the shared secret ("whsec_…"). Any answer 2xx means taken; the rest is tried again.
"""

import json
from datetime import UTC, datetime

from standardwebhooks import Webhook

from pairing.channels.http import HttpWay, refuse_status


class SignedWebhook(HttpWay):
    def send(self, message, address):
        at = datetime.now(UTC)
        body = json.dumps(_event(message, address, at), ensure_ascii=False)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message.key,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(self.channel.secret).sign(message.key, at, body),
        }
        status, _body = self.ask("POST", self.channel.url, data=body.encode(), headers=headers)
        refuse_status(status)


def _event(message, address, at):
    """The body: type, time, and under data whom it concerns and what."""
    return {
        "type": "pairing.digest",
        "timestamp": at.isoformat(timespec="seconds"),
        "data": {
            "person": address,
            "subject": message.subject,
            "items": [{"title": line.title, "text": line.text, "url": line.url} for line in message.lines],
            "more": message.rest,
            "inbox": message.link,
        },
    }
