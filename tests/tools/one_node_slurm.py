"""A Slurm cluster of this machine alone, for as long as a test needs it.

Needs root, slurmctld, slurmd and munged; touches nothing outside its folder.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import time

DAEMONS = ("slurmctld", "slurmd", "munged", "sbatch", "sinfo")

CONFIGURATION = """
ClusterName=lemma
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_res
SelectTypeParameters=CR_CPU
MailProg=/bin/true
SchedulerParameters=sched_interval=1
MpiDefault=none
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=10:00 State=UP
"""


def what_is_missing():
    """Why no cluster can be started here, or ""."""
    if os.geteuid() != 0:
        return "a Slurm cluster takes root"
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [name for name in DAEMONS if not shutil.which(name, path=path)]
    return f"not installed: {', '.join(missing)} (slurm-wlm, munge)" if missing else ""


def _free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _wait_until_idle(environment, daemons):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        done = subprocess.run(["sinfo", "-h", "-o", "%T"], capture_output=True, text=True,
                              env=environment, check=False, timeout=30)
        if done.stdout.strip() == "idle":
            return
        if any(daemon.poll() is not None for daemon in daemons):
            break
        time.sleep(0.2)
    raise RuntimeError("the cluster does not answer: " + done.stdout + done.stderr)


@contextlib.contextmanager
def one_node_slurm(folder):
    """What sbatch needs in its environment to reach it; its daemons end with the block."""
    variables = {"SLURM_CONF": f"{folder}/slurm.conf",
                 "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}
    environment = {**os.environ, **variables}
    for name in ("state", "spool"):
        (folder / name).mkdir()
    (folder / "slurm.conf").write_text(
        CONFIGURATION.format(host=socket.gethostname().split(".")[0], folder=folder,
                             ports=_free_ports(2), cpus=os.cpu_count()), encoding="utf-8")
    key = folder / "munge.key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o400)
    munge = [f"--{name}-file={folder}/munge.{name}" for name in ("pid", "log", "seed", "key")]
    commands = (["munged", "--foreground", "--force", f"--socket={folder}/munge.socket", *munge],
                ["slurmctld", "-D", "-c"], ["slurmd", "-D", "-c"])
    daemons = []
    try:
        for command in commands:
            with open(folder / f"{command[0]}.out", "wb") as out:
                daemons.append(subprocess.Popen(command, env=environment, stdout=out,
                                                stderr=subprocess.STDOUT))
            time.sleep(0.5)
        _wait_until_idle(environment, daemons)
        yield variables
    finally:
        for daemon in reversed(daemons):
            daemon.terminate()
        for daemon in daemons:
            try:
                daemon.wait(timeout=20)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
