"""Checkpoints, the table of known events, leases, and where a token may go."""

from __future__ import annotations

import subprocess
import sys

import pytest
from attrs import field, frozen

from simloom.errors import ConfigurationError, SubscriptionInUse, UnsupportedOperation
from simloom.events.checkpoints import LAG, Handled, MemoryCheckpoints, Recent, SqliteCheckpoints
from simloom.events.lease import FileLeases
from simloom.events.sources import subscriptions
from simloom.plugins import EventSource, EventTransport, Provider, hookimpl
from simloom.plugins.manager import ClientHooks


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path):
    if request.param == "memory":
        yield MemoryCheckpoints()
        return
    store = SqliteCheckpoints(tmp_path / "events.db")
    yield store
    store.close()


def test_a_store_keeps_the_last_text(store):
    assert store.get("a") is None
    store.set("a", "1")
    store.set("b", "2")
    store.set("a", "3")
    assert (store.get("a"), store.get("b")) == ("3", "2")


def test_the_file_is_private_and_survives(tmp_path):
    path = tmp_path / "events.db"
    store = SqliteCheckpoints(path)
    assert path.stat().st_mode & 0o077 == 0
    store.set("a", "1")
    store.close()
    again = SqliteCheckpoints(path)
    assert again.get("a") == "1"
    again.close()


def known(handled, numbers):
    return [number for number in numbers if str(number) in handled.ids]


def test_what_was_handled_is_known_again(store):
    handled = Handled(store, "k")
    assert handled.offset is None
    for number in range(1000):
        handled.add(str(number), f"o{number}" if number % 2 else None)
    again = Handled(store, "k")
    assert again.offset == "o799"  # a hundred offsets behind the last
    assert known(again, range(1001)) == list(range(1000))


def test_the_table_is_bounded_and_forgets_the_oldest():
    store = MemoryCheckpoints()
    handled = Handled(store, "k", kept=1000)
    for number in range(5000):
        handled.add(str(number), None)
    assert len(store._texts) <= 7
    again = Handled(store, "k", kept=1000)
    assert len(again.ids) <= 1000
    assert known(again, range(5000)) == list(range(4000, 5000))
    again.add("5000", None)
    assert "5000" in Handled(store, "k", kept=1000).ids


class Crash(Exception):
    pass


class Crashing(MemoryCheckpoints):
    """Dies before a given write."""

    left = 0

    def set(self, key, value, /):
        if not self.left:
            raise Crash
        self.left -= 1
        super().set(key, value)


@pytest.mark.parametrize("before", range(2))
@pytest.mark.parametrize("number", [0, 1, 255, 256, 257])
def test_a_crash_between_two_writes_loses_nothing(number, before):
    """An offset that was written down means that all ids up to it were."""
    store = Crashing()
    store.left = number * 2
    handled = Handled(store, "k", kept=512)
    for each in range(number):
        handled.add(str(each), f"o{each}")
    store.left = before
    with pytest.raises(Crash):
        handled.add(str(number), f"o{number}")
    again = Handled(store, "k", kept=512)
    assert again.offset == (f"o{max(0, number - 1 - LAG)}" if number else None)
    assert known(again, range(number)) == list(range(number))
    assert (str(number) in again.ids) == (before == 1)


@pytest.mark.parametrize("text", ["", "x", "[]", "{", '{"offset": 1, "row": "a"}', '{"row": -1}'])
def test_another_text_under_the_key_counts_as_nothing(text):
    store = MemoryCheckpoints()
    store.set("k", text)
    store.set("k/0", text)
    handled = Handled(store, "k")
    assert (handled.offset, len(handled.ids)) == (None, 0)


def test_long_ids_are_kept_as_digests():
    recent = Recent(2)
    recent.add("x" * 1_000_000)
    assert "x" * 1_000_000 in recent
    assert "x" * 999_999 not in recent
    assert max(map(len, recent._texts)) == 64


def test_one_lease_per_subscription(tmp_path):
    first, second = FileLeases(tmp_path / "new"), FileLeases(tmp_path / "new")
    first.acquire("a/b", "simaction")
    first.acquire("c", "simaction")
    with pytest.raises(SubscriptionInUse, match=r"'simaction': process \d+ on .* listens already"):
        second.acquire("a/b", "simaction")
    first.release("a/b")
    first.release("a/b")
    second.acquire("a/b", "simaction")
    second.release("a/b")
    first.release("c")


