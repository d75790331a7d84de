"""The plain networks of the recipes for known answers, from which those of the benchmark are made."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[4] / 'Tests/Fixtures/KnownAnswers'))

from Recipes import fastgan, features, r3gan, style_networks  # noqa: E402, F401
