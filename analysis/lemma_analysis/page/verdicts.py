"""The verdict tables of the page: of a record's claims, of a sweep's laws, of the theorems."""

import numpy as np

from ..chart import Chart, Panel
from ..judge import VERDICTS
from .parts import cell, definitions, filters, number, opener, verdict_table


def _counts(all_of_them):
    found = [v["verdict"] for v in all_of_them]
    return [("all", len(found)), *((name, found.count(name)) for name in VERDICTS
                                   if name in found)]


def _sorted(all_of_them):
    return sorted(all_of_them, key=lambda v: VERDICTS.index(v["verdict"]))


def curve_chart(claim):
    """A claim's slack over the run, and the two sides of its tightest rows: a Chart, or None
    where it has no more than one step."""
    told = {name: np.array([np.nan if v is None else v for v in values], dtype=float)
            for name, values in claim.get("curve", {}).items()}
    if not told or len(told["step"]) < 2:
        return None
    step, chart = told["step"], Chart(claim["claim"], f"{claim['claim']} over the run")
    sides = Panel("step", "both sides", title="tightest row of each step", y_log=bool(
        (told["measured"][np.isfinite(told["measured"])] > 0).any()))
    sides.add(step, told["measured"], "measured").add(step, told["bound"], "bound", "bound", 1)
    slack = Panel("step", "measured / bound [1]", title="slack", y_log=bool(
        (told["slack"][np.isfinite(told["slack"])] > 0).any()))
    slack.add(step, told["slack"], "slack").add(step[[0, -1]], [1, 1], "equality", "level", 6)
    chart.panels = [slack, sides]
    return None if chart.is_empty else chart


def of_a_run(claims, texts):
    """(HTML, charts by claim) of a record's verdicts; texts: judge.explain's."""
    rows, curves = [], {}
    for claim in _sorted(claims):
        name, about = claim["claim"], texts.get(claim["claim"], {})
        chart = curve_chart(claim)
        curves.update({name: chart} if chart else {})
        where = "" if claim["slack"] is None else f"step {claim['step']}"
        for place in ("client", "layer", "sample"):
            where += f", {place} {claim[place]}" if place in claim and where else ""
        note = claim["reason"] or where
        if claim["vacuous"] == "yes" and claim["verdict"] == "holds":
            note += "; the bound says nothing here"
        cells = (cell(claim["verdict"]) + opener(name)
                 + cell(number(claim["slack"]), claim["slack"] if claim["slack"] is not None
                        else "", "number")
                 + cell(claim["rows"], claim["rows"], "number") + cell(claim["status"])
                 + cell(note))
        rows.append((claim["verdict"], cells, _detail(claim, about, name if chart else None)))
    heads = (("verdict", ""), ("claim", ""), ("slack", "number"), ("rows", "number"),
             ("status", ""), ("where tightest, or why not", ""))
    return filters(_counts(claims)) + verdict_table(heads, rows), curves


def _detail(claim, about, curve):
    numbers = ", ".join(f"{name} = {number(value)}" for name, value in claim["numbers"].items())
    constants = ", ".join(f"{name} = {number(value)}"
                          for name, value in claim.get("constants", {}).items())
    sides = "" if claim["measured"] is None else (
        f"{number(claim['measured'])} <= {number(claim['bound'])}"
        + (f" ({claim['inequality']})" if claim["inequality"] else ""))
    draws = "" if "draws" not in claim else (
        f"{claim['draws']}, {claim.get('failures', 0)} failed at delta = {claim.get('delta')}")
    words = definitions((
        ("says", about.get("title")), ("states", about.get("states")), ("kind", claim["kind"]),
        ("assumes", about.get("assumes")), ("tightest", sides), ("draws", draws),
        ("numbers", numbers), ("constants", constants),
        ("reads", ", ".join(claim.get("tables", []))),
        ("source", f"{about.get('source', '')} ({claim['status']})"),
        ("proof", about.get("proof"))))
    return words + (f'<div class="panels" data-curve="{curve}"></div>' if curve else "")


def of_a_sweep(laws):
    """HTML of a sweep's laws; those that do not apply are counted."""
    rows, about = [], [law for law in laws if law["verdict"] != "not applicable"]
    for law in _sorted(about):
        measured = law.get("measured")
        error = "" if law.get("error") is None else f" ± {law['error']:.2g}"
        interval = "" if law.get("low") is None else f"[{law['low']:.3g}, {law['high']:.3g}]"
        predicted = "" if law.get("predicted") is None else f"{law['predicted']:.3g}"
        cells = (cell(law["verdict"]) + opener(law["claim"].removeprefix("scaling_"))
                 + cell(law["law"].split(", margin")[0])
                 + cell("" if measured is None else f"{measured:.3g}{error}", measured
                        if measured is not None else "", "number")
                 + cell(interval, law["low"] if law.get("low") is not None else "", "number")
                 + cell(predicted, law["predicted"] if predicted else "", "number")
                 + cell(law["status"]))
        detail = definitions((
            ("says", law.get("title")), ("of", law.get("of")), ("law", law["law"]),
            ("reason", law["reason"]),
            ("as predicted", law.get("as_predicted")),
            ("p of the law's side", number(law.get("p"))),
            ("curvature, p", number(law.get("curvature_p"))),
            ("from", f"{law['values']} values, {law['groups']} different {law['against']} over "
             f"{number(law.get('decades'))} decades" if law.get("groups") else ""),
            ("worst slice", law.get("slice")),
            ("source", f"{law['source']} ({law['status']})")))
        rows.append((law["verdict"], cells, detail))
    heads = (("verdict", ""), ("quantity", ""), ("law", ""), ("exponent", "number"),
             ("95 % interval", "number"), ("predicted", "number"), ("status", ""))
    return (filters(_counts(about)) + verdict_table(heads, rows)
            + f'<p class="soft">{len(laws) - len(about)} laws of {len(laws)} are against '
            f"constants that this sweep does not change, or about other networks.</p>")


def of_theorems(theorems):
    """HTML: what the main theorems ask of this run."""
    rows = ""
    for theorem in theorems:
        asked = {r["what"]: r for r in theorem["requirements"]}
        missed = [r["what"] for r in theorem["requirements"]
                  if r["meets"] == "missed" and r["what"] not in ("width", "step size")]
        row = cell(theorem["theorem"]) + cell(theorem["status"])
        for name in ("width", "step size"):
            one = asked.get(name, {})
            by = one.get("log10_missed_by")
            row += cell({"met": "met", "unknown": "unknown"}.get(
                one.get("meets"), "" if by is None else f"missed by 10^{by:.1f}"))
        rows += f"<tr>{row}{cell(', '.join(missed) or '-')}</tr>"
    heads = "".join(f'<th scope="col">{word}</th>' for word in
                    ("theorem", "status", "width", "step", "conditions missed"))
    return (f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>'
            f"</table></div>")
