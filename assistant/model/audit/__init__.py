"""The proof that offers followed the order of the line, from the audit trail alone."""

from assistant.model.audit.findings import SIMULTANEOUS, Fault, Finding, Overtake
from assistant.model.audit.replay import TOLERANCE, Audit

__all__ = ["SIMULTANEOUS", "TOLERANCE", "Audit", "Fault", "Finding", "Overtake"]
