"""People with an e-mail address that they confirmed, and what waits for them."""

from ninefold.access import actions, delivery
from ninefold.access.models import Channel, Item, Message
from ninefold.access.notice_models import MAIL
from ninefold.access.notices.post import Post
from ninefold.jobs.queue import OUTSIDE
from ninefold.jobs.worker import Worker

NOWHERE = Post("localhost", 9, "notices@talks.example", "starttls", "talks.example")


def reached(settings, person, now, *, address=None):
    """Let him be reached by e-mail, through his own acts."""
    settings.POST = settings.POST or NOWHERE
    channel = actions.ask_by_mail(by=person, now=now, address=address or f"{person.pk}@home.example")
    Message.objects.filter(channel=channel).delete()  # the letter with the code, which he has read
    return actions.confirm_mail(by=person, now=now, code=actions.code_of(channel))


def waiting_for(person):
    """How many items wait for him."""
    return Item.objects.filter(person=person).count()


def told(person):
    """The messages made for him, the code left out."""
    return list(Message.objects.filter(channel__person=person, batch__isnull=False).order_by("made_at"))


def beat(now):
    """What the clock does, and the lane that asks other machines."""
    delivery.send_what_is_due(now)
    Worker(clock=lambda: now, acts=()).run_ready(OUTSIDE)


def mail_of(person):
    return Channel.objects.filter(person=person, kind=MAIL).first()
