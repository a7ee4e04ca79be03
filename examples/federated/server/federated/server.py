"""The server: sends weights, averages what comes back, and leaves out what cannot be averaged."""

import json
import time
from pathlib import Path

import numpy as np
from flwr.app import Array, ArrayRecord, ConfigRecord, Context
from flwr.serverapp import Grid, ServerApp
from flwr.serverapp.strategy import (
    DifferentialPrivacyClientSideAdaptiveClipping,
    DifferentialPrivacyClientSideFixedClipping,
    DifferentialPrivacyServerSideAdaptiveClipping,
    DifferentialPrivacyServerSideFixedClipping,
    FedAdam,
    FedAvg,
    FedProx,
)

app = ServerApp()


class Checked:
    """Drops answers that would spoil the average, and writes what each round was made of."""

    folder: Path
    shapes: dict[str, tuple[int, ...]]
    update: str  # in what type nodes send what has changed, or 'whole'
    parts: list[tuple[int, ...]]  # the shapes of the weights, which may travel as one flat array

    def report(self, **line):
        with open(self.folder / "report.jsonl", "a", encoding="utf-8") as file:
            print(json.dumps(line), file=file, flush=True)

    def undo(self, reply):
        """Puts whole arrays in place of what has changed, which nodes send in few bytes where they are asked to."""
        if self.update == "whole" or reply.has_error():
            return
        # The scales of int8 come as a metric, which must not be averaged. float16 has none.
        scales = {}
        for metrics in reply.content.metric_records.values():
            scales = dict(zip(self.shapes, metrics.pop("update-scales", [])))
        for record in reply.content.array_records.values():
            for key, array in record.items():
                if array.dtype == self.update and key in self.shapes:
                    change = array.numpy().astype(np.float32) * np.float32(scales.get(key, 1))
                    record[key] = Array(self.sent[key].numpy() + change)

    def norm(self, reply):
        """The L2 norm of an update, in float64."""
        record = next(iter(reply.content.array_records.values()))
        changes = [
            array.numpy().astype(np.float64) - self.sent[key].numpy() for key, array in record.items()
        ]
        return float(np.sqrt(sum((change**2).sum() for change in changes)))

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
        self.sent = arrays
        messages = list(super().configure_train(server_round, arrays, config, grid))
        self.asked = {message.metadata.dst_node_id for message in messages}
        return messages

    def aggregate_train(self, server_round, replies):
        good = []
        lost = "no answer"
        for reply in replies:
            node = reply.metadata.src_node_id
            self.undo(reply)
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
        norms = {str(reply.metadata.src_node_id): self.norm(reply) for reply in good}
        self.report(round=server_round, averaged=weights, metrics=dict(metrics or {}), norms=norms)
        if arrays is not None:
            flat = np.concatenate([array.numpy().ravel() for array in arrays.values()])
            ends = np.cumsum([int(np.prod(shape)) for shape in self.parts])
            values = [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), self.parts)]
            np.savez(self.folder / f"round-{server_round}.npz", **{str(i): v for i, v in enumerate(values)})
        return arrays, metrics


class CheckedFedAvg(Checked, FedAvg):
    pass


class CheckedFedAdam(Checked, FedAdam):
    pass


class CheckedFedProx(Checked, FedProx):
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
        "fedprox": lambda: CheckedFedProx(**limits, proximal_mu=0.1),
    }
    checked = strategies[settings["strategy"]]()
    checked.folder = Path(settings["folder"])
    checked.update = settings["update"]
    checked.parts = [array.shape for array in weights]
    initial = [np.concatenate([array.ravel() for array in weights])] if settings["flat"] else weights
    checked.shapes = {str(i): array.shape for i, array in enumerate(initial)}
    # Little noise, so that the digits can still be told apart. It does not make this example private.
    noise = {"noise_multiplier": 0.01, "num_sampled_clients": settings["nodes"]}
    wrappers = {
        "none": lambda: checked,
        "fixed": lambda: DifferentialPrivacyClientSideFixedClipping(checked, clipping_norm=0.5, **noise),
        "adaptive": lambda: DifferentialPrivacyClientSideAdaptiveClipping(
            checked, initial_clipping_norm=0.5, **noise
        ),
        "server-fixed": lambda: DifferentialPrivacyServerSideFixedClipping(checked, clipping_norm=0.5, **noise),
        "server-adaptive": lambda: DifferentialPrivacyServerSideAdaptiveClipping(
            checked, initial_clipping_norm=0.5, **noise
        ),
    }
    if settings["clipping"].startswith("server-") and settings["update"] != "whole":
        raise ValueError("a server that clips needs whole weights: update must be 'whole'")
    config = ConfigRecord({"epochs": settings["epochs"]})
    if settings["lr"] > 0:
        config["lr"] = settings["lr"]
    if settings["update"] != "whole":
        config["update-dtype"] = settings["update"]
    if settings["poll-interval"] > 0:
        config["poll-interval"] = settings["poll-interval"]
    wrappers[settings["clipping"]]().start(
        grid=grid,
        initial_arrays=ArrayRecord(initial),
        num_rounds=settings["rounds"],
        timeout=settings["timeout"],
        train_config=config,
    )
    checked.report(end=True)
