"""Pure rules of media: no Django here."""
