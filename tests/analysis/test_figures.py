"""lemma_analysis.figures: every figure draws, shows the record's own numbers, and leaves out,
saying so, what the record lacks."""

from cli import LEMMA, Skip, check, check_has, run_tests
from records import TWO_LAYERS, changed, record, sweep, two_layers, without

try:
    import matplotlib
    import numpy as np
    from lemma_analysis import RecordError, figures, judge, open_run, open_sweep, theory
    from lemma_analysis.start import Start
    matplotlib.use("agg")
except ImportError as missing:
    figures, WHY = None, missing


def _need():
    if figures is None:
        raise Skip(f"a Python package is not installed: {WHY}")


def _all(run):
    _need()
    return {f.__name__: f(run) for f in figures.OF_A_RUN}


def _line(chart, words, panel=None):
    """The one line whose label begins with words."""
    panels = chart.panels if panel is None else [chart.panels[panel]]
    found = [line for p in panels for line in p.lines if line.label.startswith(words)]
    check(len(found) == 1, words, "in", [line.label for p in panels for line in p.lines])
    return found[0]


def _same(line, x, y):
    check(np.array_equal(line.x, np.asarray(x, dtype=float), equal_nan=True), line.label)
    check(np.array_equal(line.y, np.asarray(y, dtype=float), equal_nan=True), line.label)


def _drawn(chart):
    """What matplotlib has in its axes: {label: (x, y)} of each panel."""
    return [{artist.get_label(): artist.get_data() for artist in axes.get_lines()}
            for axes in chart.draw().axes]


def measured_lines_are_the_tables(folder):
    _need()
    with open_run(two_layers(folder)) as run:
        charts = _all(run)
        loss = run["loss/server"]
        _same(_line(charts["loss"], "measured"), loss.round, loss[:])
        _same(_line(charts["loss"], "lazy limit"), run["lazy/predicted_norm"].round,
              run["lazy/predicted_norm"][:] ** 2 / (2 * run.constant("N")))
        flips = run["activation/flips_initial_max"]
        _same(_line(charts["flips"], "measured"), flips.step, np.median(flips[:, :, 0], axis=1))
        for panel, name in enumerate(("gap", "lipschitz", "pattern")):
            table = run["gradient_gap/" + name]
            _same(_line(charts["gap"], "measured", panel), table.step,
                  np.median(table[:], axis=1))
            band = charts["gap"].panels[panel].bands[0]
            check(np.array_equal(band.high, table[:].max(axis=1)), name)
        gram = run["gram/eigenvalues"]
        _same(_line(charts["gram"], "lambda_min", 0), gram.round, gram[:, 0])
        _same(_line(charts["gram"], "lambda_max"), gram.round, gram[:, -1])
        far = run["distance/frobenius"]
        _same(_line(charts["distance"], "measured"), far.round, far[:, 0])
        _same(_line(charts["lazy"], "error"), run["lazy/error"].round, run["lazy/error"][:])
        teeth = _line(charts["deviation"], "measured", 0)
        whole = ~np.isnan(teeth.x)
        v = run["deviation/frobenius"][:, :, 0]
        check(np.allclose(teeth.y[whole], np.sqrt((v ** 2).mean(axis=1)), rtol=1e-14))
        check(np.count_nonzero(~whole) == run.constant("R") - 1, "a gap between two rounds")


def axes_hold_what_the_chart_says(folder):
    _need()
    with open_run(two_layers(folder)) as run:
        for name, chart in _all(run).items():
            for panel, drawn in zip(chart.panels, _drawn(chart)):
                for line in panel.lines:
                    x, y = drawn[line.label]
                    want = np.where(line.y > 0, line.y, np.nan) if panel.y_log else line.y
                    check(np.array_equal(x, line.x, equal_nan=True), name, line.label)
                    check(np.array_equal(y, want, equal_nan=True), name, line.label)


