"""A workload in raw PyTorch: torch_train.py THREADS (of OpenMP; the environment sets those of OpenBLAS)

PyTorch gets the better of its settings: before anything counts, every combination of them (the ways of the update, oneDNN
on or off, the memory format of images) is timed on a copy of the weights, and the fastest trains.
"""

import itertools
import sys
import time

import numpy as np
import torch

from optimizers import updates_for
from protocol import serve
from torch_gpt import GPT
from torch_layers import FORMATS, Network
from torch_settings import MKLDNN, mkldnn, threads, versions

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
    has_images = "Conv" in str(problem["architecture"])
    settings = list(
        itertools.product(
            updates, MKLDNN, FORMATS if has_images else ["channels last"]
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
        threads(),
        f"{chosen[0]} update",
        mkldnn(chosen[1]),
        *([chosen[2]] if has_images else []),
        *beside,
    ]
    return versions(), ", ".join(described), trainer.train, best[chosen]


serve(start)
