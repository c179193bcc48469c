"""How tight the theory's bounds were: the slack of every claim."""

import numpy as np

from ..chart import Chart, Panel


def slack(verdicts):
    """A row a claim that was judged, its largest measured / bound on a log axis: 1 is equality.
    verdicts: judge.check_run(...)["claims"]."""
    chart = Chart("slack", "Slack of the theory's bounds",
                  caption="Slack: the largest measured / bound of all rows checked; right of 1 a "
                          "statement is violated.")
    judged = [c for c in verdicts if c["slack"] is not None and c["verdict"] in
              ("holds", "violated")]
    shown = sorted((c for c in judged if c["slack"] > 0), key=lambda c: -c["slack"])
    zero = [c["claim"] for c in judged if not c["slack"] > 0]
    if zero:
        chart.caption += f" At 0, and not drawn: {', '.join(sorted(zero))}."
    others = [v["verdict"] for v in verdicts]
    chart.caption += (f" {others.count('not applicable')} claims do not apply, "
                      f"{others.count('undecided')} are undecided.")
    panel = Panel("largest measured / bound [1]", "", x_log=True,
                  row_names=[c["claim"] for c in shown])
    x = np.array([c["slack"] for c in shown], dtype=float)
    kinds = np.array([_kind(c) for c in shown], dtype=object)
    for colour, (kind, marker) in enumerate((("holds", "o"), ("violated", "X"), ("recalled", "^"),
                                             ("vacuous", "s"))):
        at = np.flatnonzero(kinds == kind)
        panel.add(x[at], at, _WORDS[kind], "points", colour, marker,
                  names=[shown[k]["claim"] for k in at])
    if shown:
        panel.add([1, 1], [-0.5, len(shown) - 0.5], "equality", "level", 6)
    chart.panels.append(panel)
    return chart


_WORDS = {"holds": "holds", "violated": "violated", "recalled": "holds; recalled, not proved here",
          "vacuous": "holds; the bound says nothing"}


def _kind(claim):
    if claim["verdict"] == "violated":
        return "violated"
    if claim["vacuous"] == "yes":
        return "vacuous"
    return "recalled" if claim["status"].startswith("recalled") else "holds"
