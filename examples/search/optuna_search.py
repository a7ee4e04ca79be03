"""A search with Optuna: runs trials of examples/search/train.ts one after another, and ends them early by successive halving.

    python3 examples/search/optuna_search.py search.log             in an environment of examples/search/requirements.txt
    python3 examples/search/optuna_search.py search.log --verify    trains all trials to the end as well, and the best again

The file keeps the search. The same command goes on with it until it has as many trials as it was told, and comes to what a
search comes to that was not interrupted.
"""

import argparse
import sys

import optuna
from optuna.trial import TrialState
from program import Program, verify


def config_of(trial, options):
    return {
        "learningRate": trial.suggest_float("learningRate", 1e-4, 1, log=True),
        "units": trial.suggest_categorical("units", [8, 16, 32, 64]),
        "dropout": trial.suggest_float("dropout", 0, 0.5),
        "epochs": options.epochs,
        "seed": 0,
    }


def objective(trial, options):
    config = config_of(trial, options)
    trial.set_user_attr("config", config)
    program = Program(config, options.threads)
    try:
        while True:
            report = program.read()
            trial.report(report["val_accuracy"], report["epoch"])
            if "weights" in report:
                trial.set_user_attr("weights", report["weights"])
                return report["val_accuracy"]
            if trial.should_prune():
                raise optuna.TrialPruned()
    except (RuntimeError, ValueError, KeyError) as error:
        # Optuna is told that the trial has failed; the attribute tells it from one that was interrupted.
        trial.set_user_attr("error", str(error))
        raise
    finally:
        program.end()


def open_study(options):
    pruner = optuna.pruners.SuccessiveHalvingPruner(min_resource=options.first_epochs, reduction_factor=options.factor)
    backend = optuna.storages.journal.JournalFileBackend(options.file)
    storage = optuna.storages.JournalStorage(backend)
    return optuna.create_study(
        study_name="digits", storage=storage, load_if_exists=True, direction="maximize", pruner=pruner
    )


def counted(study):
    """The trials that came to an end, as they are counted: those that failed by themselves too."""
    ended = study.get_trials(deepcopy=False, states=[TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL])
    return [trial for trial in ended if trial.state != TrialState.FAIL or "error" in trial.user_attrs]


def search(study, options):
    # What ran when the last search was interrupted runs no more; the same config is tried again.
    for trial in study.get_trials(states=[TrialState.RUNNING]):
        study.tell(trial.number, state=TrialState.FAIL)
    while (number := len(counted(study))) < options.trials:
        # Each trial has a seed of its own, so that it depends on the trials before it and not on when the search began.
        study.sampler = optuna.samplers.TPESampler(seed=options.seed + number)
        # A trial that fails does not end the search.
        study.optimize(lambda trial: objective(trial, options), n_trials=1, catch=(RuntimeError, ValueError, KeyError))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file", help="where the search is kept")
    parser.add_argument("--trials", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--first-epochs", type=int, default=3, help="when trials are compared first")
    parser.add_argument("--factor", type=int, default=2, help="one of so many goes on, each time")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1, help="threads of a trial")
    parser.add_argument("--verify", action="store_true")
    options = parser.parse_args()

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = open_study(options)
    search(study, options)
    trials = []
    for trial in counted(study):
        if trial.state == TrialState.FAIL:
            print(f"{trial.user_attrs['config']}: failed, {trial.user_attrs['error']}")
            continue
        trials.append(trial)
        print(f"{trial.user_attrs['config']}: epoch {trial.last_step}, {trial.value:.4f}")
    if not any(trial.state == TrialState.COMPLETE for trial in trials):
        sys.exit("no trial came to its last epoch")
    early = sum(trial.state == TrialState.PRUNED for trial in trials)
    best = {**study.best_trial.user_attrs, "val_accuracy": study.best_value}
    print(f"{early} of {len(trials)} ended early")
    print(f"the best: {best['config']}, {best['val_accuracy']:.4f}, weights {best['weights']}")
    return 0 if not options.verify or verify(best, [trial.user_attrs["config"] for trial in trials], early) else 1


if __name__ == "__main__":
    sys.exit(main())
