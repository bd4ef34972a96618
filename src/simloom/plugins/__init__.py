"""Providers as plugins: flows, declarations, the base class, finding and loading."""
