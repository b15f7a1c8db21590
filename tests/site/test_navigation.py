"""Chapters come by number, other pages behind them, and links name their chapter."""

from book.navigation import navigation


def test_chapters_are_numbered_and_the_rest_is_behind_them() -> None:
    sources = {
        "sources.md": "# Sources\n",
        "10-moons.md": "---\ntitle: Moons\n---\n",
        "02-neuron.md": "# A neuron\n",
        "glossary.md": "# Glossary\n",
        "index.md": "# micrograd live\n",
    }
    assert navigation(sources) == [
        {"micrograd live": "index.md"},
        {"2 A neuron": "02-neuron.md"},
        {"10 Moons": "10-moons.md"},
        {"More": [{"Glossary": "glossary.md"}, {"Sources": "sources.md"}]},
    ]


def test_a_chapter_can_begin_a_part() -> None:
    sources = {
        "index.md": "# Book\n",
        "09-moons.md": "# Moons\n",
        "10-digits.md": "---\ntitle: Digits\npart: Part two\n---\n",
        "11-steps.md": "# Steps\n",
    }
    assert navigation(sources) == [
        {"Book": "index.md"},
        {"9 Moons": "09-moons.md"},
        {"Part two": [{"10 Digits": "10-digits.md"}, {"11 Steps": "11-steps.md"}]},
    ]
