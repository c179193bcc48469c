"""lemma report: the page is written, and what it needs and lacks is told."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys

from cli import (ENVIRONMENT, LEMMA, Skip, check, check_has, check_status, lemma,
                 refuses_what_is_no_file, run_tests, TINY)

SWEEP = """base:
  data: {samples: 8, dimension: 6}
  partition: {clients: 2}
  network: {width: 8, depth: 2}
  train: {local_steps: 3, rounds: 3}
  probes: {loss: {}, deviation: {}}
  record: {data: none, weights: none}
axes:
  - network.width: [8, 16]
seeds: 2
"""
HERE = {"LEMMA_PYTHON": sys.executable}


def _need_h5py():
    try:
        import h5py, numpy  # noqa: E401,F401  pylint: disable=C0410,C0415,W0611
    except ImportError as error:
        raise Skip("python3-h5py or python3-numpy is not installed") from error


def _record(folder, *words):
    check_status(lemma("run", *TINY, *words, "-q", "--force", "-o", "r.h5", folder=folder), 0)
    return "r.h5"


def _report(*words, folder, **environment):
    return lemma("report", *words, folder=folder, environment={**HERE, **environment})


def a_run_becomes_one_page_without_network(folder):
    _need_h5py()
    done = _report(_record(folder), folder=folder)
    check_status(done, 0)
    check_has(done.stdout, "Report: report.html")
    check(done.stderr == "", done.stderr)
    page = (folder / "report.html").read_text(encoding="utf-8")
    check(len(page) < 3e6, len(page))
    check_has(page, "What was run", "Headline numbers", "Verdicts", "Figures", "Configuration",
              "Provenance", "gap_split", "deep-relu", "width: 32", "loss at the end")
    check(not re.search(r'(src|href)\s*=\s*"(?!#|data:)', page), "something outside is asked for")
    check("default-src 'none'" in page)


def its_verdicts_are_those_of_lemma_check(folder):
    _need_h5py()
    record = _record(folder)
    check_status(_report(record, "-o", "p.html", folder=folder), 0)
    page = (folder / "p.html").read_text(encoding="utf-8")
    told = json.loads(lemma("check", "--json", record, folder=folder).stdout)[0]["claims"]
    rows = re.findall(r'<tr class="verdict" data-verdict="([^"]*)">.*?<button[^>]*>([^<]*)<', page)
    check(sorted((c["verdict"], c["claim"]) for c in told) == sorted(rows), rows)


def a_sweep_becomes_a_page_too(folder):
    _need_h5py()
    (folder / "s.yaml").write_text(SWEEP, encoding="utf-8")
    check_status(lemma("sweep", "s.yaml", "-o", "d", "-q", folder=folder), 0)
    for name in ("d", "d/sweep.h5"):
        check_status(_report(name, "-o", "s.html", folder=folder), 0)
        check_has((folder / "s.html").read_text(encoding="utf-8"), "4 of 4 points",
                  "network.width (2)", "network.width: [8, 16]", "deviation")


def a_diverged_run_and_one_without_most_tables_have_pages(folder):
    _need_h5py()
    _record(folder, "--set", "train.step_size=1e8")
    check_status(_report("r.h5", folder=folder), 0)
    check_has((folder / "report.html").read_text(encoding="utf-8"), "diverged")
    _record(folder, "--observe", "economy", "--set", "record.data=none", "--set",
            "record.weights=none")
    check_status(_report("r.h5", folder=folder), 0)
    check_has((folder / "report.html").read_text(encoding="utf-8"), "not drawn")


def words_of_a_record_are_no_markup(folder):
    _need_h5py()
    name = "<b>&.h5"
    _record(folder)
    os.rename(folder / "r.h5", folder / name)
    check_status(_report(name, folder=folder), 0)
    page = (folder / "report.html").read_text(encoding="utf-8")
    check("<b>&.h5" not in page and "&lt;b&gt;&amp;.h5" in page)


def verdicts_can_be_left_out(folder):
    _need_h5py()
    check_status(_report(_record(folder), "--no-check", folder=folder), 0)
    page = (folder / "report.html").read_text(encoding="utf-8")
    check_has(page, "--no-check", "loss at the end")
    check('class="verdict"' not in page)


def bad_files_are_answered_with_status_2(folder):
    _need_h5py()
    (folder / "text.h5").write_text("not a record", encoding="utf-8")
    for name, words in (("nowhere.h5", "no such file"), ("text.h5", "expected an HDF5 file"),
                        ("/proc/self/mem", "expected an HDF5 file")):
        done = _report(name, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, "lemma report: ", name, words)
    check_status(_report(folder=folder), 2)
    check_status(_report("a", "b", folder=folder), 2)
    check(sorted(os.listdir(folder)) == ["text.h5"], os.listdir(folder))


def a_record_is_not_overwritten_by_its_report(folder):
    _need_h5py()
    before = (folder / _record(folder)).read_bytes()
    done = _report("r.h5", "-o", "r.h5", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "does not overwrite")
    check((folder / "r.h5").read_bytes() == before)
    done = _report("r.h5", "--pdf", "r.h5", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "does not overwrite")
    check((folder / "r.h5").read_bytes() == before)


def pages_are_written_to_files_behind_links(folder):
    _need_h5py()
    record = _record(folder)
    for option in ("-o", "--pdf"):
        refuses_what_is_no_file("report", record, option, folder=folder, environment=HERE)
    for name, said in ((".", "found a folder"), ("loose", "found a link to nothing")):
        (folder / "loose").unlink(missing_ok=True)
        (folder / "loose").symlink_to("nowhere")
        done = _report(record, "-o", name, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, f"lemma report: {name}: expected a file to write, {said}")
    (folder / "link.html").symlink_to("real.html")
    (folder / "real.html").write_text("old", encoding="utf-8")
    check_status(_report(record, "-o", "link.html", folder=folder), 0)
    check((folder / "link.html").is_symlink(), "the link is gone")
    check_has((folder / "real.html").read_text(encoding="utf-8"), "What was run")


def what_is_in_the_way_of_a_page_stays(folder):
    _need_h5py()
    record = _record(folder)
    (folder / "precious").write_text("kept", encoding="utf-8")
    (folder / "r.html.part").symlink_to("precious")
    done = _report(record, "-o", "r.html", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "r.html.part: is in the way")
    check((folder / "precious").read_text(encoding="utf-8") == "kept")


def a_page_that_cannot_be_written_is_trouble(folder):
    _need_h5py()
    record = _record(folder)
    for option in ("-o", "--pdf"):
        done = _report(record, option, "nowhere/r.html", folder=folder)
        check_status(done, 3)
        check_has(done.stderr, "nowhere/r.html", "No such file or directory")
    done = subprocess.run(["sh", "-c", f"ulimit -f 20; exec {LEMMA} report {record} -o v.html"],
                          cwd=folder, text=True, capture_output=True, check=False,
                          env={**ENVIRONMENT, **HERE})
    check_status(done, 3)
    check(done.stderr == "lemma report: v.html: cannot be written: File too large\n", done.stderr)
    check(not list(folder.glob("v.html*")), "a part is left")


def a_missing_python_or_package_is_told(folder):
    record = _record(folder)
    done = lemma("report", record, folder=folder, environment={"LEMMA_PYTHON": "no-python"})
    check_status(done, 3)
    check_has(done.stderr, "no-python cannot be run", "apt install python3")
    poor = folder / "poor"
    poor.write_text("#!/bin/sh\necho h5py\nexit 1\n", encoding="utf-8")
    poor.chmod(poor.stat().st_mode | stat.S_IXUSR)
    done = lemma("report", record, folder=folder, environment={"LEMMA_PYTHON": str(poor)})
    check_status(done, 3)
    check_has(done.stderr, "does not find", "install python3-h5py")
    done = lemma("report", record, folder=folder, environment={"LEMMA_ANALYSIS": str(folder)})
    check_status(done, 3)
    check_has(done.stderr, "lemma_analysis was not found", "LEMMA_ANALYSIS")


def an_installed_program_finds_the_package_beside_it(folder):
    _need_h5py()
    import lemma_analysis  # pylint: disable=import-outside-toplevel

    home = folder / "usr"
    (home / "bin").mkdir(parents=True)
    shutil.copy(LEMMA, home / "bin/lemma")
    shutil.copytree(os.path.dirname(lemma_analysis.__file__),
                    home / "share/lemma/analysis/lemma_analysis",
                    ignore=shutil.ignore_patterns("__pycache__"))
    mark = home / "share/lemma/analysis/lemma_analysis/page/page.html"
    mark.write_text(mark.read_text(encoding="utf-8").replace("<main>", "<main>installed "),
                    encoding="utf-8")
    record = _record(folder)
    done = subprocess.run([home / "bin/lemma", "report", record], cwd=folder, text=True,
                          capture_output=True, check=False, env={**os.environ, **HERE})
    check_status(done, 0)
    check_has((folder / "report.html").read_text(encoding="utf-8"), "<main>installed ")


def a_pdf_is_drawn_without_chromium(folder):
    _need_h5py()
    try:
        import matplotlib  # noqa: F401  pylint: disable=C0415,W0611
    except ImportError as error:
        raise Skip("python3-matplotlib is not installed") from error
    from lemma_analysis.pdf import write_pdf  # pylint: disable=import-outside-toplevel
    from lemma_analysis.report import make  # pylint: disable=import-outside-toplevel

    write_pdf(make(folder / _record(folder), LEMMA), folder / "r.pdf", browser="")
    raw = (folder / "r.pdf").read_bytes()
    check(raw.startswith(b"%PDF") and raw.count(b"/Type /Page\n") + raw.count(b"/Type /Page ") > 5)


run_tests(globals())
