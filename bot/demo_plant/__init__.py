"""The demo plant: a food-packaging plant of a believable size, as an import folder with its settings beside it."""
