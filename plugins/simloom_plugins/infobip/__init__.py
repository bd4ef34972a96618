"""Infobip IoT SIM management."""
