"""allauth's login stages, where ours differ."""

from typing import Any

from allauth.account import stages


class PhoneVerificationStage(stages.PhoneVerificationStage):
    """Asks for a code after sign-up only: a bureau's number is verified when its first code comes back."""

    def handle(self) -> tuple[Any, bool]:
        """Let everybody else through."""
        if not self.login.signup:
            return None, True
        return super().handle()
