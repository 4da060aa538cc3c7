"""What a document says that a command prints, is what it prints."""

import re
import shlex

import pytest

from app.scoring.wording import describe
from tests.conftest import ROOT

pytestmark = pytest.mark.encoder

EXAMPLES = re.findall(
    r"^\$ jtcse (score .+)\n(\S+)  (.+)$", (ROOT / "docs" / "scoring.md").read_text(), re.MULTILINE
)


def test_there_is_an_example_of_a_pair():
    assert len(EXAMPLES) == 1


@pytest.mark.parametrize(("command", "score", "meaning"), EXAMPLES)
def test_a_score_is_as_documented(cli, default_encoder, command, score, meaning):
    value = cli(*shlex.split(command), "--json").json()
    assert float(score) == pytest.approx(value["score"], abs=1e-3)
    assert meaning == describe(value["percentile"], "unrelated pairs")
