"""Loops that send messages of one kind to the page as fast as they can."""

BEGIN = "from IPython.display import HTML, clear_output, display, update_display\nn = 0\n"
LOOP = "while True:\n    n += 1\n"

FLOODS = {
    "stream": BEGIN + LOOP + "    print('line', n)",
    "two streams": BEGIN
    + "import sys\n"
    + LOOP
    + "    print('line', n)\n    print('line', n, file=sys.stderr)",
    "clear_output": BEGIN + LOOP + "    print('line', n)\n    clear_output(wait=True)",
    "clear_output at once": BEGIN + LOOP + "    clear_output()\n    print('line', n)",
    "display": BEGIN + LOOP + "    display(HTML(f'<b>line</b> {n}'))",
    "display and clear": BEGIN
    + LOOP
    + "    clear_output(wait=True)\n    display(HTML(f'<b>line</b> {n}'))",
    "update_display": BEGIN
    + "display(HTML('line'), display_id='flood')\n"
    + LOOP
    + "    update_display(HTML(f'<b>line</b> {n}'), display_id='flood')",
    "large displays": BEGIN
    + "text = '<i>line</i> ' * 2_000\n"
    + LOOP
    + "    clear_output(wait=True)\n    display(HTML(f'{text} {n}'))",
    "error": "import traceback\n"
    + BEGIN
    + LOOP
    + "    try:\n        1 / 0  # line\n    except ZeroDivisionError:\n"
    + "        traceback.print_exc()\n        print('line')",
}
"""Code by the kind of its messages; each shows `line` before long."""
