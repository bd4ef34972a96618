"""The first-party providers: how each vendor's API behaves, as flows without I/O."""
