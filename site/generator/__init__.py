"""All that knows MkDocs, its theme Material or mkdocstrings; `book` knows none of them."""
