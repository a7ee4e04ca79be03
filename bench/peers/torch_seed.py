"""The seed network in raw PyTorch: torch_seed.py THREADS (of OpenMP; the environment sets those of OpenBLAS)

PyTorch gets the better of its settings: before anything counts, every combination of them is timed on a copy of
the weights, and the fastest trains. RMSprop is written out, with the same in-place passes as
torch.optim.RMSprop's, because that one adds epsilon outside of the root and Keras inside; its speed is printed
beside.
"""

import copy
import itertools
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from protocol import serve

LEARNING_RATE, RHO, EPSILON = 1e-3, 0.9, 1e-7
WARM_UP_STEPS = 5
TRIAL_STEPS = 15
TRIALS = 3

torch.set_num_threads(int(sys.argv[1]))


class ForEachUpdate:
    """RMSprop over lists of tensors."""

    def __init__(self, weights):
        self.weights = weights
        self.mean_squares = [torch.zeros_like(w) for w in weights]

    @torch.no_grad()
    def __call__(self):
        gradients = [w.grad for w in self.weights]
        torch._foreach_mul_(self.mean_squares, RHO)
        torch._foreach_addcmul_(self.mean_squares, gradients, gradients, 1 - RHO)
        roots = torch._foreach_add(self.mean_squares, EPSILON)
        torch._foreach_sqrt_(roots)
        torch._foreach_addcdiv_(self.weights, gradients, roots, -LEARNING_RATE)


class LoopUpdate:
    """RMSprop tensor after tensor, in buffers that are made once."""

    def __init__(self, weights):
        self.weights = weights
        self.mean_squares = [torch.zeros_like(w) for w in weights]
        self.roots = [torch.empty_like(w) for w in weights]

    @torch.no_grad()
    def __call__(self):
        for w, v, root in zip(self.weights, self.mean_squares, self.roots):
            v.mul_(RHO).addcmul_(w.grad, w.grad, value=1 - RHO)
            torch.add(v, EPSILON, out=root).sqrt_()
            w.addcdiv_(w.grad, root, value=-LEARNING_RATE)


class OptimUpdate:
    """torch.optim.RMSprop: another place of epsilon, so it is only timed."""

    def __init__(self, weights):
        self.optimizer = torch.optim.RMSprop(weights, lr=LEARNING_RATE, alpha=RHO, eps=EPSILON)

    def __call__(self):
        self.optimizer.step()


UPDATES = {"foreach": ForEachUpdate, "loop": LoopUpdate}


class Trainer:
    """One network with its optimizer. The kernels keep the shapes (inputs, units) of the files."""

    def __init__(self, problem, update, mkldnn):
        self.batch_size = problem["batchSize"]
        self.x = problem["x_tensor"]
        self.labels = problem["labels"]
        self.mkldnn = mkldnn
        self.weights = [torch.tensor(w, requires_grad=True) for w in problem["weights"]]
        self.update = update(self.weights)

    def train(self, order, steps):
        """Seconds for `steps` steps, gathering of batches included, and the mean loss of their samples."""
        w1, b1, w2, b2 = self.weights
        total = torch.zeros((), dtype=torch.float64)
        samples = 0
        order = torch.from_numpy(order.astype(np.int64))
        started = time.perf_counter()
        with torch.backends.mkldnn.flags(enabled=self.mkldnn):
            for i in range(steps):
                indices = order[i * self.batch_size : (i + 1) * self.batch_size]
                x = self.x.index_select(0, indices)
                labels = self.labels.index_select(0, indices)
                hidden = torch.relu(torch.addmm(b1, x, w1))
                loss = F.cross_entropy(torch.addmm(b2, hidden, w2), labels)
                for w in self.weights:
                    w.grad = None
                loss.backward()
                self.update()
                total += loss.detach() * len(indices)
                samples += len(indices)
            mean = total.item() / samples
        return time.perf_counter() - started, mean


def start(problem):
    problem = copy.copy(problem)
    problem["x_tensor"] = torch.from_numpy(problem["x"])
    # Class indices and softmax cross-entropy in one: the same loss as with one-hot targets, and faster.
    problem["labels"] = torch.from_numpy(problem["y"].argmax(1))
    available = torch.backends.mkldnn.is_available()
    settings = list(itertools.product(UPDATES, [False, True] if available else [False]))
    candidates = {s: Trainer(problem, UPDATES[s[0]], s[1]) for s in settings}
    for mkldnn in {s[1] for s in settings}:
        candidates[("torch.optim", mkldnn)] = Trainer(problem, OptimUpdate, mkldnn)

    order = np.arange(min(problem["rows"], TRIAL_STEPS * problem["batchSize"]), dtype=np.int32)
    steps = -(-len(order) // problem["batchSize"])
    for trainer in candidates.values():
        trainer.train(order, min(WARM_UP_STEPS, steps))
    times = {s: [] for s in candidates}
    for _ in range(TRIALS):
        for s, trainer in candidates.items():
            times[s].append(trainer.train(order, steps)[0])
    best = {s: min(t) for s, t in times.items()}
    chosen = min(settings, key=best.get)
    optim = min(best[s] for s in best if s[0] == "torch.optim")

    trainer = Trainer(problem, UPDATES[chosen[0]], chosen[1])
    described = (
        f"OpenMP {torch.get_num_threads()}, OpenBLAS {os.environ.get('OPENBLAS_NUM_THREADS')}, "
        f"waiting {os.environ.get('OMP_WAIT_POLICY', 'as by default')}, {chosen[0]} update, "
        f"mkldnn {'on' if chosen[1] else 'off' if available else 'not built in'}; "
        f"torch.optim.RMSprop takes {optim / best[chosen]:.2f} x"
    )
    versions = {"PyTorch": torch.__version__, "BLAS": blas()}
    return versions, described, trainer.train, best[chosen]


def blas():
    """The BLAS that is loaded, and the instructions that PyTorch's own kernels use."""
    try:
        with open("/proc/self/maps", encoding="utf-8") as file:
            loaded = {os.path.basename(line.split()[-1]) for line in file if "blas" in line.lower()}
    except OSError:
        loaded = {"unknown"}
    # Debian's libblas.so.3 is a link or a front to the one that does the work.
    loaded -= {"libblas.so.3"}
    return f"{' '.join(sorted(loaded)) or 'built in'}, {torch.backends.cpu.get_cpu_capability()}"


serve(start)
