"""A walk along every link that a reader finds."""

import re
from urllib.parse import urljoin

_LINK = re.compile(r'(?:href|action)="([^"#]+)')
_NOT_WALKED = ("/static/", "http", "/sign-in/", "data:")


def walk(client, *starts, most=400):
    """Every page that links lead to, as (path, response); countries and pages of lists are walked as samples."""
    waiting, seen, countries = list(starts or ["/"]), set(), 0
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in seen or path.startswith(_NOT_WALKED):
            continue
        if re.match(r"/warning/[A-Z]{3}/", path):
            countries += 1
            if countries > 12:
                continue
        seen.add(path)
        response = client.get(path)
        yield path, response
        if response.get("Content-Type", "").startswith("text/html"):
            links = [link.replace("&amp;", "&") for link in _LINK.findall(response.content.decode())]
            waiting += [urljoin(path, link) for link in links]
        if response.status_code in (301, 302):
            waiting.append(urljoin(path, response.url))