def bounds_are_above_what_they_bound(folder):
    _need()
    for words in ((), TWO_LAYERS):
        with open_run(record(folder, *words)) as run:
            start = Start(run)
            flips = run["activation/flips_initial_max"]
            step, ball = theory.flips_in_ball(run, start)
            places, which = theory.rows_at(flips, step)
            check(np.all(flips[:][places, :, 0] <= ball[which]))
            for layer in range(run.constant("L")):
                step, energy = theory.flips_by_energy(run, start, layer)
                places, which = theory.rows_at(flips, step)
                check(np.all(flips[:][places, :, layer].max(axis=1) <= energy[which]), layer)
            step, uniform = theory.flips_uniform(run)
            places, which = theory.rows_at(flips, step)
            check(np.all(flips[:][places, :, 0].max(axis=1) <= uniform[which]))
            step, v = theory.deviation(run, start)
            at, bound = theory.deviation_bound(run, start)
            check(np.array_equal(step, at) and np.all(v <= bound * (1 + 1e-12)))
            step, path = theory.path_length(run, start)
            moved = np.sqrt((run["distance/frobenius"][:] ** 2).sum(axis=1))
            check(np.all(moved <= path * (1 + 1e-12)))
            if words:
                _, lip = theory.lipschitz_bound(run, start)
                check(np.all(run["gradient_gap/lipschitz"][:] <= lip * (1 + 1e-12)))
                _, pat = theory.pattern_bound(run)
                check(np.all(run["gradient_gap/pattern"][:] <= pat * (1 + 1e-12)))


def bounds_are_those_that_lemma_check_judges_by(folder):
    """The tightest row of a claim, as the binary tells it, lies on the figure's curve."""
    _need()
    path = two_layers(folder)
    claims = {c["claim"]: c for c in judge.check_run(LEMMA, path)["claims"]}
    with open_run(path) as run:
        start = Start(run)
        for name, (step, bound) in {
                "deviation_bound": theory.deviation_bound(run, start),
                "path_length": theory.path_length(run, start),
                "pattern_layer1_uniform": theory.flips_uniform(run)}.items():
            told = claims[name]["curve"]
            own = dict(zip(step, bound))
            for t, value in zip(told["step"], told["bound"]):
                squared = name == "deviation_bound"
                if value is not None:
                    want = own[t] ** 2 if squared else own[t]
                    check(abs(want - value) <= 1e-9 * abs(value) or
                          abs(own[t] - value) <= 1e-9 * abs(value), name, t, own[t], value)
        numbers = claims["lazy_contraction"]["numbers"]
        if "rho(tau)" in numbers:
            rho = theory.round_factor(run, start)
            check(abs(rho - numbers["rho(tau)"]) < 1e-9, rho, numbers)
        numbers = claims["fl_ntk_rate"]["numbers"]
        if "lambda_0" in numbers:
            check(abs(start.lambda_0 - numbers["lambda_0"]) < 1e-12)


def what_w0_gives_is_what_was_recorded(folder):
    _need()
    for words in ((), TWO_LAYERS, ("--set", "data.targets.outputs=2"),
                  ("--set", "network.preset=deep-relu-fixed-input")):
        with open_run(record(folder, *words)) as run:
            start = Start(run)
            values = np.linalg.eigvalsh(start.kernel)
            table = run["gram/eigenvalues"][0]
            check(np.allclose(values, table, rtol=1e-9, atol=1e-9 * table[-1]), words)
            loss = (start.residual ** 2).sum() / (2 * run.constant("N"))
            check(abs(loss - run["loss/server"][0]) <= 1e-12 * loss, words)
            whole = np.kron(start.limit, np.eye(run.constant("d")))
            check(np.isclose(np.linalg.norm(start.kernel - whole),
                             run["gram/limit_distance_frobenius"][0], rtol=1e-9), words)


def every_figure_draws_from_every_record(folder):
    _need()
    cases = {"deep": (), "batch": ("--set", "train.batch=2"),
             "diverged": ("--set", "train.step_size=1e8"),
             "one": ("--set", "partition.clients=1"), "outputs": ("--set",
                                                                 "data.targets.outputs=3"),
             "round": ("--set", "train.rounds=1", "--set", "train.local_steps=1")}
    for name, words in cases.items():
        with open_run(record(folder, *words)) as run:
            for chart in _all(run).values():
                check(chart.panels or chart.missing, name, chart.name)
                if not chart.is_empty:
                    chart.save(folder / "x.png", dpi=50)
                    check((folder / "x.png").stat().st_size > 2000, name, chart.name)


