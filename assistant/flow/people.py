"""Who works here: added, changed, given and refused access by those who may, each time with who and when.

People are the operator's too (`holdfast agent add`); what is checked here is checked there. Nobody is ever removed:
without access they can't sign in, and what they did keeps its name.
"""

from __future__ import annotations

from assistant.flow.change_log import check_seen, checked_comment, to_undo
from assistant.flow.person import (
    MAX_NAME,
    Person,
    capacity,
    checked_person,
    new_agent,
    person_of,
    slots_of,
    with_person,
)
from assistant.flow.presence import AgentPresence
from assistant.model.agent import SUPERVISORS, Agent, Presence, Role
from assistant.model.changes import PASSWORDS, PEOPLE, Change
from assistant.model.contact import Channel
from assistant.model.errors import Refused
from assistant.model.redaction import sayable
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

SKILLS = frozenset({"queues", "languages", "proficiency"})
"""What a supervisor may change of somebody; the rest is an admin's."""
OWN = frozenset({"role", "has_access"})
"""What nobody changes of themselves."""
NOT_TO_SEE = {"password": "set"}


def section_of_person(username: str) -> str:
    return f"{PEOPLE}.{username}"


class People:
    """Changes of people, each one a row of the same kind as a change of settings. Raises `Refused` as it says."""

    def __init__(self, store: Store, tenant: Tenant, presence: AgentPresence) -> None:
        self._store = store
        self._tenant = tenant
        self._presence = presence

    async def add(
        self, by: Agent, username: str, person: Person, password_hash: str, comment: str | None = None
    ) -> Agent:
        """Raises `Refused`: `forbidden` for who is no admin; `username_taken`; `invalid_request`."""
        _check_admin(by)
        checked, comment = checked_person(person, self._tenant), checked_comment(comment)

        def add(work: UnitOfWork) -> Agent:
            work.changes.lock()
            if work.agents.by_username(username) is not None:
                raise Refused("username_taken", f"username: there is somebody named {username} already.")
            agent = new_agent(username, checked)
            work.agents.add(agent, password_hash, slots_of(agent, self._tenant))
            section = section_of_person(username)
            work.changes.append(section, by.id, before=None, after=checked.as_data(), comment=comment)
            return agent

        return await self._store.transact(add)

    async def change(self, by: Agent, username: str, person: Person, seen: int, comment: str | None = None) -> Change:
        """What somebody is from now on. Who has another role signs in anew; who has no access is signed out for good.

        Raises `Refused`: `forbidden` for what is not theirs to change, for one's own role and access; `last_admin`;
        `settings_changed`; `no_such_agent`; `invalid_request`; `in_a_call` where the telephone is in use.
        """
        checked, comment = checked_person(person, self._tenant), checked_comment(comment)

        def change(work: UnitOfWork) -> tuple[Agent, Change]:
            work.changes.lock()
            _locked(work, username)
            check_seen(work, section_of_person(username), seen)
            return self._change(work, by, username, checked, comment)

        return await self._signed_out(*await self._store.transact(change))

    async def undo(self, by: Agent, version: int, comment: str | None = None) -> Change:
        """Somebody is again as before that change; whoever it added has no access. Raises `Refused` as `change`."""
        comment = checked_comment(comment)

        def undo(work: UnitOfWork) -> tuple[Agent, Change]:
            work.changes.lock()
            undone = to_undo(work, version)
            kind, _, username = undone.section.partition(".")
            if kind == PASSWORDS:
                raise Refused("cannot_be_undone", "A password that was replaced is not known any more.")
            earlier = undone.before or undone.after | {"has_access": False}
            person = checked_person(person_of(earlier), self._tenant)
            return self._change(work, by, username, person, comment, undoes=version)

        return await self._signed_out(*await self._store.transact(undo))

    def _change(
        self,
        work: UnitOfWork,
        by: Agent,
        username: str,
        person: Person,
        comment: str | None,
        undoes: int | None = None,
    ) -> tuple[Agent, Change]:
        agent = _locked(work, username)
        changed = with_person(agent, person)
        before, after = Person.of(agent).as_data(), Person.of(changed).as_data()
        different = {name for name in after if after[name] != before[name]}
        if not different:
            raise Refused("nothing_changed", "This is what it says already.")
        _check_may(by, agent, different)
        if agent.role is Role.ADMIN and agent.has_access and not (person.role is Role.ADMIN and person.has_access):
            _check_not_the_last(work, agent)
        for channel, count in capacity(self._tenant, Person.of(changed)).items():
            if not work.agents.has_slots(agent.id, channel, count) and channel is Channel.VOICE:
                raise Refused("in_a_call", f"{agent.name} is in a call. Take the telephone away afterwards.")
        work.agents.save(changed)
        if not person.has_access or person.role is not agent.role:
            work.agents.end_sessions(agent.id)  # an open console knows the old role
        change = work.changes.append(
            section_of_person(username), by.id, before=before, after=after, comment=comment, undoes=undoes
        )
        return changed, change

    async def set_password(self, by: Agent, username: str, password_hash: str, comment: str | None = None) -> None:
        """A new password for somebody, who is signed out everywhere. Raises `Refused`: `forbidden`, `no_such_agent`."""
        _check_admin(by)
        comment = checked_comment(comment)

        def change(work: UnitOfWork) -> Agent:
            work.changes.lock()
            agent = _locked(work, username)
            work.agents.set_password(agent.id, password_hash)
            work.agents.end_sessions(agent.id)
            section = f"{PASSWORDS}.{username}"
            work.changes.append(section, by.id, before=None, after=NOT_TO_SEE, comment=comment)
            return agent

        await self._store.transact(change)

    async def _signed_out(self, agent: Agent, change: Change) -> Change:
        """Who has no access takes no more offers. Their consoles close by themselves, as after any sign-out."""
        if not agent.has_access:
            await self._presence.set(agent.id, Presence.SIGNED_OUT)
        return change


def may_undo(by: Agent, change: Change) -> bool:
    """Whether this change of somebody can be taken back by this one: nobody knows a password that was replaced."""
    if change.section.startswith(f"{PASSWORDS}."):
        return False
    before, after = change.before or {}, change.after
    different = {name for name in after if after[name] != before.get(name)}
    if change.section == section_of_person(by.username) and different & OWN:
        return False
    return by.role is Role.ADMIN or (by.role in SUPERVISORS and not different - SKILLS)


def _locked(work: UnitOfWork, username: str) -> Agent:
    found = work.agents.by_username(username) if sayable(username) == username else None
    agent = work.agents.lock(found[0].id) if found else None
    if agent is None:
        raise Refused("no_such_agent", f"There is nobody named {username[:MAX_NAME]}.")
    return agent


def _check_admin(by: Agent) -> None:
    if by.role is not Role.ADMIN:
        raise Refused("forbidden", "Only an admin may do this.")


def _check_may(by: Agent, agent: Agent, different: set[str]) -> None:
    if by.role not in SUPERVISORS or (by.role is not Role.ADMIN and different - SKILLS):
        raise Refused("forbidden", "Only an admin may change more of somebody than their queues, languages and skill.")
    if by.id == agent.id and different & OWN:
        raise Refused("own_access", "Your own role and access are another admin's to change.")


def _check_not_the_last(work: UnitOfWork, agent: Agent) -> None:
    others = [one for one in work.agents.all() if one.role is Role.ADMIN and one.has_access and one.id != agent.id]
    if not others:
        raise Refused("last_admin", f"{agent.name} is the last admin: make somebody else one first.")
