"""A knowledge graph of arms-trade relationships that shows its evidence."""
