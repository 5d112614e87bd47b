"""The page on which an act is signed, as a person with a key goes through it."""


def asked(page):
    """Whether the page is the one that asks for a signature, its hashes computed by the browser."""
    if not page.locator("#sign").count():
        return False
    page.locator("#sign button[data-key]:not([disabled])").first.wait_for()
    return True


def sign_if_asked(page):
    """Sign with the first key and go on; whether there was anything to sign."""
    if not asked(page):
        return False
    page.locator("#sign button[data-key]").first.click()
    page.locator("#sign").wait_for(state="detached")
    page.wait_for_load_state()
    return True
