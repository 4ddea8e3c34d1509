"""The workflow in one place: the engine, one table per aggregate, and what each phase checks and does."""

from pairing.workflow import agreement, problem

__all__ = ["agreement", "problem"]
