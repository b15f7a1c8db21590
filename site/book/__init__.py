"""From a chapter's Markdown to its page and its notebook. Knows nothing of MkDocs."""
