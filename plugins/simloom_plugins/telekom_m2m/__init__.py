"""Deutsche Telekom M2M Service Portal 3.0."""
