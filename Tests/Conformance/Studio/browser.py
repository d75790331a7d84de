#!/usr/bin/env python3
"""Uses the page in a real browser, as somebody would: make test-browser.

    browser.py PROGRAM OUT [--page FOLDER]

Draws, generates, upscales, watches a run, looks at models; keeps screenshots in OUT. Fails at an error in the console, a
request to another address, and what an accessibility check finds. With --page, the files of the page come from a folder
instead of the program, to try changes without building.
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
from accessibility import problems
from served import ROOT, Served

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

    @staticmethod
    def serve(route, folder):
        name = route.request.url.split("://", 1)[1].split("/", 1)[1].split("?")[0] or "index.html"
        file = Path(folder) / name
        if "/" in name or not file.is_file():
            return route.fallback()
        types = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
        headers = route.fetch().headers
        headers["content-type"] = types.get(file.suffix, "application/json")
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
    from math import cos, pi, sin
    return [(x + radius * cos(2 * pi * i / count), y + radius * sin(2 * pi * i / count)) for i in range(count + 1)]


def draw(visit, out):
    page = visit.open("draw")
    expect(page.get_by_role("img", name="The image of your drawing")).to_be_visible()
    page.get_by_role("radio", name="emoji-sketch").check(force=True)
    stroke(page, ".paper", circle(.5, .5, .36, 30))
    # The page's policy forbids what wait_for_function does.
    until = time.time() + 60
    while not page.evaluate("performance.getEntriesByName('pen-to-image').length") and time.time() < until:
        time.sleep(.1)
    first = pixels(page, ".result")
    stroke(page, ".paper", circle(.38, .42, .04, 20))
    page.wait_for_timeout(500)
    check(pixels(page, ".result") != first, "draw: the image changes while drawing")

    # Continuous drawing: latency from pen to image, and frames.
    page.evaluate("performance.clearMeasures(); window.frames = []; "
                  "const tick = now => { frames.push(now); requestAnimationFrame(tick); }; requestAnimationFrame(tick);")
    page.evaluate("window.frames = []")
    for turn in range(4):
        stroke(page, ".paper", circle(.5, .5, .30 - .06 * turn, 150), pause=0.012)
    page.wait_for_timeout(400)
    times = page.evaluate("performance.getEntriesByName('pen-to-image').map(entry => entry.duration)")
    gaps = page.evaluate("frames.slice(1).map((now, index) => now - frames[index])")
    times.sort()
    rate = 1000 * len(gaps) / sum(gaps)
    print(f"      pen to image: median {statistics.median(times):.0f} ms, 95th percentile "
          f"{times[int(.95 * len(times))]:.0f} ms, {len(times)} images; {rate:.0f} frames a second", flush=True)
    check(len(times) > 20, "draw: images come while the pen is down")

    before = pixels(page, ".paper")
    page.keyboard.press("Control+z")
    check(pixels(page, ".paper") != before, "draw: undo")
    page.keyboard.press("Control+Shift+z")
    check(pixels(page, ".paper") == before, "draw: redo")
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("button", name="House").click()
    page.wait_for_timeout(1500)
    visit.shot(out, "draw")
    page.locator(".paper").focus()
    before = pixels(page, ".paper")
    for key in ["Space", "ArrowRight", "ArrowRight", "ArrowDown", "Space"]:
        page.keyboard.press(key)
    check(pixels(page, ".paper") != before, "draw: the keyboard draws, too")
    page.get_by_label("Overlay").check()
    visit.shot(out, "draw-overlay")
    page.get_by_label("Overlay").uncheck()
    page.get_by_role("radio", name="flowers-sketch").check(force=True)
    page.get_by_role("button", name="Sunflower").click()
    page.wait_for_timeout(6000)
    visit.shot(out, "draw-flowers")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save PNG").click()
    check(download.value.suggested_filename == "flowers-sketch.png", "draw: the image is saved")
    page.get_by_label("Load an image").set_input_files(str(ROOT / "Datasets/small/nuthatch.png"))
    page.wait_for_timeout(2500)
    check(pixels(page, ".paper") != before, "draw: a photo becomes a drawing")


def generate(visit, out):
    page = visit.open("generate")
    expect(page.locator("#generate .tile img")).to_have_count(12, timeout=60000)
    page.get_by_role("radio", name="fashion-cgan").check(force=True)
    page.get_by_role("checkbox", name="Bag").check(force=True)
    expect(page.locator("#generate .tile img")).to_have_count(24, timeout=60000)
    check(page.get_by_role("img", name="Seed 0, Bag").count() == 1, "generate: images of a class")
    page.get_by_role("radio", name="flowers", exact=True).check(force=True)
    expect(page.locator("#generate .tile img")).to_have_count(12, timeout=60000)
    visit.shot(out, "generate")
    page.locator("#generate .tile .open").nth(2).click()
    expect(page.locator(".ring button img")).to_have_count(8, timeout=60000)
    visit.shot(out, "generate-around")
    page.get_by_role("button", name="Close").click()
    for index in (0, 3, 5, 7):
        page.locator("#generate .tile input").nth(index).check(force=True)
    page.get_by_role("button", name="Morph").click()
    page.wait_for_timeout(800)
    first = page.locator(".pad img").get_attribute("src")
    page.locator(".pad").press("ArrowRight")
    page.wait_for_timeout(800)
    check(page.locator(".pad img").get_attribute("src") != first, "generate: the morph follows the keys")
    stroke(page, ".pad", [(.2, .2), (.5, .4), (.8, .3)], pause=0.1)
    page.wait_for_timeout(600)
    visit.shot(out, "generate-morph")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("radio", name="textures").check(force=True)
    expect(page.locator("#generate .tile img")).to_have_count(12, timeout=60000)
    visit.shot(out, "generate-seamless")


def upscale(visit, out):
    page = visit.open("upscale")
    visit.shot(out, "upscale-empty")
    photo = (ROOT / "Datasets/small/nuthatch.png").read_bytes()
    drop = page.evaluate_handle("""bytes => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], "nuthatch.png", { type: "image/png" }));
        return data; }""", list(photo))
    page.dispatch_event("#upscale .empty", "drop", {"dataTransfer": drop})
    expect(page.locator(".comparison canvas")).to_be_visible(timeout=120000)
    page.wait_for_timeout(500)
    first = pixels(page, ".comparison canvas")
    page.get_by_label("Line between before and after").fill("20")
    check(pixels(page, ".comparison canvas") != first, "upscale: the slider moves")
    page.get_by_label("Line between before and after").fill("50")
    page.get_by_role("button", name="Zoom in").click()
    visit.shot(out, "upscale")
    page.get_by_label("Add images").set_input_files([str(ROOT / "Datasets/small/dogs.png")])
    expect(page.locator(".queue li")).to_have_count(2)
    expect(page.locator(".queue .name:not([disabled])")).to_have_count(2, timeout=180000)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save all (zip)").click()
    archive = out / "upscaled.zip"
    download.value.save_as(archive)
    listed = subprocess.run([sys.executable, "-m", "zipfile", "-t", str(archive)], capture_output=True, text=True)
    check(listed.returncode == 0 and "Done" in listed.stdout, "upscale: the zip archive is whole")


def train(visit, out):
    page = visit.open("train")
    expect(page.get_by_text("Nothing has been trained yet")).to_be_visible()
    visit.shot(out, "train-empty")
    studio = visit.studio
    run = subprocess.Popen(
        [studio.program, "train", "gan", "--data", str(ROOT / "Datasets/small"), "--size", "32", "--steps", "100000",
         "--sample-every", "20", "--log-every", "1", "--batch-size", "4", "--quiet", "--out", str(studio.runs / "birds")],
        cwd=ROOT)
    try:
        page.wait_for_selector("#train .run", timeout=60000)
        page.locator("#train .run", has_text="birds").click()
        page.wait_for_selector("#train .legend span", timeout=60000)
        page.wait_for_selector("#train .samples img:not([hidden])", timeout=120000)
        check("running" in page.locator("#train .run").inner_text(), "train: a run of another process is live")
        first = page.locator("#train .number").first.inner_text()
        page.wait_for_timeout(4000)
        check(page.locator("#train .number").first.inner_text() != first, "train: the live run moves on")
        visit.shot(out, "train")
    finally:
        run.terminate()
        run.wait(60)
    page.get_by_role("button", name="Start a training").click()
    visit.shot(out, "train-start")
    page.get_by_role("button", name="Close").click()


def models(visit, out):
    page = visit.open("models")
    page.wait_for_selector("#models .card")
    page.wait_for_timeout(800)
    visit.shot(out, "models")
    page.get_by_role("button", name="emoji-sketch").click()
    page.wait_for_selector("dialog table")
    visit.shot(out, "models-card")
    page.get_by_role("button", name="Close").click()
    page.get_by_label("Inspect a file").set_input_files(str(ROOT / "Models/photo-x2/model.safetensors"))
    page.get_by_text("It can be used.").wait_for(timeout=30000)
    page.get_by_label("Name of the model").fill("mine")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("button", name="mine", exact=True)).to_be_visible(timeout=30000)
    check(True, "models: a dropped file is inspected and imported")


def looks(browser, studio, page_folder, out):
    """The same places in the dark, and on a phone."""
    for name, options in {"dark": {"color_scheme": "dark"}, "phone": {"viewport": {"width": 390, "height": 844},
                                                                     "has_touch": True, "is_mobile": True}}.items():
        visit = Visit(browser, studio, page_folder, **options)
        for place in ["draw", "generate", "upscale", "train", "models"]:
            page = visit.open(place)
            page.wait_for_timeout(2500)
            if place == "draw":
                page.get_by_role("button").filter(has_text="Smile").or_(page.get_by_role("button", name="Daisy")).first.click()
                page.wait_for_timeout(1500)
            visit.shot(out, f"{place}-{name}")
        visit.context.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("out", type=Path)
    parser.add_argument("--page")
    parser.add_argument("--only", help="places, separated by commas")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    places = {"draw": draw, "generate": generate, "upscale": upscale, "train": train, "models": models}
    wanted = (options.only or "draw,generate,upscale,train,models,looks").split(",")
    with Served(options.program) as studio, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name in wanted:
            if name == "looks":
                looks(browser, studio, options.page, options.out)
                continue
            visit = Visit(browser, studio, options.page, viewport={"width": 1440, "height": 900})
            try:
                places[name](visit, options.out)
            except Exception as error:
                visit.page.screenshot(path=str(options.out / f"{name}-failed.png"))
                check(False, f"{name}: {error}")
            visit.context.close()
        browser.close()
    for words in failures:
        print(f"failed: {words}")
    sys.exit(1 if failures else 0)


main()
