"""What holds: the tenant file, with the changes that were made since on top, validated as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import ValidationError

from assistant.model.changes import Change, is_of_people
from assistant.model.errors import Refused
from assistant.settings.environment import SettingsError
from assistant.settings.sections import KINDS, Document, Section, section_of, wrong_fields
from assistant.settings.tenant import Tenant

ORDER = {name: n for n, name in enumerate(KINDS)}


def document_of(tenant: Tenant) -> Document:
    """The tenant as JSON can say it: `Tenant.model_validate` gives the same tenant again."""
    return tenant.model_dump(mode="json")


def with_section(document: Document, section: Section, value: object) -> Tenant:
    """The tenant with this section so. Raises `Refused`, naming the field, where the whole is impossible by it."""
    try:
        section.write(document, value)
    except LookupError:
        raise Refused("no_such_section", f"{section}: the tenant has no {section.name!r}.") from None
    try:
        return Tenant.model_validate(document)
    except ValidationError as error:
        raise wrong_fields(error, section) from None


def folded(file: Tenant, changes: Iterable[Change]) -> Tenant:
    """The file with the latest change of each section on top. Raises `SettingsError` naming what does not fit."""
    latest = [change for change in changes if change.after is not None and not is_of_people(change.section)]
    ordered = sorted(latest, key=lambda change: (ORDER.get(change.section.partition(".")[0], 0), change.version))
    if not latest:
        return file.model_copy()
    document, wrong = document_of(file), []
    for change in ordered:
        trouble = _laid_on(document, change)
        if trouble is not None:
            wrong.append(trouble)
    if wrong:
        raise SettingsError("; ".join(wrong))
    try:
        return Tenant.model_validate(document)
    except ValidationError as error:
        raise SettingsError(_conflict(file, ordered, error)) from None


def _laid_on(document: Document, change: Change) -> str | None:
    """None, or why this change has no place on the file."""
    try:
        section = section_of(change.section)
        section.write(document, section.checked(change.after))
    except Refused as refused:
        return f"{_named(change)}: {refused.message}"
    except LookupError:
        return f"{_named(change)}: the tenant file has no {change.section.partition('.')[2]!r} any more"
    return None


def _conflict(file: Tenant, changes: Sequence[Change], error: ValidationError) -> str:
    """Which changes are impossible on this file: those that fail alone, or all where only together they do."""
    alone = []
    for change in changes:
        document = document_of(file)
        _laid_on(document, change)
        try:
            Tenant.model_validate(document)
        except ValidationError as its_own:
            alone.append(f"{_named(change)}: {wrong_fields(its_own).message}")
    return "; ".join(alone) or f"{', '.join(map(_named, changes))}: {wrong_fields(error).message}"


def _named(change: Change) -> str:
    return f"{change.section} (version {change.version} of {change.at:%Y-%m-%d %H:%M} UTC)"
