"""`ninefold completion SHELL`: the script that gives a shell completion."""

import click
from click.shell_completion import get_completion_class


@click.command(short_help="Print the line that gives your shell completion.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script of SHELL; add `eval "$(ninefold completion bash)"` to your shell's start file."""
    script = get_completion_class(shell)
    if script is not None:
        click.echo(script(ctx.find_root().command, {}, "ninefold", "_NINEFOLD_COMPLETE").source())
