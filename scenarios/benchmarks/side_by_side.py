"""What the benchmarks share that compare two programs side by side: a server of Debian's, and the judging of ratios."""

import os
import pwd
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading

BIN = "/usr/lib/postgresql/15/bin"
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def fail(message):
    print(message, file=sys.stderr)
    sys.exit(4)

# A session that measures goes first where it may (root): others that end or begin at the same moment would keep it from reading the clock.
FIRST = ["select pg_backend_pid() as pid \\gset", "\\setenv PID :pid",
         "\\! for one in $PID $PPID; do chrt --fifo --pid 50 $one || renice -n -20 -p $one; done >/dev/null 2>&1"]
NOW = "select extract(epoch from clock_timestamp()) as now;"


def waiting(seconds):
    return f"do $$ begin perform pg_sleep({seconds}); end $$;"


class Cluster:
    """A server as the user postgres."""

    def __init__(self):
        if not os.path.exists(BIN + "/pgbench"):
            fail(f"There is no {BIN}/pgbench. Install the package postgresql-15.")
        # What ends a benchmark from outside, such as timeout(1), is to leave no server behind.
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
        self.user = pwd.getpwnam("postgres") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self.folder = tempfile.mkdtemp(prefix="rehearse-benchmark-")
        os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.data = self.folder + "/data"
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.run([BIN + "/initdb", "-D", self.data, "-U", "bench", "-A", "trust", "--no-sync"])
        with open(self.data + "/postgresql.conf", "a") as conf:
            conf.write(f"listen_addresses = '127.0.0.1'\nport = {self.port}\nunix_socket_directories = '{self.folder}'\n"
                       "max_connections = 150\nshared_buffers = 512MB\nmax_wal_size = 4GB\ncheckpoint_timeout = 30min\n")
        self.run([BIN + "/pg_ctl", "-D", self.data, "-l", self.folder + "/log", "-w", "start"])

    def where(self):
        return ["-h", "127.0.0.1", "-p", str(self.port), "-U", "bench", "postgres"]

    def url(self):
        return f"postgresql://bench@127.0.0.1:{self.port}/postgres"

    def run(self, command):
        done = subprocess.run(self.as_user(command), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd="/")
        if done.returncode != 0:
            message = done.stderr
            self.close()
            fail(f"{command[0]} failed:\n{message}")

    def as_user(self, command):
        return ["setpriv", f"--reuid={self.user.pw_uid}", f"--regid={self.user.pw_gid}", "--clear-groups"] + command \
            if os.getuid() == 0 else command

    def sql(self, text):
        return subprocess.run([BIN + "/psql", "-XAtq", "-c", text] + self.where(), check=True, capture_output=True, text=True).stdout

    def script(self, lines, database="postgres"):
        """Runs statements in one session, each by itself, and gives their answers, which are numbers."""
        done = subprocess.run([BIN + "/psql", "-XAtq", "-v", "ON_ERROR_STOP=1"] + self.where()[:-1] + [database],
                              input="\n".join(FIRST + lines) + "\n", check=True, capture_output=True, text=True)
        return [float(line) for line in done.stdout.split("\n") if line.strip().replace(".", "", 1).isdigit()]

    def close(self):
        subprocess.run(self.as_user([BIN + "/pg_ctl", "-D", self.data, "-m", "immediate", "stop"]),
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        shutil.rmtree(self.folder, ignore_errors=True)


def timed(command):
    """Runs a command; gives its output and the CPU seconds of it and its children."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out = []
    reader = threading.Thread(target=lambda: out.append(process.stdout.read()))
    errors = []
    complaints = threading.Thread(target=lambda: errors.append(process.stderr.read()))
    reader.start()
    complaints.start()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    reader.join()
    complaints.join()
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{errors[0]}")
    return out[0], usage.ru_utime + usage.ru_stime


def spread(values):
    return f"{min(values):.3f} to {max(values):.3f}"


def judge(name, ratios, floor, least=None, most=None):
    """Prints one bar. The floor is how far two equal rounds were apart, as a factor above 1."""
    median = statistics.median(ratios)
    bar = least if least is not None else most
    met = median >= least if least is not None else median <= most
    near = bar / floor < median < bar * floor
    verdict = ("met" if met else "MISSED") if not near else "inconclusive: the bar lies within the noise"
    print(f"  {name:<34} median {median:.3f} (pairs {spread(ratios)}), bar {'>=' if least is not None else '<='} {bar}: {verdict}",
          flush=True)
    return met or near


def floor_of(pairs):
    """How far two equal rounds were apart, in the median."""
    return 1 + statistics.median([max(a / b, b / a) - 1 for a, b in pairs])
