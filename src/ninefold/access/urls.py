"""Addresses of this room's own pages."""

from django.urls import path

from ninefold.access.views import audiences, doors, groups, keys, leaving, mine, people, records, vault_items, vaults

app_name = "access"
urlpatterns = [
    path("", mine.home, name="home"),
    path("enrol/", mine.enrol, name="enrol"),
    path("tokens/new/", mine.new_token, name="new_token"),
    path("tokens/<uuid:token>/end/", mine.end_token, name="end_token"),
    path("keys/new/", keys.new_key, name="new_key"),
    path("keys/browser/", keys.new_browser_key, name="new_browser_key"),
    path("keys/<uuid:key>/end/", keys.end_key, name="end_key"),
    path("correspondents/<uuid:person>/", keys.correspondent, name="correspondent"),
    path("sign-ins/<slug:session>/end/", mine.end_session, name="end_session"),
    path("audiences/new/", audiences.new_audience, name="new_audience"),
    path("audiences/<uuid:audience>/", audiences.audience, name="audience"),
    path("audiences/<uuid:audience>/successor/", leaving.successor, name="successor"),
    path("audiences/<uuid:audience>/successor/none/", leaving.unname, name="unname_successor"),
    path("audiences/<uuid:audience>/custody/", leaving.custody, name="custody"),
    path("audiences/<uuid:audience>/take/", leaving.take, name="take_custody"),
    path("audiences/<uuid:audience>/groups/", groups.confirm, name="confirm_group"),
    path("groups/<uuid:consent>/withdraw/", groups.withdraw, name="withdraw_group"),
    path("memberships/<uuid:membership>/end/", audiences.end_membership, name="end_membership"),
    path("people/", people.people, name="people"),
    path("people/<uuid:person>/invite/", people.invite_again, name="invite_again"),
    path("people/<uuid:person>/close/", leaving.close, name="close"),
    path("people/<uuid:person>/stay/", leaving.stay, name="stay"),
    path("orphans/", leaving.orphans, name="orphans"),
    path("records/<str:ref>/", records.record, name="record"),
    path("releases/<uuid:release>/end/", records.end_release, name="end_release"),
    path("releases/<uuid:release>/lower/", records.lower, name="lower"),
    path("vaults/", vaults.vaults, name="vaults"),
    path("vaults/keys/", vaults.keys, name="custodian_keys"),
    path("vaults/keys/<uuid:key>/end/", vaults.end_key, name="end_custodian_key"),
    path("vaults/found/", vaults.found, name="found_vault"),
    path("vaults/<uuid:vault>/", vaults.vault, name="vault"),
    path("vaults/<uuid:vault>/destroyed/", vaults.confirm_destroyed, name="vault_destroyed"),
    path("vaults/<uuid:vault>/deposit/", vault_items.deposit, name="vault_deposit"),
    path("vaults/<uuid:vault>/open/", vault_items.opening, name="vault_open"),
    path("vaults/<uuid:vault>/file/", vault_items.file, name="vault_file"),
    path("vaults/<uuid:vault>/sealed/", vault_items.sealed, name="vault_sealed"),
    path("vaults/<uuid:vault>/items/", vault_items.listed, name="vault_items"),
    path("vaults/<uuid:vault>/items/<uuid:item>/", vault_items.item, name="vault_item"),
    path("invitation/<str:secret>/", doors.invitation, name="invitation"),
    path("act-as/", doors.act_as, name="act_as"),
]
