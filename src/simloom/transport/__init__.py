"""How requests travel: the only floor above the runtime that knows httpx."""
