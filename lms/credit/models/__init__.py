"""Models of credit. Import a model from its own module, so that the ledger's contract sees who does."""
