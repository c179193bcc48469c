"""The report on paper: the page as Chromium prints it, or, without Chromium, by matplotlib."""

import os
import shutil
import subprocess
import tempfile
import textwrap

from .draw import draw
from .errors import need
from .output import destination, failed

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def find_browser():
    """The path of a Chromium, or None. $CHROMIUM comes first."""
    for name in (os.environ.get("CHROMIUM"), *BROWSERS):
        if name and shutil.which(name):
            return shutil.which(name)
    return None


def write_pdf(report, path, browser=None):
    """Writes a Report to path as PDF. browser: of find_browser; '' for none."""
    path = destination(path)
    browser = find_browser() if browser is None else browser
    if not browser or not _print_page(report, path, browser):
        _draw_pages(report, path)


def _print_page(report, path, browser):
    """Whether Chromium printed the page."""
    with tempfile.TemporaryDirectory(prefix="lemma-") as folder:
        page = os.path.join(folder, "report.html")
        made = os.path.join(folder, "report.pdf")
        with open(page, "w", encoding="utf-8") as file:
            file.write(report.html())
        words = [browser, "--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer",
                 f"--user-data-dir={folder}/profile", f"--print-to-pdf={made}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            words.append("--no-sandbox")  # which Chromium refuses to have as root
        try:
            subprocess.run([*words, "file://" + page], capture_output=True, check=False,
                           timeout=180)
        except (OSError, subprocess.TimeoutExpired):
            return False
        if not os.path.exists(made):
            return False
        try:
            shutil.copyfile(made, path)
        except OSError as error:
            raise failed(path, error) from error
        return True


def _draw_pages(report, path):
    need("matplotlib", "python3-matplotlib", "a PDF without Chromium")
    from matplotlib.backends.backend_pdf import PdfPages  # pylint: disable=C0415
    from matplotlib.figure import Figure  # pylint: disable=C0415

    lines = [report.subtitle, ""]
    lines += [f"{verdict:15} {name:28} {note}"[:150] for verdict, name, note in report.verdicts]
    folded = [part for line in lines for part in textwrap.wrap(line, 105) or [""]]
    try:
        with PdfPages(path, metadata={"Title": report.title, "CreationDate": None}) as pages:
            for k in range(0, len(folded), 80):
                sheet = Figure(figsize=(8.27, 11.69))
                sheet.text(0.06, 0.96, report.title, fontsize=13, fontweight="bold", va="top")
                sheet.text(0.06, 0.93, "\n".join(folded[k:k + 80]), fontsize=6.5, va="top",
                           family="monospace")
                pages.savefig(sheet)
            for chart in report.charts:
                pages.savefig(draw(chart, columns=2))
    except OSError as error:
        raise failed(path, error) from error
