"""A visit to the page: opens places, draws with the mouse, takes screenshots, and notes what goes wrong."""

import time
from math import cos, pi, sin
from pathlib import Path

from accessibility import problems

failures = []


def check(condition, words):
    print(("ok    " if condition else "FAIL  ") + words, flush=True)
    if not condition:
        failures.append(words)


class Visit:
    """A page, with what goes wrong in it."""

    def __init__(self, browser, studio, page_folder, **options):
        self.context = browser.new_context(accept_downloads=True, reduced_motion="reduce", **options)
        self.page = self.context.new_page()
        self.page.on("console", lambda message: message.type == "error" and failures.append(
            f"console: {message.text}"))
        self.page.on("pageerror", lambda error: failures.append(f"error: {error}"))
        self.page.on("request", lambda request: self.seen(request, studio))
        if page_folder:
            self.context.route(f"{studio.address}/**", lambda route: self.serve(route, page_folder))
        self.studio = studio

    @staticmethod
    def seen(request, studio):
        if not request.url.startswith((studio.address, "data:", "blob:")):
            failures.append(f"request to {request.url}")

    def serve(self, route, folder):
        name = route.request.url.removeprefix(self.studio.address + "/").split("?")[0] or "index.html"
        file = Path(folder) / name
        if not file.is_file():
            return route.fallback()
        types = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
        headers = route.fetch(url=self.studio.address + "/").headers | {"content-type": types.get(file.suffix, "text/plain")}
        route.fulfill(body=file.read_bytes(), headers=headers)

    def open(self, place):
        self.page.goto(f"{self.studio.address}/#{place}")
        self.page.wait_for_selector(f"#{place} h1")
        return self.page

    def shot(self, out, name):
        self.page.screenshot(path=str(out / f"{name}.png"))
        found = self.page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
        check(not found, f"{name}: nothing is wider than the window")
        for words in problems(self.page):
            check(False, f"{name}: {words}")


def pixels(page, selector):
    """A number that changes with the pixels of a canvas."""
    return page.eval_on_selector(selector, """canvas => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let sum = 0;
        for (let at = 0; at < data.length; at += 4) sum = (sum * 31 + data[at] + 7 * data[at + 1] + 13 * data[at + 2]) | 0;
        return sum; }""")


def settled(page, selector, unlike=None, wait=30):
    """What `pixels` says once it is something else and stays so; after the wait, whatever it is."""
    until, last = time.time() + wait, None
    while time.time() < until:
        page.wait_for_timeout(400)
        now = pixels(page, selector)
        if now == last and now != unlike:
            break
        last = now
    return now


def stroke(page, selector, points, pause=0.016):
    box = page.locator(selector).bounding_box()
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*at[0])
    page.mouse.down()
    for place in at[1:]:
        page.mouse.move(*place)
        time.sleep(pause)
    page.mouse.up()


def circle(x, y, radius, count=120):
    return [(x + radius * cos(2 * pi * i / count), y + radius * sin(2 * pi * i / count)) for i in range(count + 1)]
