"""Why something could not be delivered, for every channel alike. Pure."""


class UndeliverableError(Exception):
    """It did not go. `for_good`: it never will. `gone`: the channel leads nowhere any more."""

    def __init__(self, kind: str, *, for_good: bool = False, gone: bool = False) -> None:
        super().__init__(kind)
        self.for_good = for_good or gone
        self.gone = gone
