"""Server sent events of the M2M Service Portal, and the sandbox's own stream of what happens.

The document says little of the server behind the events. Its gateway paths and its behaviour are
those of Telekom's open-source Horizon, so what is left open here was read in the source of
telekom/pubsub-horizon-pulsar at 50cca11: framing, the comparison of Accept, one stream per
subscription, limits, offsets, problem documents.

`catalogue` names the events, `render` writes them, `desk` keeps them per subscription,
`connection` decides when a stream ends, `horizon` serves streams, `feed` is our own stream.
"""
