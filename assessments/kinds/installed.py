"""The kinds that come with this plugin."""

from assessments.kinds import multiple, single, true_false

KINDS = (single.KIND, multiple.KIND, true_false.KIND)