def test_the_lease_of_a_process_that_dies_is_free(tmp_path):
    script = (
        "import sys, os; from simloom.events.lease import FileLeases;"
        "FileLeases(sys.argv[1]).acquire('k', 's'); print('held', flush=True); sys.stdin.read();"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout.readline() == b"held\n"
        leases = FileLeases(tmp_path)
        with pytest.raises(SubscriptionInUse, match=f"process {other.pid} on "):
            leases.acquire("k", "s")
        other.kill()
        other.wait()
        leases.acquire("k", "s")
        leases.release("k")


def test_a_lease_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="SIMLOOM_STATE"):
        FileLeases(tmp_path / "file").acquire("k", "s")


def test_leases_are_in_the_state_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SIMLOOM_STATE", str(tmp_path))
    leases = FileLeases()
    leases.acquire("k", "s")
    assert [path.parent for path in tmp_path.rglob("*.lock")] == [tmp_path / "leases"]
    leases.release("k")


@frozen(kw_only=True)
class Settings:
    base_url: str = "https://api.acme.example/v1"
    event_urls: dict[str, str] = field(factory=dict)


class Acme(Provider):
    id = "acme"
    title = "Acme"
    settings_class = Settings


class Elsewhere:
    """A plugin that says where events come from."""

    def __init__(self, transport=EventTransport.SSE, **urls):
        self.source = EventSource(transport=transport, urls=urls)

    @hookimpl
    def simloom_event_source(self):
        return self.source


def found(plugin, types=None, **urls):
    provider = Acme(Settings(event_urls=urls))
    return subscriptions(provider, ClientHooks(provider, [plugin]), types)


def test_a_plugin_may_name_addresses_on_hosts_of_the_settings():
    (one,) = found(Elsewhere(a="https://api.acme.example/events?x=1"))
    assert (one.stream, one.url) == ("a", "https://api.acme.example/events?x=1")
    (two,) = found(Elsewhere(a="https://sse.acme.example/a"), a="https://SSE.acme.example:443/b")
    assert two.key.startswith("acme/a/")
    assert two.key != one.key
    assert "acme.example" not in two.key


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/events",
        "https://api.acme.example:444/events",
        "https://api.acme.example.evil.example/",
        "http://127.0.0.1:9/events",
        "http://api.acme.example/events",
        "https://user@api.acme.example/events",
        "https://api.acme.example/events#x",
        "https://api.acme.example:x/events",
        "ftp://api.acme.example/events",
        "/events",
        "",
    ],
)
def test_a_token_goes_nowhere_else(url):
    with pytest.raises(ConfigurationError, match="event stream 'a'"):
        found(Elsewhere(a=url))


def test_plain_http_needs_to_be_configured_and_local():
    urls = {"a": "http://127.0.0.1:9/events"}
    assert len(found(Elsewhere(**urls), **urls)) == 1
    urls = {"a": "http://acme.example/events"}
    with pytest.raises(ConfigurationError, match="plain http"):
        found(Elsewhere(**urls), **urls)


def test_which_streams():
    plugin = Elsewhere(a="https://api.acme.example/a", b="https://api.acme.example/b")
    assert [one.stream for one in found(plugin)] == ["a", "b"]
    assert [one.stream for one in found(plugin, "b")] == ["b"]
    assert [one.stream for one in found(plugin, iter(["b", "a"]))] == ["b", "a"]
    with pytest.raises(ConfigurationError, match=r"'c' \(configured: a, b\)"):
        found(plugin, ["a", "c"])
    with pytest.raises(ConfigurationError, match="configured: a, b"):
        found(plugin, [])
    with pytest.raises(ConfigurationError, match="set event_urls"):
        found(Elsewhere())


def test_the_version_of_a_stream_may_be_left_out_where_that_is_clear():
    names = ["simaction.v1", "simaction.v2", "poollimit.v1", "poollimit"]
    plugin = Elsewhere(**{name: f"https://api.acme.example/{name}" for name in names})
    assert [one.stream for one in found(plugin, ["poollimit"])] == ["poollimit"]
    assert [one.stream for one in found(plugin, ["simaction.v2"])] == ["simaction.v2"]
    with pytest.raises(ConfigurationError, match="'simaction'"):
        found(plugin, ["simaction"])
    plugin = Elsewhere(**{"simaction.v1": "https://api.acme.example/a"})
    assert [one.stream for one in found(plugin, ["simaction", "simaction.v1"])] == ["simaction.v1"]


def test_a_provider_without_streams():
    with pytest.raises(UnsupportedOperation, match="acme has no operation 'events'$"):
        found(object())
    with pytest.raises(UnsupportedOperation, match="by webhook"):
        found(Elsewhere(EventTransport.WEBHOOK))
