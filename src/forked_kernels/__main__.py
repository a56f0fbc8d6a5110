"""``python -m forked_kernels COMMAND...``: forked kernels for all that the command runs.

The command, and what it starts, shares one preloaded process; every Jupyter kernel of this interpreter is forked.
"""

import os
import subprocess
import sys

from forked_kernels.preloaded import serving

if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    with serving():
        sys.exit(subprocess.call(sys.argv[1:], env={"JUPYTER_DEFAULT_PROVISIONER_NAME": "forked", **os.environ}))
