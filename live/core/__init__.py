"""Pure rules of live: no Django here."""