def what_a_record_lacks_is_left_out_and_told(folder):
    _need()
    path = two_layers(folder)
    lacking = {
        "network/initial": ("flips", "energy bound", "network/initial/W1"),
        "data/inputs": ("gram", "lambda_0", "data/inputs"),
        "deviation": ("flips", "worst case of layer 1", "deviation/max_neuron"),
        "preactivation": ("flips", "energy bound", "preactivation/change"),
        "lazy": ("loss", "lazy limit's loss", "lazy/predicted_norm"),
        "local_loss": ("gap", "bound on Pat", "local_loss/average"),
        "gradient_gap": ("distance", "path's length", "gradient_gap/local")}
    for group, (name, *words) in lacking.items():
        with open_run(without(path, group)) as run:
            charts = _all(run)
            check_has(charts[name].full_caption, "Left out: ", *words)
            for chart in charts.values():
                if not chart.is_empty:
                    chart.draw()
    with open_run(without(path, "loss", "local_loss")) as run:
        chart = figures.loss(run)
        check(chart.is_empty)
        try:
            chart.draw()
            raise AssertionError("there is nothing to draw")
        except RecordError as error:
            check_has(str(error), "nothing to draw", "loss/server was not recorded")


def mini_batches_have_no_statement_on_local_gd(folder):
    _need()
    with open_run(record(folder, "--set", "train.batch=2")) as run:
        check_has(figures.loss(run).full_caption, "lazy limit's rate", "mini-batches")
        check_has(figures.distance(run).full_caption, "mini-batches")


def files_are_png_svg_and_pdf_and_the_same_each_time(folder):
    _need()
    with open_run(record(folder)) as run:
        chart = figures.loss(run)
        for ending, head in ((".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")):
            one, two = folder / f"a{ending}", folder / f"b{ending}"
            chart.save(one)
            chart.save(two)
            check(one.read_bytes().startswith(head) and one.read_bytes() == two.read_bytes(),
                  ending)
        try:
            chart.save(folder / "a.jpeg")
            raise AssertionError("JPEG is none of them")
        except RecordError as error:
            check_has(str(error), ".png, .svg, .pdf")
        try:
            chart.save(folder / "nowhere/a.png")
            raise AssertionError("there is no such folder")
        except RecordError as error:
            check_has(str(error), "cannot be written")


def axes_are_labelled_from_the_record(folder):
    _need()
    with open_run(record(folder)) as run:
        charts = _all(run)
        check(charts["loss"].panels[0].y_label == "loss of the server model [loss]")
        check_has(charts["flips"].panels[0].y_label.replace("\n", " "),
                  "units whose activation pattern differs, largest", "[units]")
        check_has(charts["gap"].caption, run["gradient_gap/gap"].formula)


def slack_has_a_row_a_claim_that_was_judged(folder):
    _need()
    claims = judge.check_run(LEMMA, two_layers(folder))["claims"]
    chart = figures.slack(claims)
    rows = chart.panels[0].row_names
    want = {c["claim"] for c in claims if c["verdict"] in ("holds", "violated")
            and c["slack"]}
    check(set(rows) == want, set(rows) ^ want)
    found = {}
    for line in chart.panels[0].lines:
        if line.role == "points":
            found.update(zip(line.names, zip(line.x, line.y)))
    for claim in claims:
        if claim["claim"] in want:
            x, row = found[claim["claim"]]
            check(x == claim["slack"] and rows[int(row)] == claim["claim"])
    chart.draw()


LAWS = """base:
  data: {samples: 8, dimension: 6}
  partition: {clients: 2}
  network: {preset: two-layer-relu, width: 8, depth: 1}
  train: {local_steps: 3, rounds: 3, step_size: 1, step_rule: raw}
  probes: {loss: {}, activation: {}, gradient_gap: {}, deviation: {}, distance: {}}
  record: {data: none, weights: none}
axes:
  - network.width: [8, 32, 128, 512]
seeds: 5
"""


def exponents_show_records_means_and_the_fit(folder):
    _need()
    made = sweep(folder, LAWS)
    laws = judge.check_sweep(LEMMA, made)
    with open_sweep(made) as found:
        chart = figures.exponents(found, laws)
        check(chart.panels, chart.full_caption)
        (law,) = [one for one in laws if one["claim"] == "scaling_deviation"
                  and one["verdict"] != "not applicable"]
        (panel,) = [p for p in chart.panels if p.title.startswith("deviation")]
        by_label = {line.label: line for line in panel.lines}
        records = by_label["records"]
        check(sorted(records.x) == sorted(found["m"]))
        check(sorted(records.y) == sorted(law["quantity"].values()))
        means = by_label["means over seeds"]
        want = [np.exp(np.log(records.y[records.x == m]).mean()) for m in (8, 32, 128, 512)]
        check(np.allclose(means.y, want, rtol=1e-14))
        fit = next(line for label, line in by_label.items() if label.startswith("measured"))
        slope = np.log(fit.y[-1] / fit.y[0]) / np.log(fit.x[-1] / fit.x[0])
        check(abs(slope - law["measured"]) < 1e-12)
        chart.save(folder / "x.png")


