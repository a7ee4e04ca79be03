"""A workload in raw PyTorch: torch_train.py THREADS (of OpenMP; the environment sets those of OpenBLAS)

PyTorch gets the better of its settings: before anything counts, every combination of them (the ways of the update, oneDNN
on or off, the memory format of images) is timed on a copy of the weights, and the fastest trains.
"""

import itertools
import os
import re
import sys
import time

import numpy as np
import torch

from optimizers import updates_for
from protocol import serve
from torch_gpt import GPT
from torch_layers import FORMATS, Network

TRIALS = 3
#  What a trial is to take, as far as the data go.
TRIAL_SECONDS = 0.15
MOST_TRIAL_STEPS = 15

#  Those that are written out; all others are made of their layers.
NETWORKS = {"gpt": GPT}

torch.set_num_threads(int(sys.argv[1]))


class Trainer:
    """One network with its optimizer."""

    def __init__(self, problem, update, mkldnn, memory_format):
        self.batch_size = problem["batchSize"]
        self.mkldnn = mkldnn
        make = NETWORKS.get(problem.get("network"), Network)
        self.network = make(problem, FORMATS[memory_format])
        self.update = update(self.network.weights, problem["optimizer"]["config"])

    def train(self, order, steps):
        """Seconds for `steps` steps, gathering of batches included, and the mean loss of their samples."""
        network = self.network
        total = torch.zeros((), dtype=torch.float64)
        samples = 0
        order = torch.from_numpy(order.astype(np.int64))
        started = time.perf_counter()
        with torch.backends.mkldnn.flags(enabled=self.mkldnn):
            for i in range(steps):
                indices = order[i * self.batch_size : (i + 1) * self.batch_size]
                loss = network.loss(*network.batch(indices))
                for w in network.weights:
                    w.grad = None
                loss.backward()
                self.update()
                total += loss.detach() * len(indices)
                samples += len(indices)
            mean = total.item() / samples
        return time.perf_counter() - started, mean


def start(problem):
    updates = updates_for(problem["optimizer"])
    available = torch.backends.mkldnn.is_available()
    has_images = "Conv" in str(problem["architecture"])
    settings = list(
        itertools.product(
            updates, [False, True] if available else [False], FORMATS if has_images else ["channels last"]
        )
    )
    candidates = {s: Trainer(problem, updates[s[0]], *s[1:]) for s in settings}
    order = np.arange(problem["rows"], dtype=np.int32)
    first = [trainer.train(order, 1) for trainer in candidates.values()]
    slowest = max(trainer.train(order, 1)[0] for trainer in candidates.values())
    epoch = -(-problem["rows"] // problem["batchSize"])
    steps = max(1, min(epoch, MOST_TRIAL_STEPS, round(TRIAL_SECONDS / slowest)))
    best = dict.fromkeys(settings, float("inf"))
    for _ in range(TRIALS):
        for s, trainer in candidates.items():
            best[s] = min(best[s], trainer.train(order, steps)[0] / steps)
    only_timed = {name for name, update in updates.items() if getattr(update, "only_timed", False)}
    chosen = min((s for s in settings if s[0] not in only_timed), key=best.get)
    beside = [
        f"{name} takes {min(t for s, t in best.items() if s[0] == name) / best[chosen]:.2f} x"
        for name in sorted(only_timed)
    ]
    del candidates, first

    trainer = Trainer(problem, updates[chosen[0]], *chosen[1:])
    described = [
        f"OpenMP threads {torch.get_num_threads()}",
        f"BLAS threads {os.environ.get('OPENBLAS_NUM_THREADS')}",
        f"waiting {os.environ.get('OMP_WAIT_POLICY', 'as by default')}",
        f"{chosen[0]} update",
        f"mkldnn {'on' if chosen[1] else 'off' if available else 'not built in'}",
        *([chosen[2]] if has_images else []),
        *beside,
    ]
    return versions(), ", ".join(described), trainer.train, best[chosen]


def versions():
    """PyTorch's and those of what it is built on, from torch.__config__, and the BLAS that is loaded."""
    config = torch.__config__.show()
    found = {"PyTorch": torch.__version__}
    for name, pattern in {
        "MKL": r"Kernel Library Version (\S+)",
        "oneDNN": r"MKL-DNN v(\S+)",
        "BLAS": r"BLAS_INFO=(\w+)",
        "vectors": r"CPU capability usage: (\S+)",
    }.items():
        match = re.search(pattern, config)
        if match:
            found[name] = match[1]
    if found.get("BLAS") != "mkl":
        found["BLAS"] = " ".join(sorted(blas())) or "unknown"
    return found


def blas():
    """The files of a BLAS that are loaded."""
    try:
        with open("/proc/self/maps", encoding="utf-8") as file:
            lines = [line for line in file if "blas" in line.lower()]
    except OSError:
        return set()
    # Debian's libblas.so.3 is a link or a front to the one that does the work.
    return {os.path.basename(line.split()[-1]) for line in lines} - {"libblas.so.3"}


serve(start)
