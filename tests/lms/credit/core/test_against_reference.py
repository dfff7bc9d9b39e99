"""The engine and its five data files against the same five policies written as plain branches."""

import json

import pytest

from lms.credit.core.credit_scenarios import evaluate_scenario, scenario_reader
from lms.credit.core.policy import PolicyShelf
from tests.lms.credit.core import generate, reference

CASES = 800
"""Scenarios a policy; the generator is seeded, so a seed in a failure can be tried again."""


def engine(read, scenario):
    return json.loads(json.dumps(evaluate_scenario(read, scenario)))


@pytest.mark.parametrize("policy", generate.POLICIES)
def test_engine_agrees_with_plain_branches(policy):
    read = scenario_reader(PolicyShelf())
    for seed in range(CASES):
        scenario = generate.scenario(seed, policy)
        assert engine(read, scenario) == reference.expected(scenario), f"seed {seed}"


def test_the_reference_covers_every_shipped_policy():
    assert sorted(generate.POLICIES) == PolicyShelf().ids
