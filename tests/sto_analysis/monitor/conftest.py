"""As the intake's: a file is parsed once."""

from tests.sto_workbench.intake.conftest import parsed_once

__all__ = ["parsed_once"]
