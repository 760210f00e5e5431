"""A real cluster on loopback: two nodes that hold the data, and a third that only votes.

Two alone would not do: a master is chosen by a majority, and of two nodes that may vote one is not a majority, so the
death of the wrong one would stop the writing. The third holds nothing and costs little; with it either may die.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.elasticsearch.server import Server, prepare

HEAP = "256m"
FIRST = "first"
ROLES = {FIRST: "[master, data]", "second": "[master, data]", "tiebreaker": "[master]"}


class Cluster:
    """The nodes by name; `first` is the master to begin with."""

    def __init__(self) -> None:
        home = prepare()
        self.nodes = {name: Server(home, settings=_settings(name), heap=HEAP) for name in ROLES}

    @property
    def urls(self) -> str:
        """The addresses of the nodes that hold data, as our setting takes them."""
        return ",".join(node.url for name, node in self.nodes.items() if "data" in ROLES[name])

    def start(self) -> None:
        """The first alone, so that it is the master; then the others at the same time."""
        first, *others = self.nodes.values()
        first.settings["cluster.initial_master_nodes"] = FIRST
        first.start()
        for node in others:
            node.settings["discovery.seed_hosts"] = first.transport
            node.launch()
        for node in others:
            node.wait()

    def kill(self, name: str) -> None:
        """End a node at once, as a power cut would."""
        self.nodes[name].kill()

    def bring_back(self, name: str) -> None:
        """Start a node again with the data that it had; it looks for the others and joins them."""
        others = [node.transport for other, node in self.nodes.items() if other != name]
        node = self.nodes[name]
        node.settings = {**_settings(name), "discovery.seed_hosts": ",".join(others)}
        node.start()

    def stop(self) -> None:
        """End all and take their folders away."""
        for node in self.nodes.values():
            node.kill()
            node.stop()


def _settings(name: str) -> dict[str, str]:
    return {"node.name": name, "node.roles": ROLES[name], "discovery.type": "multi-node", "discovery.seed_hosts": "[]"}


@contextmanager
def running() -> Iterator[Cluster]:
    """A cluster that is up, ended when the block is left."""
    cluster = Cluster()
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
