#!/usr/bin/env python3
"""Uses the page in a real browser, as somebody would: make test-browser.

    browser.py PROGRAM OUT [--page FOLDER]

Draws, generates, upscales, watches a run, looks at models; keeps screenshots in OUT. Fails at an error in the console, a
request to another address, and what an accessibility check finds. With --page, the files of the page come from a folder
instead of the program, to try changes without building.
"""

import argparse
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
from places import draw, generate, models, train, upscale
from served import Served
from visiting import Visit, check, failures


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
