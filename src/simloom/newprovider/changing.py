"""The operations that suspend and resume one SIM."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from simloom.models import SimStatus
from simloom.newprovider.document import (
    answer_schema,
    operations,
    properties,
    required,
    sent_json,
)
from simloom.newprovider.found import Found, asks_for, bare, last_of, needed, one_of, slots_of
from simloom.newprovider.reading import KEYS, by_iccid
from simloom.newprovider.records import is_iccid, words_of
from simloom.newprovider.samples import sample
from simloom.newprovider.words import (
    ACTION_MEMBERS,
    MAY_RESUME,
    MAY_SUSPEND,
    RESUME,
    STATUS_MEMBERS,
    SUSPEND,
    plain,
    read_statuses,
)

_WRITES = {"POST", "PUT", "PATCH"}
_MOST = 3


@frozen(kw_only=True)
class Change:
    """A verb in words: its own, those of other vendors' verbs, and the status that it leads to."""

    verb: str
    words: frozenset[str]
    maybe: frozenset[str]
    expected: SimStatus


SUSPENDING = Change(verb="suspend", words=SUSPEND, maybe=MAY_SUSPEND, expected=SimStatus.SUSPENDED)
RESUMING = Change(verb="resume", words=RESUME, maybe=MAY_RESUME, expected=SimStatus.ACTIVE)


def find_change(document: dict[str, Any], change: Change, got: Found | None) -> Found | str:
    """Return how a SIM is changed, or the decision that a person has to take."""
    found: list[Found] = []
    reasons: list[tuple[bool, str]] = []
    for path, method, operation in operations(document):
        if method not in _WRITES:
            continue
        outcome = _look(document, change, got, (path, method, operation))
        if isinstance(outcome, Found):
            found.append(outcome)
        elif outcome:
            exact = last_of(path) in change.words
            reasons.append((exact, f"{method} {path} {outcome}"))
    if not found:
        return _nothing(change, reasons, _bodies(document))
    named = [one for one in found if not one.member]
    one = one_of(named if len(named) == 1 else found, f"is to {change.verb} a SIM")
    if isinstance(one, Found):
        return _ending(one, change, got)
    return one


def _nothing(change: Change, reasons: list[tuple[bool, str]], bodies: list[str]) -> str:
    if reasons:
        return "; ".join(why for _, why in sorted(reasons, key=lambda one: not one[0])[:_MOST])
    seen = f" (with SIMs in the body: {', '.join(bodies[:_MOST])})" if bodies else ""
    return (
        f"no operation for one SIM is named {change.verb}, or takes a status that is certainly "
        f"{change.expected.value!r}{seen}: decide which one does it, or take the verb out when the "
        "vendor has none"
    )


def _bodies(document: dict[str, Any]) -> list[str]:
    """Return the writes whose body has an ICCID, or several."""
    found = []
    for path, method, operation in operations(document):
        body = sent_json(document, operation) if method in _WRITES else None
        names = () if body is None else properties(document, body)
        if any(is_iccid(name) or is_iccid(name.removesuffix("s")) for name in names):
            found.append(f"{method} {path}")
    return found


def _ending(one: Found, change: Change, got: Found | None) -> Found | str:
    """Check that a SIM can say when a change is over, as nothing else does."""
    if got is None:
        return (
            f"{one.name} does it, but `get` is not certain, and nothing else tells when it is done"
        )
    words = {*got.record.statuses.values()}
    if got.record.status and not (got.record.statuses or got.record.unread) and one.word:
        words |= {*read_statuses([one.word]).values()}
    if change.expected not in words:
        return (
            f"{one.name} does it, but no word of the status in {got.name} is certainly "
            f"{change.expected.value!r}: decide which word says that it is done"
        )
    return one


