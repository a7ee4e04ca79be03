"""Flower's own node: adds to the weights, and keeps what it sent."""

from pathlib import Path

import numpy as np
from flwr.client import NumPyClient
from flwr.client.mod import secaggplus_mod
from flwr.clientapp import ClientApp


class Client(NumPyClient):
    def __init__(self, context):
        self.node = context.node_id
        self.index = context.node_config["index"]
        self.settings = context.run_config

    def get_parameters(self, config):
        raise RuntimeError("not asked for")

    def fit(self, parameters, config):
        number = config["server-round"]
        if self.index == 1 and number == self.settings["failing"]:
            raise RuntimeError("this node fails")
        waves = [np.sin(np.arange(array.size) * (self.index + 1)).reshape(array.shape) for array in parameters]
        weights = [(array + 0.1 * wave).astype(np.float32) for array, wave in zip(parameters, waves)]
        file = Path(self.settings["folder"]) / f"node-{self.node}-{number}.npz"
        np.savez(file, **{str(i): array for i, array in enumerate(weights)})
        return weights, 150 + 50 * self.index, {"loss": 0.5}

    def evaluate(self, parameters, config):
        return 0.25, 10, {"accuracy": 0.75}


def client(context):
    return Client(context).to_client()


app = ClientApp(client_fn=client, mods=[secaggplus_mod])
