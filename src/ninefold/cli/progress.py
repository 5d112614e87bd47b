"""The bar of a long command: on the error stream, and only where a person watches it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(label: str, count: Callable[[], int]) -> Iterator[Callable[[int], None]]:
    """A function that is told how many more of `count()` steps are done. Nobody counts where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=count(), label=label, file=sys.stderr) as bar:
        yield bar.update
