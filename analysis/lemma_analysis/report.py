"""The report: one page of HTML with everything in it, or a PDF."""

import json
import os
from html import escape
from string import Template

from . import figures, judge
from .chart import Chart
from .errors import RecordError
from .output import destination, failed
from .page import numbers, parts, verdicts
from .record import open_run
from .sweep import is_sweep, open_sweep

# Names of `lemma info --json`'s headlines, as `lemma info` tells them.
HEADLINES = {
    "loss_first": ("loss at the start", "L(W(0)), mean over samples"),
    "loss_last": ("loss at the end", "L(W), last row"),
    "accuracy": ("accuracy at the end", "share of samples classed right"),
    "test_accuracy": ("test accuracy", "share of test samples classed right"),
    "flips_initial": ("largest share of flips", "units' patterns, W_c(t) against W(0)"),
    "gap_relative": ("largest gradient gap", "||g_c(W_c) - g_c(Wbar)|| / ||g_c(Wbar)||"),
    "gap_pattern": ("largest pattern part", "||Pat|| / gap: what flips cause"),
    "deviation": ("largest client deviation", "||W_c - Wbar||_F of one layer"),
    "distance": ("distance from W(0)", "||W(R) - W(0)||_F over all layers"),
    "distance_neuron": ("farthest neuron", "largest ||w_j(R) - w_j(0)||_2"),
    "lambda_min": ("least kernel eigenvalue", "lambda_min(H), last row"),
    "kernel_change": ("largest kernel change", "||H(t) - H(0)||_2 / lambda_max(H(t))"),
    "lazy_error": ("largest lazy error", "||r(t) - r_lin(t)|| / ||r(0)||"),
}


class Report:
    """What a page tells: title, subtitle, sections in order, charts, curves of claims."""

    def __init__(self, title, subtitle):
        self.title, self.subtitle = title, subtitle
        self.sections = []  # (name, heading, HTML)
        self.charts = []
        self.curves = {}
        self.verdicts = []  # (verdict, name, note), for paper

    def add(self, name, heading, inner):
        """Adds a section."""
        self.sections.append((name, heading, inner))

    def add_figures(self, charts):
        """Adds a section of figures; those without anything to draw are told in a line."""
        empty = [c for c in charts if c.is_empty]
        inner = ""
        for chart in charts:
            if not chart.is_empty:
                inner += parts.figure(len(self.charts), chart)
                self.charts.append(chart)
        for chart in empty:
            inner += (f'<p class="soft">{escape(chart.title)}: not drawn. '
                      f"{escape(chart.full_caption)}</p>")
        self.add("figures", "Figures", inner)

    def html(self):
        """The page."""
        folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "page")

        def read(name):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                return file.read().rstrip()

        data = json.dumps({"charts": [numbers.chart_json(c) for c in self.charts],
                           "curves": {n: numbers.chart_json(c) for n, c in self.curves.items()}},
                          separators=(",", ":"), allow_nan=False)
        return Template(read("page.html")).substitute(
            title=escape(f"{self.title} - lemma report"), heading=escape(self.title),
            subtitle=escape(self.subtitle), style=read("page.css"),
            nav="".join(f'<a href="#{name}">{escape(heading)}</a>'
                        for name, heading, _ in self.sections),
            body="\n".join(parts.section(*s) for s in self.sections),
            data=data.replace("<", "\\u003c"), script=read("chart.js") + "\n" + read("page.js"))


def make(path, lemma=None, check=True):
    """The Report of a record or a sweep. lemma: the binary that judges; None: found on the
    PATH. check False: no verdicts."""
    binary = judge.find_lemma(lemma) if check else None
    if is_sweep(path):
        return _of_a_sweep(path, binary, check)
    return _of_a_run(path, binary, check)


def _no_verdicts(check):
    why = ("The binary lemma was not found, so nothing was judged: --lemma PATH names it."
           if check else "Not asked for (--no-check).")
    return f'<p class="soft">{escape(why)}</p>'


def _of_a_run(path, lemma, check):
    with open_run(path) as run:
        c = {letter: _constant(run, letter) for letter in
             ("preset", "algorithm", "N", "K", "n", "m", "L", "d_x", "d", "tau", "R", "eta",
              "batch", "server_step", "phi", "seed")}
        report = Report(os.path.basename(run.path), (
            f"{c['algorithm']} on {c['preset']}: m = {c['m']}, L = {c['L']}, N = {c['N']} "
            f"samples, K = {c['K']} clients, tau = {c['tau']}, R = {c['R']}, eta = "
            f"{parts.number(c['eta'])}; {run.status}"))
        told = judge.check_run(lemma, run.path) if lemma else None
        info = judge.ask(lemma, "info", run.path) if lemma else {}
        _what_was_run(report, run, c)
        _headlines(report, run, info)
        charts = [f(run) for f in figures.OF_A_RUN]
        if told:
            inner, report.curves = verdicts.of_a_run(told["claims"], judge.explain(lemma))
            report.verdicts = [(v["verdict"], v["claim"], v["reason"] or (
                "" if v["slack"] is None else f"slack {v['slack']:.4g}")) for v in told["claims"]]
            charts.insert(0, figures.slack(told["claims"]))
            report.add("verdict", "Verdicts", inner)
            report.add("theorems", "What the main theorems ask",
                       verdicts.of_theorems(told.get("theorems", [])))
        else:
            report.add("verdict", "Verdicts", _no_verdicts(check))
        report.add_figures(charts)
        _provenance(report, run.config, run.provenance)
    return report


