"""The report in a real browser: it renders, sorts, filters, opens, zooms, prints."""

import functools
import json
import sys

from browser import ENTER, ESCAPE, RIGHT, Browser
from cli import LEMMA, Skip, check, check_has, check_status, lemma, run_tests
from records import need_h5py, sweep, two_layers

try:
    from lemma_analysis import open_run
    from lemma_analysis.pdf import find_browser
    from lemma_analysis.report import make, write
except ImportError:
    pass

VISIBLE = """return [...document.querySelectorAll("tr.verdict")].filter(r => !r.hidden)
  .map(r => [r.dataset.verdict, r.querySelector("button").textContent, r.cells[2].dataset.sort])"""


@functools.cache
def _browser():
    return Browser()


@functools.cache
def _why_not():
    try:
        _browser()
    except Skip as reason:
        return str(reason)
    return ""


def _page(folder):
    """A browser that shows the report of a small run; the record and the report."""
    need_h5py()
    if _why_not():
        raise Skip(_why_not())
    path = two_layers(folder, "--set", "train.rounds=5")
    report = make(path, LEMMA)
    write(report, folder / "r.html")
    browser = _browser()
    browser.open(folder / "r.html")
    browser.complaints()
    browser.open(folder / "r.html")
    return browser, path, report


def every_figure_is_drawn_and_nothing_complains(folder):
    browser, _, report = _page(folder)
    check(browser.complaints() == [])
    drawn = browser.run("""return [...document.querySelectorAll("[data-chart]")].map(home =>
        [...home.querySelectorAll("svg[viewBox]")].map(svg => [
          svg.querySelectorAll("path.line").length, svg.querySelectorAll("path.mark").length,
          svg.querySelectorAll(".band").length, svg.getBoundingClientRect().width]))""")
    check(len(drawn) == len(report.charts) >= 7)
    for chart, panels in zip(report.charts, drawn):
        shown = [p for p in chart.panels if p.lines or p.bands]
        check(len(shown) == len(panels), chart.name)
        for panel, (lines, marks, bands, width) in zip(shown, panels):
            check(lines == sum(line.dash != "none" for line in panel.lines), chart.name)
            check(marks > 0 or all(line.dash != "none" for line in panel.lines), chart.name)
            check(bands >= len(panel.bands) and width > 200, chart.name, panel.title, bands)
    check(browser.run("return performance.getEntriesByType('resource').length") == 0)
    check(len(browser.screenshot()) > 20000)
    bad = browser.run("""return [...document.querySelectorAll("svg path")].filter(p =>
        /NaN|Infinity|undefined/.test(p.getAttribute("d"))).length""")
    check(bad == 0, bad, "paths with what is no number")


def verdicts_are_filtered_by_outcome_and_words(folder):
    browser, path, _ = _page(folder)
    told = json.loads(lemma("check", "--json", path).stdout)[0]["claims"]
    for outcome in ("holds", "not applicable", "all"):
        browser.click(f'[data-outcome="{outcome}"]')
        want = sorted(c["claim"] for c in told if outcome in ("all", c["verdict"]))
        check(sorted(row[1] for row in browser.run(VISIBLE)) == want, outcome)
        check(browser.run(f"""return document.querySelector('[data-outcome="{outcome}"]')
            .getAttribute("aria-pressed")""") == "true")
    browser.type("#words", "triangle")
    some = browser.run(VISIBLE)
    check(0 < len(some) < len(told), some)
    check_has(browser.run("return document.getElementById('count').textContent"),
              f"{len(some)} of {len(told)}")


def verdicts_are_sorted_both_ways(folder):
    browser, _, _ = _page(folder)
    head = "#verdicts th:nth-child(3) button"
    browser.click(head)
    up = [float(row[2]) if row[2] else float("-inf") for row in browser.run(VISIBLE)]
    check(up == sorted(up) and len(set(up)) > 5, up)
    check(browser.run("return document.querySelector('#verdicts th:nth-child(3)').ariaSort") ==
          "ascending")
    browser.type(head, ENTER)
    down = [float(row[2]) if row[2] else float("-inf") for row in browser.run(VISIBLE)]
    check(down == sorted(up, reverse=True), down)
    browser.click("#verdicts th:nth-child(2) button")
    names = [row[1] for row in browser.run(VISIBLE)]
    check(names == sorted(names))


def a_verdict_opens_its_statement_and_its_curve_by_keyboard(folder):
    browser, _, _ = _page(folder)
    names = [row[1] for row in browser.run(VISIBLE)]
    place = 2 * names.index("path_length") + 1
    row = f"#verdicts tbody tr:nth-child({place})"
    browser.type(f"{row} button", ENTER)
    told = browser.run("""const row = document.querySelector(arguments[0]), detail =
        row.nextElementSibling; return [detail.hidden, detail.textContent,
        detail.querySelectorAll("svg[viewBox] path.line").length,
        row.querySelector("button").getAttribute("aria-expanded")]""", row)
    check(told[0] is False and told[3] == "true")
    check_has(told[1], "||W(r) - W(0)||_F", "theory 3(e)", "triangle inequality")
    check(told[2] == 4, told[2], "lines: slack and 1, measured and bound")
    check(browser.complaints() == [])
    browser.type(f"{row} button", ENTER)
    check(browser.run("return document.querySelector(arguments[0]).nextElementSibling.hidden",
                      row))


LOSS = "#figure-loss .panel svg[viewBox]"


