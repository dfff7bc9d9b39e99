"""The room's machinery, without ORM: who is connected, what goes to them, between which processes."""
