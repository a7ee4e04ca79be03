"""Flower asks for a ClientApp. The nodes of this app are programs of their own: `lanegrad/flower`."""

from flwr.clientapp import ClientApp

app = ClientApp()
