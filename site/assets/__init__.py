"""What the page and JupyterLite load: Pyodide, the wheels it starts from, and JupyterLite itself.

`python -m assets _site` makes `_site/pyodide/` and `_site/lite/`.
Everything in them is served by the site itself.
"""
