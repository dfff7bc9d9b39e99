"""Pure rules of assessments: no Django here."""
