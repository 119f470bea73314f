"""The figures of the product, each measured by one command in one run."""
