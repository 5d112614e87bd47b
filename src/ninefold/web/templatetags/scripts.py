"""Scripts of a page, each with the fingerprint that a browser holds it against."""

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ninefold.web.assets import imported, integrity

register = template.Library()


@register.simple_tag
def module(name: str) -> SafeString:
    """`{% module 'web/sign.js' %}`: a module, after everything that it imports."""
    # A module names what it imports without a version, so that is how it is asked for.
    before = format_html_join(
        "",
        '<link rel="modulepreload" href="{}" integrity="{}">',
        ((_unversioned(one), integrity(one)) for one in imported(name)),
    )
    script = format_html('<script type="module" src="{}" integrity="{}"></script>', static(name), integrity(name))
    return before + script


@register.simple_tag
def script(name: str) -> SafeString:
    """`{% script 'account/js/onload.js' %}`: a script of the older kind, which imports nothing."""
    return format_html('<script src="{}" integrity="{}"></script>', static(name), integrity(name))


def _unversioned(name: str) -> str:
    return f"{settings.STATIC_URL}{name}"