def _look(
    document: dict[str, Any],
    change: Change,
    got: Found | None,
    given: tuple[str, str, dict[str, Any]],
) -> Found | str:
    """Return the operation, a decision about it, or an empty text when it is something else."""
    path, method, operation = given
    account, slots = slots_of(path)
    last = last_of(path)
    takes_body = _has_body(operation)
    body = sent_json(document, operation) if takes_body else None
    named, maybe = last in change.words, last in change.maybe
    word = "" if body is None else _word(document, change, (path, method), body)
    asked = [name for name in needed(operation) if plain(name) in STATUS_MEMBERS | ACTION_MEMBERS]
    if asked and slots and not word:
        return f"takes {asked[0]} in its query: decide which value is to {change.verb} a SIM"
    if not (named or maybe or isinstance(word, tuple) or word):
        return ""
    keyed = _keyed(path, operation, slots, got)
    if maybe and (isinstance(keyed, str) and not slots):
        return ""
    missing = needed(operation)
    why = ""
    if maybe:
        why = f"may do it: decide whether {last!r} is what this vendor calls to {change.verb} a SIM"
    elif isinstance(keyed, str):
        why = keyed
    elif named and takes_body and not isinstance(word, tuple):
        why = "takes a body: decide what to send"
    elif isinstance(word, str) and not named:
        why = word
    elif missing:
        why = asks_for(missing)
    elif operation.get("deprecated") is True:
        why = "is deprecated: decide whether it is still to be used"
    if why or isinstance(keyed, str):
        return why
    status = _status(operation)
    schema = answer_schema(document, operation, status)
    return Found(
        method=method,
        path=path,
        account=account,
        keyed=keyed,
        member=word[0] if isinstance(word, tuple) else "",
        word=word[1] if isinstance(word, tuple) else "",
        sample=sample(document, schema) if schema else None,
        status=status,
    )


def _keyed(path: str, operation: dict[str, Any], slots: list[str], got: Found | None) -> bool | str:
    """Return whether the vendor's own id is in the path; text where no single SIM is."""
    if not slots:
        return "names no SIM in its path: decide how it is told the SIM, and what its answer means"
    if len(slots) > 1:
        return f"has {' and '.join(slots)} in its path: decide which one is the SIM"
    if by_iccid(operation, slots[0]):
        return False
    if plain(slots[0]) in KEYS and got is not None and got.keyed:
        its = bare(got.path)
        if bare(path) == its or path.startswith((its + "/", its + ":")):
            return True
    return f"has {slots[0]} in its path: decide how it follows from the ICCID"


def _word(
    document: dict[str, Any], change: Change, place: tuple[str, str], body: dict[str, Any]
) -> tuple[str, str] | str:
    """Return the member of the body and its value, or why they are not certain; empty for others.

    A member may be left out of the body only where that certainly changes nothing: in a PATCH, or
    below the path of the SIM.
    """
    members = properties(document, body)
    fitting = [name for name in members if plain(name) in STATUS_MEMBERS | ACTION_MEMBERS]
    if len(fitting) != 1:
        return ""
    name = fitting[0]
    words = words_of(document, members[name])
    if plain(name) in STATUS_MEMBERS:
        found = [word for word, status in read_statuses(words).items() if status is change.expected]
        found = found or [word for word in words if plain(word) in change.words]
    else:
        found = [word for word in words if plain(word) in change.words]
    maybe = [word for word in words if plain(word) in change.maybe | _doubtful(change)]
    named = bool(found or maybe) or plain(name) in STATUS_MEMBERS
    path, method = place
    if len(found) != 1:
        if not named or (not words and method == "POST" and not bare(path).endswith("}")):
            return _untold(path, name) if not words and named else ""
        which = (
            ", ".join(map(repr, found or maybe or words)) or "nothing says which words there are"
        )
        return f"takes {name}: decide which value is to {change.verb} ({which})"
    others = sorted(required(document, body) - {name})
    if others:
        return f"takes {name}, and asks for {', '.join(others)}: decide what to send for that"
    whole = bare(path).endswith("}") and method != "PATCH"
    if whole and len(members) > 1:
        return (
            f"takes {name} beside other members: decide whether those that are left out stay as "
            "they are"
        )
    if not required(document, body) and len(members) > 1 and method != "PATCH":
        return f"takes {name}, but does not ask for it: decide whether it may be sent alone"
    return name, found[0]


def _untold(path: str, name: str) -> str:
    last = last_of(path)
    if last in STATUS_MEMBERS | ACTION_MEMBERS:
        return f"takes {name}: decide which value it is, as nothing says which there are"
    return ""


def _doubtful(change: Change) -> frozenset[str]:
    if change.expected is SimStatus.SUSPENDED:
        return frozenset({"deactivated", "disabled", "inactive", "blocked", "paused"})
    return frozenset({"enabled", "live"})


def _has_body(operation: dict[str, Any]) -> bool:
    return "requestBody" in operation or any(
        one.get("in") in {"body", "formData"} for one in operation["parameters"]
    )


def _status(operation: dict[str, Any]) -> int:
    answers = operation.get("responses")
    told = sorted(str(one) for one in answers) if isinstance(answers, dict) else []
    return next((int(one) for one in told if one in {"200", "201", "202", "204"}), 200)
