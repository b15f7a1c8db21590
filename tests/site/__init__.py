"""Tests of what turns the book into a site."""
