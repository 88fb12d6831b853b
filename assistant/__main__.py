"""The command line: `holdfast COMMAND`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import uvloop

from assistant.adapters.migrate import migrate
from assistant.bootstrap import changes, review
from assistant.bootstrap.audit import audit, instant
from assistant.bootstrap.erase import erase
from assistant.bootstrap.parts import database_url
from assistant.bootstrap.people import Person, add_person, list_people
from assistant.bootstrap.recount import recount
from assistant.bootstrap.serving import only_one, say, serve, suit_many
from assistant.bootstrap.telephone import serve_emulator
from assistant.edge.logs import log_to_stderr
from assistant.flow.numbers import normal
from assistant.model.agent import Role
from assistant.model.errors import Refused, Unavailable
from assistant.settings.environment import ROOT, Settings, SettingsError, check_for_serving, load_settings
from assistant.settings.tenant import load_tenant
from assistant.settings.webhooks import signing_keys
from handoff.passwords import MIN_PASSWORD
from practice.command import add_options, simulate_command
from telephony import fallback


def command_run(settings: Settings, _: argparse.Namespace) -> None:
    """Everything, embedded unless the settings say otherwise."""
    suit_many()
    guard = only_one(settings.data_dir) if settings.is_embedded else contextlib.nullcontext()
    with guard:
        uvloop.run(serve(settings, for_trying_out=True))


def command_serve(settings: Settings, _: argparse.Namespace) -> None:
    """The service alone: one of as many processes as there are on one database."""
    check_for_serving(settings)
    suit_many()
    uvloop.run(serve(settings, for_trying_out=False))


def command_migrate(settings: Settings, _: argparse.Namespace) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    asyncio.run(migrate(database_url(settings)))
    say("the database is up to date")


def command_check(settings: Settings, _: argparse.Namespace) -> None:
    """The settings, the tenant file, and what was changed since on the settings page: whether they fit each other."""
    tenant = load_tenant(settings.tenant)
    signing_keys(tenant.webhooks)
    try:
        tenant = asyncio.run(changes.held_tenant(settings))
    except Unavailable as away:
        say(f"what was changed on the settings page was not looked at: {away.message}")
    if settings.twilio_account_sid and not settings.twilio_api_key:
        say("no calls in consoles: HOLDFAST_TWILIO_API_KEY is not set")
    say(f"{tenant.brand}: {len(tenant.queues)} queues, {len(tenant.topics)} topics, {len(tenant.services)} services")


def command_train(_: Settings, __: argparse.Namespace) -> None:
    prepare = [str(ROOT / "tools" / "any-python"), str(ROOT / "tools" / "prepare.py"), "train"]
    raise SystemExit(subprocess.call(prepare))  # noqa: S603 - our own tool, no input of anybody's


def command_understand(_: Settings, arguments: argparse.Namespace) -> None:
    """Measures the trained model on sentences of one's own, in the model's own environment."""
    python = ROOT / "rasa_project" / ".venv" / "bin" / "python"
    wanted = [str(python), str(ROOT / "rasa_project" / "understand.py"), str(Path(arguments.file).resolve())]
    raise SystemExit(subprocess.call(wanted + (["--json"] if arguments.json else [])))  # noqa: S603 - see above


def command_review(settings: Settings, arguments: argparse.Namespace) -> None:
    """Lists what was not understood for a person to say what was meant, or takes that back into the training data."""
    training = ROOT / "rasa_project" / "data" / "nlu"
    if arguments.accept is not None:
        added = review.accept(arguments.accept, arguments.into or training / "reviewed.yml", training)
        say(f"{added} new training sentences" + (": holdfast train" if added else ""))
        return
    found = asyncio.run(review.collect(settings, arguments.since, training))
    if arguments.out is not None:
        review.write_table(arguments.out, found)
        say(f"{len(found)} lines in {arguments.out}: fill in the column intent, then --accept it")
        return
    for line in found:
        say(f"{line.group:4} {line.count:4} {line.why:15} {line.suggested:26} {line.text}")


def command_agent(settings: Settings, arguments: argparse.Namespace) -> None:
    """Lists who can sign in on the console, or adds one; the password is asked for, or read from standard input."""
    if arguments.verb == "list":
        for agent in asyncio.run(list_people(settings)):
            served = ", ".join(agent.queues) or "no queue"
            telephones = [*(["softphone"] if agent.has_softphone else []), *([agent.phone] if agent.phone else [])]
            spoken, rings = ", ".join(agent.languages), ", ".join(telephones) or "no telephone"
            say(f"{agent.username:16} {agent.role:11} {agent.name}; {served}; {spoken}; {rings}")
        return
    tenant = asyncio.run(changes.held_tenant(settings))
    person = Person(
        username=arguments.name,
        role=arguments.role,
        name=arguments.full_name,
        phone=arguments.phone,
        has_softphone=arguments.softphone,
        queues=arguments.queues,
        languages=arguments.languages,
    )
    password = getpass.getpass("password: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    if len(password) < MIN_PASSWORD:
        raise SettingsError(f"password: at least {MIN_PASSWORD} characters")
    agent = asyncio.run(add_person(settings, tenant, person, password))
    takes = "" if agent.phone or agent.has_softphone else "; chats only, without --phone or --softphone to ring"
    say(f"{agent.username} can sign in on {settings.origin}/console{takes}")


def command_settings(settings: Settings, arguments: argparse.Namespace) -> None:
    """Lists what was changed on the settings page, or takes a change back that stands in the way of the start."""
    if arguments.verb == "undo":
        change = asyncio.run(changes.undo(settings, arguments.version))
        say(f"{change.section} is as it was before version {change.undoes}; this is version {change.version}")
        return
    for line in asyncio.run(changes.listed(settings)):
        say(line)


def command_erase(settings: Settings, arguments: argparse.Namespace) -> None:
    """Who wants to be forgotten: lists their contacts, and with --yes has them erased for good."""
    customer, number, is_meant = arguments.customer, arguments.number, arguments.yes
    if customer is None and number is None:
        raise SettingsError("erase: whom? --customer NUMBER, or --number of a telephone")
    try:
        number = normal(number, load_tenant(settings.tenant).callbacks.region) if number is not None else None
    except Refused:
        raise SettingsError(f"--number: {number!r} is no telephone number") from None
    found = asyncio.run(erase(settings, customer_number=customer, number=number, is_meant=is_meant))
    for contact in found:
        say(f"{contact.id}  {contact.entered_at:%Y-%m-%d %H:%M} UTC  {contact.channel:8}  {contact.queue}")
    still_open = sum(contact.ended_at is None for contact in found)
    if not is_meant:
        say(f"found: {len(found)}; nothing is erased without --yes")
    else:
        waits = f"; not over yet, and erased once they are: {still_open}" if still_open else ""
        say(f"to be erased by the running service: {len(found)}{waits}")


def command_audit(settings: Settings, arguments: argparse.Namespace) -> None:
    """Proves the order of first offers from the recorded events; exit code 1 where it cannot be proved."""
    begin, end = instant(arguments.begin, "--from"), instant(arguments.end, "--to")
    if not asyncio.run(audit(settings, begin, end, as_json=arguments.json, write=say)):
        raise SystemExit(1)


def command_recount(settings: Settings, _: argparse.Namespace) -> None:
    """Counts every contact anew, from the recorded events: the reports' sums are nothing but that."""
    asyncio.run(recount(settings))
    say("every contact is counted from its events")