def a_frontier_needs_a_search(folder):
    _need()
    with open_sweep(sweep(folder)) as found:
        chart = figures.frontier(found)
        check(chart.is_empty)
        check_has(chart.full_caption, "no search")


def a_frontier_tells_what_the_search_could_not_settle(folder):
    _need()

    def search(file):
        group = file["run/sweep"]
        group["search"] = np.array([0, 0, 0, 1, 2, 0])
        group.attrs["search"] = np.bytes_("network.width from 8 to 32 until loss/server "
                                          "rounds-to<=0.01")
        group["K"][:] = [2, 2, 4, 4, 8, 8]
        group.attrs["keys"] = np.bytes_("K\nseed\n")

    made = changed(sweep(folder) / "sweep.h5", search, "search.h5")
    with open_sweep(made) as found:
        chart = figures.frontier(found)
        (panel,) = chart.panels
        by_label = {line.label: line for line in panel.lines}
        _same(by_label["found"], [2, 2, 4, 8], [8, 8, 16, 32])
        _same(by_label["at most, the search's least already trains"], [4], [16])
        _same(by_label["above, its largest does not"], [8], [32])
        means = by_label["geometric mean of those found"]
        check(np.allclose(means.x, [2, 4, 8]) and np.allclose(means.y, [8, 16, 32]))
        check_has(chart.caption, "network.width from 8 to 32")
        check_has(panel.y_label, "width m")
        chart.draw()


def any_column_of_a_sweep_is_drawn_against_what_changes(folder):
    _need()
    with open_sweep(sweep(folder)) as found:
        panel = figures.any_column(found, "loss/server.final", log="xy").panels[0]
        _same(panel.lines[0], found["network.width"], found["loss/server.final"])
        check(list(panel.lines[1].x) == [8, 16, 32] and panel.x_log and panel.y_log)
        layers = figures.any_column(found, "activation/flips_initial.max", against="K").panels[0]
        check(len(layers.lines) == 4 and layers.x_label == "clients K")
        try:
            figures.any_column(found, "activation/flips_initial.max", layer=3)
            raise AssertionError("there are two layers")
        except RecordError as error:
            check_has(str(error), "layers count from 1 to 2")


def any_table_is_drawn_by_client_and_layer(folder):
    _need()
    with open_run(record(folder)) as run:
        table = run["activation/flips_initial"]
        one = figures.any_table(run, "activation/flips_initial", client=1, layer=2)
        _same(one.panels[0].lines[0], table.step, table[:, 1, 1])
        layer = figures.any_table(run, "activation/flips_initial", layer=3, lines=True)
        check([line.label for line in layer.panels[0].lines] == [f"client {c}" for c in range(4)])
        mean = figures.any_table(run, "activation/flips_initial").panels[0]
        check([line.label for line in mean.lines] ==
              [f"layer {k}, mean over clients" for k in (1, 2, 3)])
        _same(mean.lines[1], table.step, table[:, :, 1].astype(float).mean(axis=1))
        check(np.array_equal(mean.bands[1].high, table[:, :, 1].max(axis=1)))
        whole = figures.any_table(run, "loss/server", log="xy", against="step").panels[0]
        check(whole.x_log and whole.y_log and list(whole.lines[0].x) == [0, 2, 4, 6], whole)
        spectrum = figures.any_table(run, "gram/eigenvalues").panels[0]
        check(len(spectrum.bands) == 1 and len(spectrum.lines) == 1)
        for words, name, chosen in (("clients count from 0 to 3", "gradient_gap/gap",
                                     {"client": 4}),
                                    ("layers count from 1 to 3", "activation/flips_initial",
                                     {"layer": 0}),
                                    ("has no layers", "gradient_gap/gap", {"layer": 1}),
                                    ("one number", "loss/server", {"client": 0})):
            try:
                figures.any_table(run, name, **chosen)
                raise AssertionError(f"{chosen} was not refused")
            except RecordError as error:
                check_has(str(error), words)


run_tests(globals())
