"""What axe-core finds wrong with a page for those who do not see it, or do not use a mouse."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import BrowserContext, Page

SCRIPT = Path(__file__).parents[2] / "site" / "node_modules" / "axe-core" / "axe.min.js"

# All of axe's rules, also the size of targets, which it does not ask for by itself.
RUN = """async () => {
  const { violations } = await axe.run(document, {
    resultTypes: ['violations'],
    rules: { 'target-size': { enabled: true } },
  });
  return violations.flatMap(({ id, help, nodes }) => nodes.map(
    ({ target, html, any }) => `${id}: ${help}: ${target.join(' ')}: ${html.slice(0, 200)}`
      + ` ${any.map(({ message }) => message).join('; ')}`));
}"""


def install(context: BrowserContext) -> None:
    """Bring axe-core into every page of a browser context."""
    context.add_init_script(path=SCRIPT)


def violations(page: Page) -> list[str]:
    """Return each violation as a line that names the rule and the element."""
    found: list[str] = page.evaluate(RUN)
    return found