def command_fallback(settings: Settings, arguments: argparse.Namespace) -> None:
    """What a telephone company can answer with by itself on the day when the service is gone: to standard output."""
    try:
        tenant = asyncio.run(changes.held_tenant(settings))
    except Unavailable:  # what is written is for days like these
        tenant = load_tenant(settings.tenant)
    if arguments.queue is not None and arguments.queue not in tenant.queues:
        raise SettingsError(f"--queue: there is no queue {arguments.queue!r}")
    say(fallback.text(tenant) if arguments.texts else fallback.call(tenant, arguments.queue))


def command_emulator(settings: Settings, _: argparse.Namespace) -> None:
    """The telephone emulator alone, on the host and port of the settings, calling the public address."""
    uvloop.run(serve_emulator(settings, load_tenant(settings.tenant)))


def command_simulate(_: Settings, arguments: argparse.Namespace) -> None:
    """Callers and agents for practice, against a service that runs already, or without one."""
    raise SystemExit(simulate_command(arguments))


def command_bench(_: Settings, arguments: argparse.Namespace) -> None:
    """The repository's measurements, beside this process so that they have its cores to themselves."""
    raise SystemExit(subprocess.call([sys.executable, "-m", "bench", *arguments.names], cwd=ROOT))  # noqa: S603


type Command = Callable[[Settings, argparse.Namespace], None]

