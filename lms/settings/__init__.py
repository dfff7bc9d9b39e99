"""Settings: base.py is all of it, fed by the environment; dev.py and test.py differ where they must."""
