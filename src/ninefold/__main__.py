"""`python -m ninefold` is the command `ninefold`."""

from ninefold.cli.main import main

main()
