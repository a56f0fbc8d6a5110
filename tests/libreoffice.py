"""Run by a Python that has LibreOffice's bridge: texts of documents, with their tracked changes accepted or rejected.

python libreoffice.py SOFFICE FOLDER JOB...    a JOB is accept, reject or plain, a colon, and a file in FOLDER
"""

import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

DISPATCHED = {"accept": ".uno:AcceptAllTrackedChanges", "reject": ".uno:RejectAllTrackedChanges"}


def connected(pipe, seconds=60):
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    end = time.monotonic() + seconds
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def text(context, path, what):
    def value(name, content):
        return PropertyValue(Name=name, Value=content)

    def make(name):
        return context.ServiceManager.createInstanceWithContext(f"com.sun.star.frame.{name}", context)

    document = make("Desktop").loadComponentFromURL(path.as_uri(), "_blank", 0, (value("Hidden", True),))
    if what in DISPATCHED:
        make("DispatchHelper").executeDispatch(document.CurrentController.Frame, DISPATCHED[what], "", 0, ())
    target = path.with_suffix(f".{what}.txt")
    document.storeToURL(target.as_uri(), (value("FilterName", "Text (encoded)"), value("FilterOptions", "UTF8,LF")))
    document.close(True)


def main(soffice, folder, *jobs):
    pipe = f"sto{time.time_ns()}"
    options = ["--headless", "--norestore", "--nologo", f"--accept=pipe,name={pipe};urp;"]
    profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
    process = subprocess.Popen([soffice, profile, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        context = connected(pipe)
        for job in jobs:
            what, _, name = job.partition(":")
            text(context, Path(folder) / name, what)
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    main(*sys.argv[1:])
