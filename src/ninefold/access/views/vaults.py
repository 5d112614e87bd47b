"""Vaults: those of which one knows, one of them, the keys of custodians, and the ceremony that founds one."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.doing import done, fits
from ninefold.access.forms_vaults import CustodianKeyForm, VaultForm
from ninefold.access.guards import MINE, signed_in, the_person
from ninefold.access.labels_vaults import STATE_NAMES
from ninefold.access.policy import may_confirm_destroyed
from ninefold.access.vaults.shares import MOST
from ninefold.access.vaults.states import OPEN, allows, needed_to_destroy
from ninefold.access.views.factors import proven
from ninefold.ledger.refs import Ref


@signed_in
def vaults(request: HttpRequest) -> HttpResponse:
    """The vaults of which this person knows."""
    person, now = the_person(request), clock.now()
    context = {
        "vaults": [{"vault": one, "state": STATE_NAMES[one.state]} for one in reads.vaults_known_to(person, now)],
        "keys": reads.custodian_keys(person),
        "may_found": reads.may_found(person, now),
        "now": now,
        "marks": MINE,
    }
    return render(request, "access/vaults.html", context)


@signed_in
def vault(request: HttpRequest, vault: UUID) -> HttpResponse:
    """One vault from outside: who keeps it, what it holds by day and size, how it ends."""
    person, now = the_person(request), clock.now()
    seen = reads.vault_for(person, now, vault)
    custodians = list(seen.custodians.select_related("person").order_by("index"))
    marks = reads.marks_for(person, now, "access:vault", [seen.pk]).get(seen.pk, [])
    context = {
        "vault": seen,
        "state": STATE_NAMES[seen.state],
        "custodians": custodians,
        "confirmed": sum(one.confirmed_day is not None for one in custodians),
        "needed": needed_to_destroy(seen.k, seen.n),
        "held": reads.held(seen),
        "share": reads.share_of(person, seen),
        "takes": allows(seen.state, "deposit"),
        "is_open": seen.state == OPEN,
        "entered": reads.is_entered(seen),
        "confirming": may_confirm_destroyed(reads.reader_of(person), reads.vault_facts(seen)),
        "digest": bytes(seen.digest).hex(),
        "ref": str(Ref("access", "vault", seen.pk)) if marks else "",
        "marks": marks or MINE,
    }
    return render(request, "access/vault.html", context)


@signed_in
@require_POST
def confirm_destroyed(request: HttpRequest, vault: UUID) -> HttpResponse:
    """A custodian's key is destroyed."""
    person, now = the_person(request), clock.now()
    return done(
        request,
        reverse("access:vault", args=[vault]),
        lambda: actions.confirm_destroyed(by=person, now=now, vault=vault),
        words=_("It is noted that your key is destroyed."),
    )


@signed_in
@proven
def keys(request: HttpRequest) -> HttpResponse:
    """A custodian's keys: made in the browser or brought from elsewhere; only the public half comes here."""
    person, now = the_person(request), clock.now()
    form = CustodianKeyForm(request.POST or None)

    def publish() -> None:
        data = form.cleaned_data
        actions.publish_custodian_key(by=person, now=now, name=data["name"], recipient=data["recipient"].strip())

    if request.method == "POST" and fits(form, publish):
        return HttpResponseRedirect(reverse("access:custodian_keys"))
    context = {"form": form, "keys": reads.custodian_keys(person), "now": now, "marks": MINE}
    return render(request, "access/vault_keys.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def end_key(request: HttpRequest, key: UUID) -> HttpResponse:
    """Offer a key no longer."""
    person, now = the_person(request), clock.now()
    return done(
        request,
        reverse("access:custodian_keys"),
        lambda: actions.end_custodian_key(by=person, now=now, key=key),
        words=_("The key is not offered any more."),
    )


@signed_in
@proven
def found(request: HttpRequest) -> HttpResponse:
    """Bring a vault: founded by the page's script from published keys, or elsewhere with the command."""
    person, now = the_person(request), clock.now()
    keepers = reads.keepers(person, now)
    form = VaultForm(request.POST or None)
    form.offer(person, now, least="tlp:green")

    def register() -> None:
        actions.register_vault(by=person, now=now, **form.told())

    if request.method == "POST" and fits(form, register):
        return HttpResponseRedirect(reverse("access:vaults"))
    context = {"form": form, "keepers": keepers, "most": MOST, "today": now.date(), "marks": MINE}
    return render(request, "access/vault_found.html", context, status=422 if form.errors else 200)
