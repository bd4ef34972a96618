"""From any identifier to a SIM: by the vendor's search, an index, or one scan of its list."""
