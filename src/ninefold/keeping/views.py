"""What a person takes along, as a download."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from ninefold import clock
from ninefold.access.guards import signed_in, the_person
from ninefold.keeping.exporting import export


@signed_in
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Everything that he may read now, in one file."""
    now = clock.now()
    response = HttpResponse(export(the_person(request), now), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="ninefold-{now:%Y-%m-%d}.zip"'
    response["Cache-Control"] = "no-store"
    return response
