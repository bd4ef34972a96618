"""TelcoAPI Physical SIM API."""
