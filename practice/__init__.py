"""Callers and agents for practice: one seeded crowd, lived through against a running service or simulated without one.

An independent client. Against a service it speaks what `docs/wire.md` and the contract promise and nothing else, so it
imports nothing of the service; without one, `desk` moves the same crowd through virtual time.
"""
