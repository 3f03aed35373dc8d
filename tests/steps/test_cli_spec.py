from typer.testing import CliRunner

from whatwg_websockets.cli import spec


def test_the_group_says_what_it_can_do():
    done = CliRunner().invoke(spec.app, ["--help"])
    assert done.exit_code == 0
    assert all(name in done.output for name in spec.COMMANDS)
