# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds one thread of a child process still, while its others go on: what a window that hangs looks like from outside.
The kernel does it for a tracer (ptrace(2)); a signal would stop the whole process."""

import ctypes
import os
import unittest

SEIZE, INTERRUPT, DETACH = 0x4206, 0x4207, 17
WALL = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long


def _ptrace(request, thread):
    if _libc.ptrace(request, thread, None, None) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


class FrozenThread:
    """The thread stands still for as long as the with-block lasts. Nobody may wait for the process meanwhile."""

    def __init__(self, thread):
        self.thread = thread

    def __enter__(self):
        try:
            _ptrace(SEIZE, self.thread)
        except PermissionError as error:
            raise unittest.SkipTest("this machine forbids tracing a child process (ptrace)") from error
        _ptrace(INTERRUPT, self.thread)
        os.waitpid(self.thread, WALL)
        return self

    def __exit__(self, *_):
        _ptrace(DETACH, self.thread)

    def is_still(self):
        with open(f"/proc/{self.thread}/task/{self.thread}/status", encoding="ascii") as status:
            return any(line.startswith("State:\tt") for line in status)
