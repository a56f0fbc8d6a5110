"""An adversary of releases, and a scan for what must not leave: reads files, knows nothing of how a release is made."""
