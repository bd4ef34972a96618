"""Random operations against the emulated vendors, without a server, to see what breaks.

    python -m simloom.sandbox.fuzz --operations 10000 --seed 1

`values` makes values for a schema, `operations` requests from them, `answers` compares answers with
the specifications, `balance` the ledger with the SIMs, and `campaign` does it all.
"""
