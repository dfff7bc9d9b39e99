"""Discovery, registry and checks of plugins."""
