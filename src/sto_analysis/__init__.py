"""The helper behind the notebooks of the Sterk Techniekonderwijs (STO) monitor."""
