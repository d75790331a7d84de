"""What somebody does in each place of the page."""

import shutil
import statistics
import subprocess
import sys
import time

from playwright.sync_api import expect
from served import ROOT
from visiting import check, circle, pixels, settled, stroke


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
    told(visit, out)


def told(visit, out):
    """A translator that knows classes, and takes color hints and noise."""
    studio, run = visit.studio, visit.studio.folder / "told"
    studio.make_images(studio.folder / "images", 6)
    subprocess.run(
        [studio.program, "train", "pix2pix", "--data", str(studio.folder / "images"), "--sketch", "any", "--classes",
         "--color-hints", "--crop-size", "64", "--net-g", "guided_64", "--ngf", "4", "--lr", "0.02", "--batch-size", "2",
         "--steps", "8", "--quiet", "--out", str(run)],
        cwd=ROOT, check=True)
    shutil.copytree(run / "model", studio.models / "told")
    page = visit.page
    page.reload()
    page.get_by_role("radio", name="told").check(force=True, timeout=30000)
    page.get_by_role("button", name="Tulip").click()
    page.locator(".promise").wait_for(state="hidden", timeout=60000)
    first = settled(page, ".result")
    page.get_by_role("button", name="Another image").click()
    other = settled(page, ".result", unlike=first)
    check(other != first, "draw: noise changes the image")
    page.get_by_role("group", name="It shows").get_by_role("radio").nth(2).check(force=True)
    second = settled(page, ".result", unlike=other)
    check(second != other, "draw: the class changes the image")
    lines = pixels(page, ".paper")
    page.get_by_role("radio", name="Red").click(force=True)
    stroke(page, ".paper", circle(.5, .42, .06, 20))
    page.get_by_role("radio", name="Blue").click(force=True)
    stroke(page, ".paper", circle(.2, .2, .04, 20))
    third = settled(page, ".result", unlike=second)
    check(third != second, "draw: dabs of color change the image")
    check(pixels(page, ".paper") == lines, "draw: dabs leave the lines alone")
    visit.shot(out, "draw-told")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    check(settled(page, ".result", unlike=third) == second, "draw: dabs can be taken back")


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
    first = page.locator(".pad .pixels").get_attribute("src")
    page.locator(".pad").press("ArrowRight")
    page.wait_for_timeout(800)
    check(page.locator(".pad .pixels").get_attribute("src") != first, "generate: the morph follows the keys")
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
    started(visit, out)


def started(visit, out):
    """A training from the page: it starts, stops, and goes on."""
    page, studio = visit.page, visit.studio
    studio.make_images(studio.data / "flowers", 40)
    page.get_by_role("button", name="Start a training").click()
    page.get_by_role("button", name=str(studio.data)).click()
    page.get_by_role("button", name="flowers", exact=True).click()
    page.get_by_text("images", exact=False).filter(has_text="broken").wait_for(timeout=120000)
    visit.shot(out, "train-start")
    page.get_by_role("button", name="Start", exact=True).click()
    run = page.locator("#train .run", has_text="flowers")
    def becomes(state, button):
        expect(run).to_contain_text(state, timeout=300000)
        expect(page.get_by_role("button", name=button, exact=True)).to_be_visible(timeout=30000)
        check(True, f"train: the started run is {state}")
        return page.get_by_role("button", name=button, exact=True)

    try:
        becomes("running", "Stop").click()
        becomes("stopped", "Go on").click()
        becomes("running", "Stop").click()
        becomes("stopped", "Go on")
    finally:
        # A training goes on when Studio ends.
        page.request.post(f"{studio.address}/api/runs/flowers/stop")


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
