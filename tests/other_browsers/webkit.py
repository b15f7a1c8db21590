"""WebKit: its MiniBrowser on a screen of its own, driven over WebDriver by Selenium."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from selenium.webdriver import ActionChains, Keys, Remote
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from tests.other_browsers.driver import PATIENCE

LIBRARIES = Path("/usr/lib")
PLACES = ["*/webkit2gtk-4.1/MiniBrowser", "*/webkitgtk-6.0/MiniBrowser"]


class WebKit:
    """A MiniBrowser with one page, in a profile that is forgotten."""

    def __init__(self, proxy: str = "") -> None:
        """Start the browser; `proxy`, if any, is asked for what is not on this machine."""
        driver = shutil.which("WebKitWebDriver")
        browsers = [path for place in PLACES for path in LIBRARIES.glob(place)]
        assert driver, "no WebKit is installed: tests/set_up_other_browsers installs one"
        assert browsers, f"none of {PLACES} is below {LIBRARIES}"
        self._screen = subprocess.Popen(
            ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._screen.stdout
        display = f":{self._screen.stdout.readline().strip()}"
        through = {"http_proxy": proxy, "no_proxy": "127.0.0.1"} if proxy else {}
        options = Options()
        options.binary_location = str(browsers[0])
        options.add_argument("--automation")
        self._service = Service(driver, env={**os.environ, "DISPLAY": display, **through})
        self._service.start()
        # Selenium's own class for this browser makes its connection in a way that is deprecated.
        connection = RemoteConnection(client_config=ClientConfig(self._service.service_url))
        try:
            self._driver = Remote(connection, options=options)
        except Exception:
            self._end()
            raise
        self._driver.set_script_timeout(PATIENCE + 30)
        self._driver.set_window_size(1280, 1000)

    def open(self, address: str) -> None:
        self._driver.get(address)

    def reload(self) -> None:
        self._driver.refresh()

    def evaluate(self, expression: str) -> Any:
        return self._driver.execute_async_script(
            f"const done = arguments[0]; Promise.resolve({expression}).then(done);"
        )

    def evaluate_in_frame(self, expression: str) -> Any:
        self._driver.switch_to.frame(0)
        try:
            return self.evaluate(expression)
        finally:
            self._driver.switch_to.default_content()

    def click(self, element: str) -> None:
        self._driver.find_element(By.XPATH, element).click()

    def draw(self, element: str, places: list[tuple[float, float]]) -> None:
        found = self._driver.find_element(By.XPATH, element)
        self._driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
        box, actions = found.rect, ActionChains(self._driver)
        for k, (x, y) in enumerate(places):
            across, down = (x - 0.5) * box["width"], (y - 0.5) * box["height"]
            actions.move_to_element_with_offset(found, int(across), int(down))
            if k == 0:
                actions.click_and_hold()
        actions.release().perform()

    def replace(self, text: str) -> None:
        keys = ActionChains(self._driver)
        text = text.replace("\n", Keys.ENTER)  # a newline by itself is no key of a keyboard
        keys.key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(text).perform()

    @property
    def problems(self) -> list[str]:
        return []  # WebDriver has no word for the console or for requests

    def close(self) -> None:
        self._driver.quit()
        self._end()

    def _end(self) -> None:
        self._service.stop()
        self._screen.terminate()
        self._screen.communicate(timeout=60)
