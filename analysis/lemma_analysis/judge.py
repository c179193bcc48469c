"""Verdicts: asked of `lemma check --json`, never worked out here."""

import json
import os
import shutil
import subprocess

from .errors import RecordError

VERDICTS = ("violated", "holds", "undecided", "not applicable")


def find_lemma(given=None):
    """The binary's path: given, $LEMMA, or `lemma` on the PATH; None where there is none."""
    for name in (given, os.environ.get("LEMMA"), "lemma"):
        if name and shutil.which(name):
            return os.path.abspath(shutil.which(name))
    if given:
        raise RecordError(f"{given}: expected the lemma binary, found no program of that name")
    return None


def ask(lemma, *words, fine=(0,)):
    """What `lemma words... --json` prints, read."""
    done = subprocess.run([lemma, *map(str, words), "--json"], capture_output=True, text=True,
                          check=False, errors="replace")
    if done.returncode not in fine:
        said = done.stderr.strip() or f"exit status {done.returncode}"
        raise RecordError(f"lemma {' '.join(map(str, words))}: {said}")
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError as error:
        raise RecordError(f"lemma {words[0]} --json printed something else: {error}") from error


def check_run(lemma, path):
    """Verdicts of a record: {"claims": [...], "theorems": [...]}, each claim with `curve`, the
    largest slack of every step checked: step, slack, measured, bound."""
    told = ask(lemma, "check", path, "--curves", fine=(0, 1))
    return next(part for part in told if "record" in part)


def check_sweep(lemma, path):
    """Verdicts of a sweep: a list of laws; `quantity`, the number of every record, beside those
    that were judged."""
    (told,) = ask(lemma, "check", path, fine=(0, 1))
    laws = told["laws"]
    judged = dict.fromkeys(law["claim"] for law in laws if law["verdict"] != "not applicable")
    for claim in judged:
        (one,) = ask(lemma, "check", path, "--claim", claim, fine=(0, 1))
        (about,) = [e for e in ask(lemma, "explain", claim) if e["name"] == claim]
        numbers = {q["record"]: q["value"] for q in one.get("quantity", [])}
        for law in laws:
            if law["claim"] == claim:
                law.update(quantity=numbers, title=about["title"], of=about["quantity"])
    return laws


def explain(lemma):
    """{name: {title, states, assumes, proof, source, ...}} of all claims."""
    return {entry["name"]: entry for entry in ask(lemma, "explain", "claims")}
