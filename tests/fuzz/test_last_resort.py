"""A crash in HDF5 over a file becomes a sentence and status 3."""
import gzip
import os
import subprocess
import sys
import tempfile

lemma, library, base = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    record = os.path.join(folder, "x.h5")
    with gzip.open(base) as f, open(record, "wb") as out:
        out.write(f.read())
    plain = subprocess.run([lemma, "info", record], capture_output=True, text=True)
    assert plain.returncode == 0, plain
    crashed = subprocess.run([lemma, "info", record], capture_output=True, text=True,
                             env=dict(os.environ, LD_PRELOAD=library))
    assert crashed.returncode == 3, crashed
    assert crashed.stderr.startswith(f"lemma info: crashed over {record}: a file that is damaged"), crashed
