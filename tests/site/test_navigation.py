"""Chapters come by number, other pages behind them, and links name their chapter."""

from book.navigation import navigation
from generator.theme_html import mark_chapters


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


def test_links_of_the_navigation_name_their_chapter() -> None:
    html = (
        '<a href="../moons/" class="md-nav__link">Moons</a>'
        '<a href="./" class="md-nav__link md-nav__link--active">Here</a>'
        '<a href=".." class="md-nav__link">Front</a>'
        '<a href="../moons/">In the text</a>'
    )
    marked = mark_chapters(html, "neuron")
    assert 'class="md-nav__link" data-chapter="moons">Moons' in marked
    assert 'class="md-nav__link md-nav__link--active" data-chapter="neuron">Here' in marked
    assert 'class="md-nav__link" data-chapter="index">Front' in marked
    assert '<a href="../moons/">In the text' in marked
