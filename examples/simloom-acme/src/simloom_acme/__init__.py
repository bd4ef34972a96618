"""A simloom provider for Acme Cards, a vendor that does not exist."""
