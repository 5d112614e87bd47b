"""What has ended is forgotten: sessions, links, and tokens whose end lies behind. A beat calls it; no entry is due."""

from datetime import datetime, timedelta

from ninefold.access.models import Channel, Item, Link, Message, Session, Token
from ninefold.access.notice_models import WAITING

KEPT_AFTER_END = timedelta(days=30)
"""How long an ended token stays on its owner's page, so that he sees what ended."""

MESSAGES_KEPT = timedelta(days=14)
"""How long a feed shows that something came."""


def forget_what_ended(*, now: datetime) -> int:
    """Delete what no longer lets anybody in; the number of rows deleted."""
    ended = (
        Session.objects.filter(expire_date__lte=now),
        Link.objects.filter(ends__lte=now),
        Link.objects.filter(used=True),
        Token.objects.filter(ends__lte=now - KEPT_AFTER_END),
        Channel.objects.filter(ends__lte=now),
        Message.objects.filter(made_at__lte=now - MESSAGES_KEPT).exclude(state=WAITING),
        Item.objects.filter(due__lte=now - MESSAGES_KEPT),
    )
    return sum(rows.delete()[0] for rows in ended)
