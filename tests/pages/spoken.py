"""What a page says, for tests of several pages."""


def spoken(page):
    """Return everything that stands on the page as text."""
    texts = (*page.markdown, *page.caption, *page.warning, *page.error)
    return " ".join(text.value for text in texts)


def titles(page):
    """Return the titles."""
    return [title.value for title in page.title]