COMMANDS: dict[str, tuple[Command, str]] = {
    "run": (command_run, "everything, embedded: for trying it out"),
    "serve": (command_serve, "the service alone, for production"),
    "migrate": (command_migrate, "bring the database's tables up to date"),
    "train": (command_train, "train the dialogue model if its sources changed"),
    "understand": (command_understand, "measure the trained model on a file of sentences: text,intent"),
    "review": (command_review, "list what was not understood, by similarity; take a reviewer's answers for training"),
    "agent": (
        command_agent,
        "who can sign in: holdfast agent add NAME --role agent|supervisor|admin, holdfast agent list",
    ),
    "settings": (
        command_settings,
        "what was changed on the settings page: holdfast settings list, holdfast settings undo VERSION",
    ),
    "check": (command_check, "read the settings and the tenant file and say what is wrong"),
    "erase": (
        command_erase,
        "who wants to be forgotten: list their contacts, with --yes have them erased",
    ),
    "audit": (command_audit, "prove from the events that offers followed the order of the line"),
    "recount": (command_recount, "count every contact for the reports anew, from the recorded events"),
    "fallback": (command_fallback, "write the TwiML for the day when the service is gone, from the tenant file"),
    "emulator": (command_emulator, "the telephone emulator alone"),
    "simulate": (command_simulate, "callers and agents for practice, against a service that runs, or without one"),
    "bench": (command_bench, "what a turn, a join and a move cost here: all measurements, or those named"),
}


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="holdfast", description=__doc__)
    parser.add_argument("--version", action="version", version=version("holdfast"))
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    parsers = {name: subparsers.add_parser(name, help=text) for name, (_, text) in COMMANDS.items()}
    of_people = parsers["agent"].add_subparsers(dest="verb", required=True, metavar="VERB")
    of_people.add_parser("list", help="who can sign in")
    add = of_people.add_parser("add", help="add a person")
    add.add_argument("name", help="the name to sign in with")
    add.add_argument("--role", choices=[role.value for role in Role], default=Role.AGENT.value)
    add.add_argument("--full-name", help="callers are told the first of it")
    add.add_argument("--phone", help="rung for calls: a number, sip:… or client:…")
    add.add_argument("--softphone", action="store_true", help="calls are taken in the console's own telephone")
    add.add_argument("--queues", type=_names, default=(), metavar="A,B", help="those served; left out, all")
    add.add_argument("--languages", type=_names, default=(), metavar="A,B", help="those spoken; left out, all")
    of_settings = parsers["settings"].add_subparsers(dest="verb", required=True, metavar="VERB")
    of_settings.add_parser("list", help="what was changed, by whom and when")
    of_settings.add_parser("undo", help="take a change back").add_argument("version", type=int, metavar="VERSION")
    of_erase = parsers["erase"]
    of_erase.add_argument("--customer", metavar="NUMBER", help="the verified customer's number")
    of_erase.add_argument(
        "--number", metavar="TELEPHONE", help="the telephone number, as +447700900101, or as it is dialled at home"
    )
    of_erase.add_argument("--yes", action="store_true", help="erase them; left out, they are only listed")
    add_options(parsers["simulate"])
    parsers["fallback"].add_argument("--queue", help="for the numbers of this queue; left out, for all")
    parsers["fallback"].add_argument("--texts", action="store_true", help="the answer to a text instead of a call")
    parsers["understand"].add_argument("file", help="a CSV with the columns text and intent")
    parsers["understand"].add_argument("--json", action="store_true", help="the figures as JSON")
    of_review = parsers["review"]
    of_review.add_argument("--since", default="7d", help="days back, as 7d (the default), or a day, as 2026-11-20")
    of_review.add_argument("--out", type=Path, metavar="FILE", help="write a table (CSV) instead of printing")
    of_review.add_argument(
        "--accept", type=Path, metavar="FILE", help="take the lines of a table whose intent is given"
    )
    of_review.add_argument("--into", type=Path, metavar="FILE", help="the training file that they go into")
    parsers["bench"].add_argument("names", nargs="*", metavar="NAME", help="one of them; a wrong name lists them all")
    parsers["audit"].add_argument("--from", dest="begin", required=True, metavar="T", help="an RFC 3339 instant")
    parsers["audit"].add_argument("--to", dest="end", required=True, metavar="T", help="an RFC 3339 instant")
    parsers["audit"].add_argument("--json", action="store_true", help="findings and sums as JSON")
    return parser.parse_args()


def main() -> None:
    arguments = read_arguments()
    log_to_stderr()
    sys.path.insert(0, str(ROOT))  # the tenant's connector may stand beside the packages, as the demo does
    try:
        COMMANDS[arguments.command][0](load_settings(), arguments)
    except SettingsError as error:
        sys.stderr.write(f"holdfast: {error}\n")
        sys.exit(2)
    except Unavailable as error:
        sys.stderr.write(f"holdfast: {error.message}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
