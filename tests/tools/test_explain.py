"""lemma explain: texts come from the registries."""

import json
import pathlib
import subprocess
import sys

from cli import LEMMA, check, check_has, check_status, lemma, run_tests

CATALOGUE = pathlib.Path(__file__).parents[2] / "lib/claim/catalogue.py"


def a_probe_is_explained_with_formula_and_cost(_):
    done = lemma("explain", "gradient_gap")
    check_status(done, 0)
    check_has(done.stdout, "gradient_gap/lipschitz", "(K", "formula", "cost", "source",
              "every")


def a_table_is_explained_alone(_):
    for name in ("gradient_gap/pattern", "gradient_gap.pattern"):
        done = lemma("explain", name)
        check_status(done, 0)
        check_has(done.stdout, "gradient_gap/pattern", "formula")
        check("lipschitz (" not in done.stdout, done.stdout)


def a_key_is_explained_with_default_and_range(_):
    done = lemma("explain", "network.width")
    check_status(done, 0)
    check_has(done.stdout, "network.width", "takes", "default", "--set network.width=")


def a_section_lists_its_keys(_):
    done = lemma("explain", "train")
    check_status(done, 0)
    check_has(done.stdout, "train.local_steps", "train.rounds", "train.step_size")


def a_key_of_a_family_lists_the_members(_):
    done = lemma("explain", "partition.kind")
    check_status(done, 0)
    check_has(done.stdout, "iid", "contiguous", "label", "dirichlet")


def everything_listed_can_be_explained(_):
    names = {e["name"] for e in json.loads(lemma("list", "--json").stdout)}
    names |= {e["name"] for e in json.loads(lemma("list", "keys", "--json").stdout)}
    check(len(names) > 30, names)
    for name in names:
        check_status(lemma("explain", name), 0)


def json_holds_what_the_tables_hold(_):
    probe, = json.loads(lemma("explain", "--json", "gradient_gap").stdout)
    check(probe["topic"] == "probes" and probe["cost"] and probe["source"], probe)
    pattern, = (t for t in probe["tables"] if t["name"] == "gradient_gap/pattern")
    check(pattern["formula"] and pattern["shape"] == "K" and pattern["row_per"] == "step",
          pattern)
    check(json.loads(lemma("explain", "--json", "gradient_gap.pattern").stdout) == [pattern])
    key, = json.loads(lemma("explain", "--json", "train.sampling").stdout)
    check(key["words"] == "subset|replacement|epoch" and key["default"] == "subset", key)
    keys = json.loads(lemma("explain", "--json", "network").stdout)
    check({k["name"] for k in keys} == {"network.preset", "network.width", "network.depth"},
          keys)
    done = lemma("explain", "--json", "gradient_gapp")
    check_status(done, 2)
    check(done.stdout == "", done.stdout)


def an_unknown_name_is_answered_with_the_nearest(_):
    done = lemma("explain", "gradient_gapp")
    check_status(done, 2)
    check_has(done.stderr, '"gradient_gapp"', 'did you mean "gradient_gap"?')


def no_name_is_a_usage_error(_):
    done = lemma("explain")
    check_status(done, 2)
    check_has(done.stderr, "lemma list")


def a_theorem_and_a_whole_topic_are_explained(_):
    done = lemma("explain", "local_gd")
    check_status(done, 0)
    check_has(done.stdout, "width", "step", "recalled", "constants")
    done = lemma("explain", "theorems")
    check_status(done, 0)
    check_has(done.stdout, "local_gd:", "allen_zhu:", "du:")


def the_catalogue_of_claims_says_what_the_claims_say(_):
    done = subprocess.run([sys.executable, str(CATALOGUE), LEMMA], check=False, text=True,
                          stderr=subprocess.PIPE)
    check(done.returncode == 0, done.stderr)


run_tests(globals())
