"""Where the provider answers: its sign-in page, and allauth's own addresses."""

from html import escape

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

PAGE = """<!doctype html><html lang="en"><title>Provider</title><main><h1>Who are you?</h1>
<form method="post"><input type="hidden" name="next" value="{next}"><label>Name <input name="name"></label>
<button>Go on</button></form></main></html>"""


@csrf_exempt
def enter(request):
    if request.method != "POST":
        return HttpResponse(PAGE.format(next=escape(request.GET.get("next", ""))))
    login(
        request, User.objects.get(username=request.POST["name"]), "allauth.account.auth_backends.AuthenticationBackend"
    )
    return HttpResponseRedirect(request.POST["next"])


urlpatterns = [path("enter/", enter), path("", include("allauth.idp.urls"))]
