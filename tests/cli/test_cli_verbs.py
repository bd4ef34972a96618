"""Every verb can be reached by a command, and every command of the help's examples is right."""

from __future__ import annotations

import shlex

import pytest
import typer.main

from simloom.capabilities import Verb
from simloom.cli.app import app
from simloom.cli.verbs import WRITE_COMMANDS
from simloom.plugins.provider import Provider

ICCIDS = {
    "infobip": "8981100022152967705",
    "telcoapi": "89441259053213716068",
    "telekom-bsc": "8988280717999264758",
    "telekom-m2m": "8949023000854173484",
}
M2M, BSC, BIP = ICCIDS["telekom-m2m"], ICCIDS["telekom-bsc"], ICCIDS["infobip"]
READS = {
    Verb.LIST: "infobip sims list --limit 1",
    Verb.GET: f"infobip sims get {BIP}",
    Verb.USAGE: f"infobip usage {BIP}",
    Verb.MONTHLY_USAGE: "infobip usage --all --limit 1",
    Verb.POOL_USAGE: "telekom-m2m pools",
    Verb.LIST_SMS: f"telekom-bsc sms list {BSC}",
    Verb.GET_SMS: f"telekom-bsc sms get {BSC} 1",
    Verb.CONNECTIVITY: f"telekom-m2m sims connectivity {M2M}",
    Verb.SESSION_HISTORY: f"telekom-bsc sims sessions {BSC}",
    Verb.QUOTA: f"telekom-bsc sims quota {BSC}",
    Verb.LIST_ORDERS: "telekom-bsc orders list",
    Verb.GET_ORDER: "telekom-bsc orders show 1",
    Verb.LIST_PRODUCTS: "telekom-bsc products",
    Verb.GET_TRANSFER: "telekom-m2m transfers show 1",
    Verb.LIST_ACTIONS: "telekom-m2m actions list",
}
WRITES = {
    Verb.SEND_SMS: f"infobip sms send {BIP} hello",
    Verb.CANCEL_SMS: f"telekom-bsc sms cancel {BSC} 1",
    Verb.ORDER: "telekom-m2m orders create --set material=m --set quantity=1",
    Verb.CREATE_TRANSFER: f"telekom-m2m transfers create {M2M} --to 100017",
    Verb.ACCEPT_TRANSFER: "telekom-m2m transfers accept 1",
    Verb.REJECT_TRANSFER: "telekom-m2m transfers reject 1",
    Verb.CANCEL_TRANSFER: "telekom-m2m transfers cancel 1",
    **{
        command.verb: f"{command.provider} {command.shown().partition(' --provider')[0]}"
        for command in WRITE_COMMANDS
    },
}


def leaves(group, *path):
    """Yield the words and the command of everything that can be run."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from leaves(command, *path, name)
        else:
            yield (*path, name), command


LEAVES = dict(leaves(typer.main.get_command(app)))


def test_every_verb_has_a_command():
    assert set(READS) | set(WRITES) == set(Verb)
    assert not set(READS) & set(WRITES)


@pytest.mark.parametrize("verb", Verb)
def test_the_command_starts_the_verb(cli, sandbox, monkeypatch, verb):
    """What the vendor says to made-up numbers does not matter: its flow was started."""
    for name in ("SIM_KI", "SIM_PUK", "OLD_PIN", "NEW_PIN"):
        monkeypatch.setenv(name, "1234")
    started, flow = [], Provider.flow

    def remembered(self, wanted):
        started.append(wanted)
        return flow(self, wanted)

    monkeypatch.setattr(Provider, "flow", remembered)
    line = READS.get(verb) or f"{WRITES[verb]} --dry-run"
    provider, *arguments = shlex.split(line)
    done = cli("--provider", provider, *arguments)
    assert verb in started
    assert done.code in {0, 1}, done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_the_help_of_every_command_has_an_example_that_can_be_run(cli, words):
    if words == ("sandbox",):
        return  # the sandbox has a help of its own
    shown = cli(*words, "--help")
    assert shown.code == 0
    examples = [line.strip() for line in shown.out.splitlines() if line.startswith("    simloom ")]
    assert examples
    for example in examples:
        program, *arguments = shlex.split(example)
        command, path = typer.main.get_command(app), []
        while hasattr(command, "commands"):
            path.append(arguments.pop(0))
            command = command.commands[path[-1]]
        assert (program, tuple(path)) == ("simloom", words)
        with command.make_context("simloom", arguments) as context:  # fails for unknown options
            assert context.command is command


@pytest.mark.parametrize(
    "words", [(), *sorted({words[:1] for words in LEAVES if len(words) > 1})], ids=str
)
def test_groups_have_an_example_too(cli, words):
    shown = cli(*words, "--help")
    assert "Example" in shown.out
