"""A search with Ray Tune: runs trials of examples/search/train.ts side by side, and ends them early by ASHA.

    python3 examples/search/ray_search.py             in an environment of examples/search/requirements.txt
    python3 examples/search/ray_search.py --verify    trains all trials to the end as well, and the best one again
"""

import argparse
import os
import sys
import tempfile

# Without the tables that Ray prints for notebooks.
os.environ.setdefault("RAY_AIR_NEW_OUTPUT", "0")
# Ray reports each start to its makers, unless this is switched off.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
# Other users of the machine need a token; Ray makes one.
os.environ.setdefault("RAY_AUTH_MODE", "token")
# Whatever the name says: Ray uses this machine alone, so its servers listen on loopback.
os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")

import ray  # noqa: E402
from program import Program, verify  # noqa: E402
from ray import tune  # noqa: E402
from ray.tune.schedulers import ASHAScheduler  # noqa: E402
from ray.tune.search.basic_variant import BasicVariantGenerator  # noqa: E402


class Trial(tune.Trainable):
    """What Ray makes of a config: a step is an epoch."""

    def setup(self, config):
        self._program = Program(config)

    def step(self):
        report = self._program.read()
        return {**report, "done": "weights" in report}

    def cleanup(self):
        self._program.end()


def search(options, folder):
    space = {
        "learningRate": tune.loguniform(1e-4, 1),
        "units": tune.choice([8, 16, 32, 64]),
        "dropout": tune.uniform(0, 0.5),
        "epochs": options.epochs,
        "seed": 0,
    }
    asha = ASHAScheduler(max_t=options.epochs, grace_period=options.first_epochs, reduction_factor=options.factor)
    how = tune.TuneConfig(
        metric="val_accuracy",
        mode="max",
        num_samples=options.trials,
        scheduler=asha,
        search_alg=BasicVariantGenerator(random_state=options.seed),
    )
    # The folder is for this search alone. A search that is to go on after a crash has one of its own.
    keeps_nothing = tune.CheckpointConfig(checkpoint_at_end=False)
    run = tune.RunConfig(storage_path=folder, checkpoint_config=keeps_nothing, verbose=0)
    return tune.Tuner(Trial, param_space=space, tune_config=how, run_config=run).fit()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--trials", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--first-epochs", type=int, default=3, help="when trials are compared first")
    parser.add_argument("--factor", type=int, default=2, help="one of so many goes on, each time")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cores", type=int, default=os.cpu_count(), help="trials at a time")
    parser.add_argument("--verify", action="store_true")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        # Without an address it is a Ray of this machine alone, which ends with this program.
        ray.init(num_cpus=options.cores, include_dashboard=False, log_to_driver=False)
        try:
            results = search(options, folder)
        finally:
            ray.shutdown()
    trials = []
    for result in results:
        if result.error is not None:
            # Ray has noted that the trial failed, and the rest went on.
            print(f"{result.config}: failed, {str(result.error).strip().splitlines()[-1]}")
            continue
        trials.append({**result.metrics, "config": result.config})
        print(f"{result.config}: epoch {result.metrics['epoch']}, {result.metrics['val_accuracy']:.4f}")
    whole = [trial for trial in trials if "weights" in trial]
    if not whole:
        sys.exit("no trial came to its last epoch")
    best = max(whole, key=lambda trial: trial["val_accuracy"])
    early = len(trials) - len(whole)
    print(f"{early} of {len(trials)} ended early")
    print(f"the best: {best['config']}, {best['val_accuracy']:.4f}, weights {best['weights']}")
    return 0 if not options.verify or verify(best, [trial["config"] for trial in trials], early) else 1


if __name__ == "__main__":
    sys.exit(main())
