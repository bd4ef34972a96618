from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

import simloom_clients.telekom_m2m.api as generated
from simloom.capabilities import Support, Verb
from simloom.plugins.operations import MARK
from simloom_plugins.telekom_m2m.provider import TelekomM2m

# Verb -> support, evidence, retry class, quota, most SIMs in one request, all or nothing.
_ACTION = ("full", "inferred", "set-state", "actions", 1000, True)
TABLE: dict[str, tuple[Any, ...]] = {
    "list": ("full", "documented", "read", None, None, None),
    "get": ("full", "documented", "read", "details", None, None),
    "activate": _ACTION,
    "suspend": _ACTION,
    "resume": _ACTION,
    "block": _ACTION,
    "unblock": _ACTION,
    "terminate": _ACTION,
    "set-label": _ACTION,
    "usage": ("partial", "documented", "read", "details", None, None),
    "pool-usage": ("full", "inferred", "read", None, None, None),
    "send-sms": ("full", "documented", "additive", "sms", None, None),
    "list-sms": ("full", "inferred", "read", "history", None, None),
    "connectivity": ("full", "inferred", "read", "history", None, None),
    "session-history": ("full", "inferred", "read", "history", None, None),
    "reset-connectivity": ("full", "inferred", "set-state", None, None, None),
    "order": ("full", "inferred", "additive", None, None, None),
    "create-transfer": ("full", "inferred", "additive", None, 1000, True),
    "get-transfer": ("full", "documented", "read", None, None, None),
    "accept-transfer": ("full", "documented", "set-state", None, None, None),
    "reject-transfer": ("full", "documented", "set-state", None, None, None),
    "cancel-transfer": ("full", "documented", "set-state", None, None, None),
    "bind-eid": _ACTION,
    "modify-profiles": _ACTION,
    "change-tariff": _ACTION,
    "change-option": ("full", "inferred", "set-state", "actions", None, None),
    "book-option": ("full", "inferred", "additive", "actions", 1000, True),
    "terminate-option": _ACTION,
    "reset-limit": _ACTION,
    "override-limit": _ACTION,
    "restore-limit": _ACTION,
    "reset-fraud": _ACTION,
    "list-actions": ("full", "inferred", "read", None, None, None),
}


def test_the_capability_table():
    found = {
        verb.value: (
            line.support.value,
            line.evidence and line.evidence.value,
            line.retry_class and line.retry_class.value,
            line.quota,
            line.bulk_max,
            line.atomic,
        )
        for verb, line in TelekomM2m.capabilities().items()
        if line.usable
    }
    assert found == TABLE


def test_everything_else_is_the_vendors_gap():
    rest = {verb.value: line for verb, line in TelekomM2m.capabilities().items() if not line.usable}
    assert {line.support for line in rest.values()} == {Support.VENDOR_CANNOT}
    assert set(rest) == {
        "monthly-usage",
        "get-sms",
        "cancel-sms",
        "quota",
        "top-up",
        "list-orders",
        "get-order",
        "list-products",
        "provision",
        "delete",
        "reset-pin",
        "unblock-pin",
        "lock-imei",
        "unlock-imei",
    }


def test_identifiers_are_those_an_operation_takes_itself():
    kinds = {verb: line.identifiers for verb, line in TelekomM2m.capabilities().items()}
    assert kinds[Verb.LIST] == ("iccid", "eid", "imsi", "imei", "msisdn")
    others = {kinds[Verb(name)] for name in TABLE if name != "list"}
    assert others == {("iccid",)}


def test_the_notes_say_what_a_caller_has_to_know():
    notes = {verb: line.note for verb, line in TelekomM2m.capabilities().items()}
    assert "cannot be chosen" in notes[Verb.USAGE]
    for verb in (Verb.USAGE, Verb.CONNECTIVITY, Verb.SESSION_HISTORY):
        assert "bytes_per_unit" in notes[verb]
    assert "diagnostics" in notes[Verb.SEND_SMS]


def test_each_verb_has_the_method_of_its_name():
    pages = {
        "list": "list_page",
        "list-sms": "list_sms_page",
        "session-history": "session_history_page",
        "list-actions": "list_actions_page",
    }
    names = {verb.value: name for verb, name in TelekomM2m.declared().items()}
    assert names == {verb: pages.get(verb, verb.replace("-", "_")) for verb in TABLE}


def test_methods_are_generator_functions_that_take_an_iccid_first(m2m: TelekomM2m):
    without = {
        "list_page",
        "list_actions_page",
        "pool_usage",
        "order",
        "create_transfer",
        "get_transfer",
        "accept_transfer",
        "reject_transfer",
        "cancel_transfer",
    }
    for name in [*TelekomM2m.declared().values(), "refresh", "cancel", "get_by_identifier"]:
        assert inspect.isgeneratorfunction(getattr(m2m, name)), name
    for name in set(TelekomM2m.declared().values()) - without:
        assert next(iter(inspect.signature(getattr(m2m, name)).parameters)) == "iccid", name


def test_deprecated_operations_have_no_verb():
    # Quirk 25: Check SIM in HLR and Get API Usage stay with the generated client.
    found = pkgutil.walk_packages(generated.__path__, f"{generated.__name__}.")
    modules = [importlib.import_module(item.name) for item in found if not item.ispkg]
    deprecated = {module.OPERATION.id for module in modules if module.OPERATION.deprecated}
    assert deprecated == {"check_sim_in_hlr", "check_sim_in_hlr_by_identifier", "get_api_usage"}
    marks = [getattr(getattr(TelekomM2m, name), MARK) for name in TelekomM2m.declared().values()]
    sent = {operation.id for mark in marks for operation in mark.operations}
    assert not sent & deprecated
    assert len(sent) == len(TABLE) - 3  # details serve two verbs, a transfer's decision three


def test_every_operation_lives_under_the_partner():
    # Quirk 23: SIMs of a subunit are reachable under its own partner id only.
    for name in TelekomM2m.declared().values():
        for operation in getattr(getattr(TelekomM2m, name), MARK).operations:
            assert operation.path.startswith("/partners/{partner_id}/")
