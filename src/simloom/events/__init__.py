"""Live events: decoding, types, and streams that reconnect and resume."""
