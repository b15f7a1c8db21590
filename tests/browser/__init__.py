"""The built site, read and used in a real browser."""
