"""Kernels forked from one preloaded process, for Papermill and Jupyter.

Every notebook gets a fresh process that has its libraries loaded. Three ways in, from outside to inside:

- ``papermill --engine forked``, or ``JUPYTER_DEFAULT_PROVISIONER_NAME=forked`` for whatever starts Jupyter kernels;
- ``python -m forked_kernels COMMAND``: the command, and all that it starts, shares one preloaded process;
- in a program, `forked_kernels.preloaded`: ``with serving(first="module:function", argument=...)`` has a preloaded
  process for a block, ``call("module:function", argument, cwd=..., outputs=..., timeout=...)`` runs a
  function in a process forked from it and returns its exit code (`NoServerError`: ordinary kernels must do), and
  `forked_kernels.direct.DirectEngine` is the Papermill engine for such a process: it runs a notebook's cells there.

``FORKED_KERNELS_PRELOAD`` names the modules to preload, separated by commas. A preloaded process that dies is started
again; what was forked from it goes on.
"""
