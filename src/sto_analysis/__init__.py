"""The analysis compendium of the Sterk Techniekonderwijs (STO) monitor."""

from importlib.metadata import version

__version__ = version("sto-analysis")
