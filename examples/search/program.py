"""A trial as a child process: examples/search/train.ts, whose lines are read one after another."""

import json
import os
import pathlib
import subprocess
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Program:
    """Trains with a config; `read` waits for the report of the next epoch, `end` ends the process wherever it is."""

    def __init__(self, config, threads=1):
        command = ["node", "--import", "tsx", "examples/search/train.ts"]
        options = ["--config", json.dumps(config), "--threads", str(threads)]
        self._process = subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def read(self):
        """The report of an epoch; that of the last one has the hash of the weights too."""
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args} ended with exit code {self._process.wait()} before its last epoch")
        return json.loads(line)

    def end(self):
        """Ends this process alone, if it has not ended by itself."""
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()


def run(config):
    """Trains to the end; gives the last report."""
    program = Program(config)
    try:
        while "weights" not in (report := program.read()):
            pass
        return report
    finally:
        program.end()


def verify(best, configs, early):
    """Trains all configs to the end, and the best of a search again; says whether the search was right, and worth it."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        again, *whole = threads.map(run, [best["config"], *configs])
    most = max(report["val_accuracy"] for report in whole)
    checks = {
        f"the best of all trials, trained to the end: {most:.4f}": best["val_accuracy"] == most,
        "trained again: the same weights, bit for bit": best["weights"] == again["weights"],
        "at least half of the trials ended early": 2 * early >= len(configs),
    }
    for what, holds in checks.items():
        print("✓" if holds else "✗", what)
    return all(checks.values())
