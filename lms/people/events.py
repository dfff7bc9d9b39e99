"""What happens to people and organisations and matters to others.

`provider_opened` is sent with `provider` inside the transaction that makes one: what has to be there with it, such as
the page above its courses, is made in it or the provider is not.
"""

from django.dispatch import Signal

provider_opened = Signal()
