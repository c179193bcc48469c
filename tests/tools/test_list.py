"""lemma list: the registries as a user sees them."""

import json

from cli import check, check_has, check_status, lemma, run_tests


def every_family_is_listed(_):
    done = lemma("list")
    check_status(done, 0)
    check_has(done.stdout, "gradient_gap", "sphere", "idx", "csv", "iid", "dirichlet",
              "deep-relu", "two-layer-relu", "relu", "squared")


def one_topic_lists_nothing_else(_):
    done = lemma("list", "probes")
    check_status(done, 0)
    check_has(done.stdout, "activation", "deviation", "local_loss")
    check("dirichlet" not in done.stdout, done.stdout)


def keys_are_those_of_experiment_files(_):
    done = lemma("list", "keys")
    check_status(done, 0)
    check_has(done.stdout, "network.width", "train.local_steps", "data.targets.kind")


def json_holds_the_same_names(_):
    done = lemma("list", "probes", "--json")
    check_status(done, 0)
    entries = json.loads(done.stdout)
    check(any(e["name"] == "gradient_gap" and e["topic"] == "probes" for e in entries), entries)
    check(all(e["title"] for e in entries), entries)


def an_unknown_topic_is_answered_with_the_nearest(_):
    done = lemma("list", "probs")
    check_status(done, 2)
    check_has(done.stderr, '"probs"', 'did you mean "probes"?')


run_tests(globals())
