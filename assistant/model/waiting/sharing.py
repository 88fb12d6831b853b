"""Whose turn a shared agent's next free slot is: the fluid limit of serving the oldest caller over several queues.

An agent who serves several queues takes the oldest caller of any of them. So teams that serve two lines work longer
for the one that would otherwise lag behind, until both drain together, or until one line has all of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.model.contact import QueueId

ROUNDS = 6
EAGERNESS = 1.5  # from 2 on the shares would swing for ever between queues that share all agents


def allotted(
    queue: QueueId, before: Mapping[QueueId, float], teams: Mapping[frozenset[QueueId], float]
) -> tuple[float, float]:
    """What the teams that serve `queue` give to its callers: `(of it, in all)`, in contacts a second.

    `before` counts the callers of each queue to be served, the one who asks included; `teams` is what each set of
    queues is served with. The cost grows with the number of sets, not with the length of any line.
    """
    in_all = sum(rate for queues, rate in teams.items() if queue in queues)
    rivals = [q for q in before if q != queue and before[q] > 0]
    if not any(queue in queues and q in queues for q in rivals for queues in teams):
        return in_all, in_all
    need = {queue: before[queue], **{q: before[q] for q in rivals}}
    pull = dict(need)
    share = dict.fromkeys(need, 0.0)
    for _ in range(ROUNDS):
        share = dict.fromkeys(need, 0.0)
        for queues, rate in teams.items():
            served = [q for q in queues if q in pull]
            total = sum(pull[q] for q in served)
            for q in served:
                share[q] += rate * pull[q] / total
        for q in pull:
            if share[q] > 0:
                pull[q] *= ((need[q] / share[q]) / (need[queue] / share[queue])) ** EAGERNESS
    return share[queue], in_all