def _constant(run, letter):
    try:
        return run.constant(letter)
    except RecordError:
        return None


def _what_was_run(report, run, c):
    group = run.attributes("data") if "data" in run.file["run"] else {}
    report.add("run", "What was run", parts.definitions((
        ("algorithm", f"{c['algorithm']}, tau = {c['tau']} local steps, R = {c['R']} rounds, "
         f"eta = {parts.number(c['eta'])}, server step {parts.number(c['server_step'])}, "
         f"{'full batches' if not c['batch'] else 'batches of ' + str(c['batch'])}"),
        ("network", f"{c['preset']}: m = {c['m']}, L = {c['L']}, d_x = {c['d_x']}, d = {c['d']}"),
        ("data", group.get("source")),
        ("clients", f"K = {c['K']}, N = {c['N']} samples in all, phi = {parts.number(c['phi'])}"),
        ("seed", c["seed"]),
        ("status", f"{run.status}, {max(run.committed - 1, 0)} local steps are whole"),
        ("probes", ", ".join(run.probes)))))


def _headlines(report, run, info):
    items = [(value, *HEADLINES.get(name, (name.replace("_", " "), "")))
             for name, value in info.get("headlines", {}).items()]
    if not items and run.has("loss/server"):
        loss = run["loss/server"]
        items = [(float(loss[0]), *HEADLINES["loss_first"]),
                 (float(loss[-1]), *HEADLINES["loss_last"])]
    report.add("numbers", "Headline numbers", parts.cards(items))


def _provenance(report, config, provenance):
    report.add("config", "Configuration", f'<pre tabindex="0">{escape(config)}</pre>')
    flat = [(name, ", ".join(f"{k} {parts.number(v)}" for k, v in value.items())
             if isinstance(value, dict) else parts.number(value))
            for name, value in provenance.items()]
    report.add("provenance", "Provenance", parts.definitions(flat))


def _of_a_sweep(path, lemma, check):
    with open_sweep(path) as sweep:
        changes = ", ".join(f"{key} ({len(set(sweep[key].tolist()))})" for key in sweep.keys)
        folder = os.path.basename(os.path.dirname(os.path.abspath(sweep.path)))
        report = Report(folder, f"A sweep, {sweep.status}: {len(sweep)} of "
                                f"{sweep.attributes.get('points', len(sweep))} points; changes "
                                f"{changes}")
        report.add("run", "What was run", parts.definitions((
            ("changes", changes), ("points", f"{len(sweep)} finished, "
             f"{int(sweep['diverged'].sum()) if 'diverged' in sweep else 0} of them diverged"),
            ("search", sweep.attributes.get("search")))))
        charts = []
        if lemma:
            laws = judge.check_sweep(lemma, os.path.dirname(os.path.abspath(sweep.path)))
            report.verdicts = [(v["verdict"], f"{v['claim']} {v['law']}", v["reason"] or (
                "" if v["measured"] is None else f"{v['measured']:.3g}")) for v in laws
                if v["verdict"] != "not applicable"]
            report.add("verdict", "Verdicts", verdicts.of_a_sweep(laws))
            charts.append(figures.exponents(sweep, laws))
        else:
            report.add("verdict", "Verdicts", _no_verdicts(check))
        if "search" in sweep:
            charts.append(figures.frontier(sweep))
        report.add_figures(charts or [Chart("exponents", "Exponents")])
        report.add("config", "Configuration",
                   f'<h3>The sweep file</h3><pre tabindex="0">{escape(sweep.source)}</pre>'
                   f'<h3>Its base, resolved</h3><pre tabindex="0">{escape(sweep.config)}</pre>')
        with sweep.run(0) as first:
            kept = {k: v for k, v in first.provenance.items() if k not in
                    ("seed", "seconds", "probe_seconds", "start_time", "end_time",
                     "command_line")}
        report.add("provenance", "Provenance of the first point",
                   parts.definitions((k, parts.number(v)) for k, v in kept.items()))
    return report


def write(report, path):
    """Writes the page to path, whole or not at all."""
    real, page = destination(path), report.html()
    part = real + ".part"
    if os.path.lexists(part) and (os.path.islink(part) or not os.path.isfile(part)):
        raise RecordError(f"{part}: is in the way, and no file; remove it, or write elsewhere")
    try:
        with open(part, "w", encoding="utf-8") as file:
            file.write(page)
        os.replace(part, real)
    except OSError as error:
        if os.path.exists(part):
            os.remove(part)
        raise failed(path, error) from error
