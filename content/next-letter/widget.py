"""The GPT of the front page: what it takes from its chapter, and what stands without a script.

`data` is called with the names of the chapter's cells once they have run, `html` with what it gave.
"""

from __future__ import annotations

import math
from html import escape
from typing import Any

BEGINNING = "mar"
ROWS = 5
"""How many of the next letters are shown, the likeliest first."""


def data(names: dict[str, Any]) -> dict[str, Any]:
    """The trained model as numbers, and an example of how it goes on with a beginning."""
    letters, scores_after = names["letters"], names["scores_after"]

    def chances(tokens: list[int]) -> list[float]:
        scores = scores_after(tokens)
        powers = [math.exp(score - max(scores)) for score in scores]
        return [power / sum(powers) for power in powers]

    def likeliest(tokens: list[int]) -> list[int]:
        tokens = list(tokens)
        while tokens[-1] != 0 and len(tokens) < names["POSITIONS"]:
            found = chances(tokens)
            tokens.append(found.index(max(found)))
        return tokens

    tokens = [letters.index(letter) for letter in f".{BEGINNING}"]
    found = chances(tokens)
    rows = []
    for token in sorted(range(len(letters)), key=lambda token: -found[token])[:ROWS]:
        name = likeliest([*tokens, token])
        ends = name[-1] == 0
        written = "".join(letters[i] for i in (name[1:-1] if ends else name[1:]))
        rows.append({"letter": letters[token], "chance": found[token], "name": written})
    return {
        "letters": letters,
        "heads": names["HEADS"],
        "positions": names["POSITIONS"],
        "names": names["steps"],
        "tables": {
            name: [[weight.data for weight in row] for row in table]
            for name, table in names["model"].items()
        },
        "example": rows,
    }


def html(given: dict[str, Any]) -> str:
    """The field, and the rows of the example below it."""
    rows = "\n".join(
        f'<tr><th scope="row">{"end" if row["letter"] == "." else escape(row["letter"])}</th>'
        f'<td><span class="next-letter-bar" style="--chance: {row["chance"]:.4f}"></span>'
        f"{row['chance']:.0%}</td><td>{escape(row['name'])}</td></tr>"
        for row in given["example"]
    )
    likeliest = escape(given["example"][0]["name"])
    longest = given["positions"] - 1
    numbers = sum(len(row) for table in given["tables"].values() for row in table)
    return f"""<form class="next-letter-form"><fieldset disabled>
<label for="next-letter-beginning">Type the beginning of a name, and a GPT goes on:</label>
<input id="next-letter-beginning" type="text" value="{BEGINNING}" maxlength="{longest}"
 autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false" translate="no">
</fieldset></form>
<p class="next-letter-words" role="status">Likeliest: <b translate="no">{likeliest}</b></p>
<table class="next-letter-table" translate="no">
<thead><tr>
<th scope="col">next</th><th scope="col">how likely</th><th scope="col">and so on</th>
</tr></thead>
<tbody>
{rows}
</tbody>
</table>
<p>It has {numbers:,} numbers, found from {given["names"]:,} names when this page was built.
You will have written all of it, and trained it, in <a href="a-gpt/">chapter 14</a>.</p>"""
