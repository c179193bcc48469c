"""The command line: python3 -m lemma_analysis report|plot|figures ..."""

import argparse
import os
import sys
import traceback

from .errors import MissingPackage, RecordError, WriteError, harmless, shown


def _dpi(text):
    value = int(text)
    if not 10 <= value <= 2400:
        raise argparse.ArgumentTypeError(f"expected 10 to 2400, got {text}")
    return value


def _arguments():
    parser = argparse.ArgumentParser(
        prog="lemma_analysis", description="Reads lemma's records, draws them against the "
        "theory, writes reports.", epilog="Exit status: 0 fine; 2 usage or a bad file; 3 trouble "
        "(a package that is missing, a disk that is full).")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    report = commands.add_parser("report", help="one page of HTML, or a PDF, of a run or a sweep")
    report.add_argument("file", metavar="FILE|SWEEP", help="a record, a sweep's folder or file")
    report.add_argument("-o", "--output", metavar="PAGE", help="the page [report.html]")
    report.add_argument("--pdf", metavar="PDF", help="a PDF as well, or alone without -o")
    report.add_argument("--no-check", action="store_true", help="no verdicts")
    report.add_argument("--lemma", metavar="PATH", help="the binary that judges [lemma]")
    plot = commands.add_parser("plot", help="one table of a record or of a sweep")
    plot.add_argument("file", metavar="FILE", help="a record, a sweep's folder or file")
    plot.add_argument("table", metavar="TABLE", help="gradient_gap/gap")
    plot.add_argument("-o", "--output", metavar="IMAGE", help="png, svg or pdf [TABLE.png]")
    plot.add_argument("--client", type=int, metavar="C", help="this one alone, from 0")
    plot.add_argument("--layer", type=int, metavar="L", help="this one alone, from 1")
    plot.add_argument("--log", choices=("x", "y", "xy", "none"), default="none",
                      help="logarithmic axes [none]")
    plot.add_argument("--against", metavar="AXIS", help="step, round, or of a sweep a key that "
                      "changes [step, or the first key]")
    plot.add_argument("--lines", action="store_true",
                      help="a line a client instead of their mean and range")
    plot.add_argument("--dpi", type=_dpi, default=200, help="dots per inch of a PNG [200]")
    drawn = commands.add_parser("figures", help="all figures of a run or a sweep, a file each")
    drawn.add_argument("file", metavar="FILE|SWEEP", help="a record, a sweep's folder or file")
    drawn.add_argument("-o", "--output", metavar="FOLDER", default=".", help="where to [.]")
    drawn.add_argument("--format", choices=("png", "svg", "pdf"), default="png")
    drawn.add_argument("--dpi", type=_dpi, default=200, help="dots per inch of a PNG [200]")
    drawn.add_argument("--only", metavar="NAME", help="loss, flips, gap, deviation, gram, "
                       "distance, lazy, slack; exponents, frontier")
    drawn.add_argument("--lemma", metavar="PATH", help="the binary that judges [lemma]")
    return parser.parse_args()


def _report(words):
    from .report import make, write  # pylint: disable=import-outside-toplevel

    report = make(words.file, words.lemma, not words.no_check)
    page = words.output or (None if words.pdf else "report.html")
    if page:
        write(report, page)
        print(f"Report: {harmless(page)} ({os.path.getsize(page) / 1e6:.1f} MB), open it in a "
              "browser.")
    if words.pdf:
        from .pdf import write_pdf  # pylint: disable=import-outside-toplevel

        write_pdf(report, words.pdf)
        print(f"PDF: {harmless(words.pdf)}")


def _plot(words):
    from . import figures, open_run, open_sweep  # pylint: disable=import-outside-toplevel
    from .sweep import is_sweep  # pylint: disable=import-outside-toplevel

    log = words.log.replace("none", "")
    if is_sweep(words.file):
        if words.client is not None:
            raise RecordError("--client: a sweep's columns hold the largest of all clients")
        with open_sweep(words.file) as sweep:
            chart = figures.any_column(sweep, words.table, words.layer, log, words.against)
    else:
        with open_run(words.file) as run:
            chart = figures.any_table(run, words.table, words.client, words.layer, log,
                                      words.against, words.lines)
    path = words.output or words.table.replace("/", "_") + ".png"
    chart.save(path, dpi=words.dpi)
    print(f"Plot: {harmless(path)}")


def _figures(words):
    from . import figures, judge, open_run, open_sweep  # pylint: disable=import-outside-toplevel
    from .sweep import is_sweep  # pylint: disable=import-outside-toplevel

    lemma = judge.find_lemma(words.lemma)
    if is_sweep(words.file):
        names = [f.__name__ for f in figures.OF_A_SWEEP]
    else:
        names = [f.__name__ for f in (*figures.OF_A_RUN, *figures.OF_VERDICTS)]
    if words.only and words.only not in names:
        raise RecordError(f"--only: expected one of {', '.join(names)}, got {words.only!r}")
    wanted, charts = [words.only] if words.only else names, []
    if is_sweep(words.file):
        with open_sweep(words.file) as sweep:
            if "exponents" in wanted and lemma:
                charts.append(figures.exponents(sweep, judge.check_sweep(lemma, words.file)))
            if "frontier" in wanted:
                charts.append(figures.frontier(sweep))
    else:
        with open_run(words.file) as run:
            charts += [f(run) for f in figures.OF_A_RUN if f.__name__ in wanted]
        if "slack" in wanted and lemma:
            charts.append(figures.slack(judge.check_run(lemma, words.file)["claims"]))
    if not lemma and {"slack", "exponents"} & set(wanted):
        print("lemma_analysis: the binary lemma was not found (--lemma PATH): no verdicts are "
              "drawn", file=sys.stderr)
    os.makedirs(words.output, exist_ok=True)
    for chart in charts:
        path = os.path.join(words.output, f"{chart.name}.{words.format}")
        if chart.is_empty:
            print(f"{chart.name}: not drawn. {harmless(chart.full_caption)}")
            continue
        chart.save(path, dpi=words.dpi)
        print(harmless(path))


def _surprise(error):
    """What is said where a file made us stumble: a record is a stranger's, whatever it says."""
    home = os.path.dirname(__file__)
    ours = [place for place in traceback.extract_tb(error.__traceback__)
            if place.filename.startswith(home)]
    return (f"cannot be used: it is not as lemma writes it, or lemma_analysis is at fault "
            f"({type(error).__name__}: {shown(error)}, {os.path.basename(ours[-1].filename)} "
            f"line {ours[-1].lineno})")


def main():
    """Runs a command; errors are told in a line."""
    words = _arguments()
    said = f"lemma {words.command}" if os.environ.get("LEMMA_SPEAKS") else \
        f"lemma_analysis {words.command}"
    try:
        {"report": _report, "plot": _plot, "figures": _figures}[words.command](words)
    except (MissingPackage, WriteError) as error:
        print(f"{said}: {harmless(error)}", file=sys.stderr)
        return 3
    except RecordError as error:
        print(f"{said}: {harmless(error)}", file=sys.stderr)
        return 2
    except Exception as error:  # pylint: disable=broad-except
        if isinstance(error, OSError) and error.errno:
            print(f"{said}: {harmless(error.filename or words.file)}: {error.strerror or error}",
                  file=sys.stderr)
            return 3
        print(f"{said}: {harmless(words.file)}: {_surprise(error)}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
