"""A terminal of its own for a program that asks people: what it shows is read, what they would type is typed."""

import os
import pty
import select
import signal
import time


def at_terminal(argv, answers, *, env, cwd=None, timeout=300):
    """Runs argv at a new terminal. answers: (prompt, line) in the order in which they are expected; each is typed when its prompt has been shown.
    Returns (status, everything that the terminal showed, answers that were not asked for)."""
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            if cwd:
                os.chdir(cwd)
            os.execve(str(argv[0]), [str(a) for a in argv], env)
        finally:
            os._exit(127)
    shown, seen, left, deadline = b"", 0, list(answers), time.monotonic() + timeout
    while time.monotonic() < deadline:
        ready = select.select([terminal], [], [], 1)[0]
        try:
            chunk = os.read(terminal, 65536) if ready else b""
        except OSError:  # the program has ended
            break
        if ready and not chunk:
            break
        shown += chunk
        if left:
            at = shown.find(left[0][0].encode(), seen)
            if at >= 0:
                seen = at + len(left[0][0])
                os.write(terminal, left.pop(0)[1].encode() + b"\n")
    else:
        os.kill(pid, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    return status, shown.decode("utf-8", "replace"), left
