"""Webhooks: what Business Smart Connect and TelcoAPI send to an address of the customer.

`desk` keeps registered addresses and deliveries and decides when one is tried again, `bodies`
writes them, `courier` sends them while a server runs.
"""
