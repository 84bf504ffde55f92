"""A terminal of its own for a program that asks people: what it shows is read, what they would type is typed."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
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


class Conversation:
    """A program at a terminal of 80 columns and 24 rows that asks in an order nobody has to know: `answer(page)` is given what stands on the
    screen when the program waits, and returns the line to type, or None for a prompt that it does not know."""

    ESCAPE = re.compile(rb"\x1b\[[?0-9;]*[a-zA-Z]")
    CLEAR = b"\x1b[2J"
    PATIENCE = 120  # seconds without a word

    def __init__(self, argv, *, env, cwd=None, rows=24, columns=80):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            try:
                if cwd:
                    os.chdir(cwd)
                os.execve(str(argv[0]), [str(a) for a in argv], env)
            finally:
                os._exit(127)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.shown, self.status, self.pages = b"", None, []

    @property
    def page(self) -> str:
        """What stands on the screen: all since it was last cleared."""
        return self.ESCAPE.sub(b"", self.shown.rpartition(self.CLEAR)[2]).decode("utf-8", "replace").replace("\r\n", "\n")

    def _read(self, wait) -> bool:
        """Takes what the program shows; False when it shows nothing for so long, or has ended."""
        if not select.select([self.terminal], [], [], wait)[0]:
            return False
        try:
            chunk = os.read(self.terminal, 65536)
        except OSError:
            chunk = b""
        if not chunk:
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            os.close(self.terminal)
            return False
        self.shown += chunk
        return True

    def run(self, answer, *, until=None, timeout=600):
        """Answers until the program ends, or until(page) is true at a prompt. Returns the exit status, None when it still runs."""
        deadline, seen, quiet = time.monotonic() + timeout, -1, time.monotonic() + self.PATIENCE
        while self.status is None:
            while self._read(0.03):
                pass
            if self.status is not None or time.monotonic() > deadline:
                break
            if len(self.shown) == seen:  # nothing new since the last answer: it computes, or nobody knows what it asks
                if not self._read(1) and time.monotonic() > quiet:
                    break
                continue
            quiet = time.monotonic() + self.PATIENCE
            page = self.page
            if until is not None and until(page):
                return None
            line = answer(page)
            seen = len(self.shown)
            if line is not None:
                self.pages.append(page)
                os.write(self.terminal, line.encode() + b"\n")
        if self.status is None:
            page_at_end = self.page
            self.kill()
            raise AssertionError(f"no end, and no answer to what the screen shows:\n{page_at_end}")
        return self.status

    def kill(self, by=signal.SIGKILL):
        """The power is cut. Returns whether the kernel made a core file."""
        os.kill(self.pid, by)
        ended = os.waitpid(self.pid, 0)[1]
        self.status = os.waitstatus_to_exitcode(ended)
        os.close(self.terminal)
        return os.WCOREDUMP(ended)
