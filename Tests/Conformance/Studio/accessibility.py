"""Looks for what keeps people out: what axe-core finds, controls that are too small to hit, and focus that is not seen."""

from pathlib import Path

import axe_playwright_python

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()

SMALL = r"""
() => [...document.querySelectorAll("button, a[href], select, input[type=range], input[type=color]")]
  .filter(element => element.checkVisibility({ visibilityProperty: true }) && !element.closest("p, .prose, .notice"))
  .map(element => ({ element, box: element.getBoundingClientRect() }))
  .filter(({ box }) => box.height < 24 || box.width < 24)
  .map(({ element, box }) => `too small to hit: ${element.outerHTML.slice(0, 80)} ${Math.round(box.width)} × ${Math.round(box.height)}`)
"""

FOCUS = r"""
() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const around = element.closest(".chip, .filepick, .swatch");
  const shown = !around ? element : around.matches(".filepick") ? around : around.querySelector("span");
  const style = getComputedStyle(shown);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 ? null
    : "focus cannot be seen: " + element.outerHTML.slice(0, 80);
}
"""


def axe(page):
    """The violations that axe-core finds, in words. An evaluation is no script that the page's policy could forbid."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [f"axe: {each['id']}: {each['help']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


def problems(page):
    """What is wrong with the page as it is now, in words."""
    found = axe(page) + page.evaluate(SMALL)
    # Focus goes through the page from top to bottom and is seen.
    page.evaluate("document.activeElement?.blur()")
    unseen = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        if words := page.evaluate(FOCUS):
            unseen.add(words)
    page.evaluate("document.activeElement?.blur()")
    return found + sorted(unseen)
