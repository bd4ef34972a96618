"""One typed Python client for the SIM-management APIs of many IoT connectivity vendors."""

__version__ = "0.1.0"
__all__ = ["__version__"]