def values_are_read_with_keys_and_pointer(folder):
    browser, path, _ = _page(folder)
    with open_run(path) as run:
        loss = run["loss/server"][:]
    browser.type(LOSS, RIGHT + RIGHT)
    told = browser.run("return document.querySelector('#figure-loss .told').textContent")
    check_has(told, "round r 1", f"measured, L(W(r)): {float(f'{loss[1]:.5g}'):g}")
    box = browser.run("""const svg = document.querySelector(arguments[0]);
        svg.scrollIntoView({block: "center"}); const b = svg.getBoundingClientRect();
        return [b.left, b.top, b.width, b.height]""", LOSS)
    browser.mouse(("move", box[0] + box[2] * 0.96, box[1] + box[3] / 2))
    told = browser.run("return document.querySelector('#figure-loss .told').textContent")
    check_has(told, "round r 5", f"{float(f'{loss[5]:.5g}'):g}")


def figures_zoom_by_keys_and_by_dragging(folder):
    browser, _, _ = _page(folder)
    ticks = """return [...document.querySelector(arguments[0]).querySelectorAll("text")]
        .map(t => t.textContent).join(" ")"""
    whole = browser.run(ticks, LOSS)
    browser.type(LOSS, "+")
    near = browser.run(ticks, LOSS)
    check(near != whole, near)
    browser.type(LOSS, "0")
    check(browser.run(ticks, LOSS) == whole)
    x, y, w, h = browser.run("""const svg = document.querySelector(arguments[0]);
        svg.scrollIntoView({block: "center"}); const b = svg.getBoundingClientRect();
        return [b.left, b.top, b.width, b.height]""", LOSS)
    browser.mouse(("move", x + 0.3 * w, y + 0.2 * h), ("down",),
                  ("move", x + 0.6 * w, y + 0.5 * h), ("up",))
    check(browser.run(ticks, LOSS) != whole)
    browser.type(LOSS, ESCAPE)
    check(browser.run(ticks, LOSS) == whole)
    check(browser.complaints() == [])


def a_curve_is_switched_off_in_the_legend(folder):
    browser, _, _ = _page(folder)
    count = "return document.querySelectorAll(arguments[0] + ' path.line').length"
    before = browser.run(count, LOSS)
    last = "#figure-loss .panel:first-child .legend button:last-child"
    browser.click(last)
    check(browser.run(count, LOSS) == before - 1)
    browser.type(last, ENTER)
    check(browser.run(count, LOSS) == before)


def dark_follows_the_system_and_the_switch(folder):
    browser, _, _ = _page(folder)
    paper = "return getComputedStyle(document.body).backgroundColor"
    ink = "return getComputedStyle(document.querySelector('path.line')).stroke"
    browser.scheme("light")
    light, line = browser.run(paper), browser.run(ink)
    check(light == "rgb(255, 255, 255)", light)
    browser.scheme("dark")
    dark = browser.run(paper)
    check(dark not in (light, "rgba(0, 0, 0, 0)") and browser.run(ink) != line, dark)
    browser.click("#theme")
    check(browser.run(paper) == light, "light, though the system is dark")
    browser.click("#theme")
    browser.scheme("light")
    check(browser.run(paper) == dark, "dark, though the system is light")
    browser.click("#theme")
    check(browser.run(paper) == light, "as the system")


def everything_is_reached_by_keyboard_and_named(folder):
    browser, _, _ = _page(folder)
    nameless = browser.run("""return [...document.querySelectorAll(
        "button, input, a, svg[tabindex]")]
        .filter(e => !(e.textContent.trim() || e.getAttribute("aria-label") ||
                       e.closest("label"))).length""")
    check(nameless == 0, nameless)
    check(browser.run("return document.querySelectorAll('svg[viewBox]:not([tabindex])').length")
          == 0)
    twice = browser.run("""const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
        return ids.filter((id, k) => ids.indexOf(id) !== k)""")
    check(twice == [], twice)


def a_narrow_window_needs_no_sideways_scrolling(folder):
    browser, _, _ = _page(folder)
    wide = browser.run("""document.body.style.width = "380px"; const w = Math.max(
        ...[...document.querySelectorAll("figure, header, nav, .cards")].map(e =>
        e.scrollWidth)); document.body.style.width = ""; return w""")
    check(wide <= 390, wide)


def the_page_prints(folder):
    browser, _, _ = _page(folder)
    browser.scheme("dark")
    raw = browser.print()
    browser.scheme("light")
    check(raw.startswith(b"%PDF") and len(raw) > 30000, len(raw))


def lemma_report_makes_a_pdf(folder):
    browser, path, _ = _page(folder)
    del browser
    if not find_browser():
        raise Skip("there is no chromium on the PATH")
    done = lemma("report", path, "--pdf", "r.pdf", folder=folder, environment={
        "LEMMA_PYTHON": sys.executable})
    check_status(done, 0)
    check((folder / "r.pdf").read_bytes().startswith(b"%PDF"))
    check(b"Chromium" in (folder / "r.pdf").read_bytes() or
          b"Skia" in (folder / "r.pdf").read_bytes(), "printed by Chromium")
    check(not (folder / "report.html").exists())


def a_sweep_s_page_draws_its_exponents(folder):
    _page(folder)
    made = sweep(folder, """base:
  data: {samples: 8, dimension: 6}
  partition: {clients: 2}
  network: {preset: two-layer-relu, width: 8, depth: 1}
  train: {local_steps: 3, rounds: 3, step_size: 1, step_rule: raw}
  probes: {loss: {}, deviation: {}, gradient_gap: {}}
  record: {data: none, weights: none}
axes:
  - network.width: [8, 32, 128]
seeds: 2
""")
    write(make(made, LEMMA), folder / "s.html")
    browser = _browser()
    browser.open(folder / "s.html")
    check(browser.complaints() == [])
    check(browser.run("return document.querySelectorAll('#figure-exponents svg[viewBox]').length")
          >= 1)
    browser.click('[data-outcome="undecided"]')
    check(all(row[0] == "undecided" for row in browser.run(VISIBLE)))


run_tests(globals())
