"""Pure rules of credit hours: no Django here."""
