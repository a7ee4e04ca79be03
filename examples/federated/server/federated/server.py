"""The server: sends weights, averages what comes back, and leaves out what cannot be averaged."""

import json
import time
from pathlib import Path

import numpy as np
from flwr.app import ArrayRecord, ConfigRecord, Context
from flwr.serverapp import Grid, ServerApp
from flwr.serverapp.strategy import FedAdam, FedAvg

app = ServerApp()


class Checked:
    """Drops answers that would spoil the average, and writes what each round was made of."""

    folder: Path
    shapes: dict[str, tuple[int, ...]]

    def report(self, **line):
        with open(self.folder / "report.jsonl", "a", encoding="utf-8") as file:
            print(json.dumps(line), file=file, flush=True)

    def fault(self, reply):
        """Why an answer cannot be averaged; None if it can."""
        if reply.has_error():
            return reply.error.reason
        records = list(reply.content.array_records.values())
        if len(records) != 1 or list(records[0]) != list(self.shapes):
            return "other arrays than were sent"
        for name, array in records[0].items():
            values = array.numpy()
            if values.shape != self.shapes[name]:
                return f"array {name} has shape {values.shape}, expected {self.shapes[name]}"
            if values.dtype != np.float32 or not np.isfinite(values).all():
                return f"array {name} is not all finite float32"
        metrics = list(reply.content.metric_records.values())
        if len(metrics) != 1 or not metrics[0].get("num-examples", 0) > 0:
            return "no num-examples above 0"
        return None

    def configure_train(self, server_round, arrays, config, grid):
        messages = list(super().configure_train(server_round, arrays, config, grid))
        self.asked = {message.metadata.dst_node_id for message in messages}
        return messages

    def aggregate_train(self, server_round, replies):
        good = []
        lost = "no answer"
        for reply in replies:
            node = reply.metadata.src_node_id
            fault = self.fault(reply)
            if fault is None:
                good.append(reply)
            elif node in self.asked:
                self.report(round=server_round, node=str(node), dropped=fault)
            else:
                # The SuperLink answers in place of a node whose heartbeats have ended.
                lost = fault
            self.asked.discard(node)
        for node in self.asked:
            self.report(round=server_round, node=str(node), dropped=lost)
        arrays, metrics = super().aggregate_train(server_round, good)
        weights = [
            [str(reply.metadata.src_node_id), next(iter(reply.content.metric_records.values()))["num-examples"]]
            for reply in good
        ]
        self.report(round=server_round, averaged=weights, metrics=dict(metrics or {}))
        if arrays is not None:
            values = {name: array.numpy() for name, array in arrays.items()}
            np.savez(self.folder / f"round-{server_round}.npz", **values)
        return arrays, metrics


class CheckedFedAvg(Checked, FedAvg):
    pass


class CheckedFedAdam(Checked, FedAdam):
    pass


@app.main()
def main(grid: Grid, context: Context) -> None:
    settings = context.run_config
    with np.load(settings["weights"]) as file:
        weights = [file[name] for name in file.files]
    while len(list(grid.get_node_ids())) < settings["nodes"]:
        time.sleep(1)
    # From now on a node that is lost is not waited for.
    limits = {"min_train_nodes": 1, "min_available_nodes": 1, "fraction_evaluate": 0.0}
    strategies = {
        "fedavg": lambda: CheckedFedAvg(**limits),
        "fedadam": lambda: CheckedFedAdam(**limits, eta=1e-2),
    }
    strategy = strategies[settings["strategy"]]()
    strategy.folder = Path(settings["folder"])
    strategy.shapes = {str(i): array.shape for i, array in enumerate(weights)}
    config = ConfigRecord({"epochs": settings["epochs"]})
    if settings["lr"] > 0:
        config["lr"] = settings["lr"]
    strategy.start(
        grid=grid,
        initial_arrays=ArrayRecord(weights),
        num_rounds=settings["rounds"],
        timeout=settings["timeout"],
        train_config=config,
    )
    strategy.report(end=True)
