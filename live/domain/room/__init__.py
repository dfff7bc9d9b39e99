"""What people do in a lesson's room, a module a thing.

Callers have asked who may do it, and say when it is done by the server's clock.
"""
