"""Records every cassette against the sandbox, and opens them for playback.

`python -m cassettes.recording` (or `nox -s record`) writes them, `--check` compares them with what
would be recorded. Tests open them with `playing` and act out the same scenes.
"""
