"""A driver of scenarios at the API that misbehaves as it is told: MODE.

It holds a shared lock on $ALIVE for as long as it lives.
"""

import fcntl
import json
import os
import sys
import time

ALIVE = os.open(os.environ["ALIVE"], os.O_RDWR)
fcntl.flock(ALIVE, fcntl.LOCK_SH)
MODE = sys.argv[1]

print(json.dumps({"label": "odd 1"}), flush=True)
for line in sys.stdin:
    if '"id": "new-without-arguments"' in line:
        while MODE == "hang":
            time.sleep(60)
        while MODE == "flood":
            sys.stdout.write("x" * 65536)
        if MODE == "crash":
            os._exit(3)
    print(json.dumps({"trace": ["new throws TypeError"]}), flush=True)
