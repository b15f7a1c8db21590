"""IPython's shell in a terminal: not there in a browser, nor what it would import."""

EXPLANATION = "IPython.embed() needs a terminal, and a page has none"


def embed(*arguments: object, **options: object) -> None:
    """Explain what is missing."""
    raise NotImplementedError(EXPLANATION)


class InteractiveShellEmbed:
    """Explains what is missing."""

    def __init__(self, *arguments: object, **options: object) -> None:
        raise NotImplementedError(EXPLANATION)
