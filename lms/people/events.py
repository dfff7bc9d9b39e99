"""What happens to people and organisations and matters to others.

`provider_opened` is sent with `provider` inside the transaction that makes one: what has to be there with it, such as
the page above its courses, is made in it or the provider is not.

`person_moved` is sent with `person_id` inside the transaction in which a teacher's posts go to another school: which
policy holds for them may change with it.
"""

from django.dispatch import Signal

provider_opened = Signal()
person_moved = Signal()
