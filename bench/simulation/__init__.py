"""A contact centre in virtual time: seeded callers, agents and shifts, as a pure simulation without input or output."""
