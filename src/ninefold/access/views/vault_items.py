"""What goes into a vault and comes out of it, always sealed. No view here has a plaintext or a key."""

import io
import zipfile
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.doing import fits
from ninefold.access.forms_vaults import SealedForm
from ninefold.access.guards import MINE, signed_in, the_person
from ninefold.access.policy import may_take_sealed
from ninefold.access.vaults.items import LARGEST
from ninefold.access.vaults.lists import text_of
from ninefold.access.vaults.states import allows
from ninefold.sealing.packing import entry_of


@signed_in
def deposit(request: HttpRequest, vault: UUID) -> HttpResponse:
    """Put something in: the page's script seals it before it comes here."""
    person, now = the_person(request), clock.now()
    seen = reads.vault_for(person, now, vault)
    allows(seen.state, "deposit").require()
    form = SealedForm(request.POST or None, request.FILES or None)

    def put() -> None:
        actions.deposit(by=person, now=now, vault=vault, **form.cleaned_data)

    if request.method == "POST" and fits(form, put):
        return HttpResponseRedirect(reverse("access:vault", args=[vault]))
    context = {"vault": seen, "key": reads.key_of(seen), "form": form, "most": LARGEST >> 20, "marks": MINE}
    return render(request, "access/vault_deposit.html", context, status=422 if form.errors else 200)


@signed_in
def opening(request: HttpRequest, vault: UUID) -> HttpResponse:
    """For custodians: pass on a share, or open, all of it in the browser."""
    person, now = the_person(request), clock.now()
    seen = reads.vault_for(person, now, vault)
    may_take_sealed(reads.reader_of(person), reads.vault_facts(seen)).require()
    allows(seen.state, "deposit").require()
    reads.require_entered(seen)
    share = reads.share_of(person, seen)
    others = [one for one in seen.custodians.order_by("index") if one != share]
    context = {"vault": seen, "share": share, "others": others, "marks": MINE}
    return render(request, "access/vault_open.html", context)


@signed_in
@require_GET
def file(request: HttpRequest, vault: UUID) -> HttpResponse:
    """The vault's file, for its custodians."""
    content = reads.file_of(the_person(request), clock.now(), vault)
    return _attached(content, "application/json", f"{vault}.vault")


@signed_in
@require_GET
def listed(request: HttpRequest, vault: UUID) -> HttpResponse:
    """What the entries say of each item, for custodians."""
    rows = reads.listed(the_person(request), clock.now(), vault)
    return JsonResponse({"items": [{**one._asdict(), "item": str(one.item)} for one in rows]})


@signed_in
@require_GET
def item(request: HttpRequest, vault: UUID, item: UUID) -> HttpResponse:
    """One item, sealed, for custodians."""
    sealed = reads.sealed_item(the_person(request), clock.now(), vault, item)
    return _attached(sealed, "application/octet-stream", f"{item}.age")


@signed_in
@require_GET
def sealed(request: HttpRequest, vault: UUID) -> HttpResponse:
    """Everything, sealed, in one file, for who opens off the server: the vault's file, the list and proof files too."""
    person, now = the_person(request), clock.now()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(entry_of(f"{vault}.vault"), reads.file_of(person, now, vault))
        archive.writestr(entry_of("items.json"), text_of(vault, reads.listed(person, now, vault)))
        for name, content in reads.sealed_items(person, now, vault):
            archive.writestr(entry_of(f"{name}.age"), content)
        for of, proof in reads.item_proofs(person, now, vault):
            archive.writestr(entry_of(f"{of}.tlog-proof"), proof)
    return _attached(packed.getvalue(), "application/zip", f"{vault}.zip")


def _attached(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
