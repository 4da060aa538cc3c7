"""Run a command as on a processor without AMX, to measure what those with AVX-512 alone do.

    python -m benchmarks.without_amx COMMAND [ARGUMENT...]

Linux on x86-64. A process must ask the kernel for AMX's tiles before it uses them (`arch_prctl`,
ARCH_REQ_XCOMP_PERM). Here a seccomp filter refuses that, for the command and all that it starts;
onnxruntime then takes its AVX-512 VNNI kernels.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _FILTER = 22, 38, 2
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ARCH_PRCTL, _ARCH_REQ_XCOMP_PERM = 158, 0x1023
_NUMBER_AT, _FIRST_ARGUMENT_AT = 0, 16
_REFUSE, _ALLOW = 0x0005_0000 | 1, 0x7FFF_0000  # EPERM

_PROGRAM = (
    (_LOAD, 0, 0, _NUMBER_AT),
    (_JUMP_IF_EQUAL, 0, 3, _ARCH_PRCTL),
    (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
    (_JUMP_IF_EQUAL, 0, 1, _ARCH_REQ_XCOMP_PERM),
    (_RETURN, 0, 0, _REFUSE),
    (_RETURN, 0, 0, _ALLOW),
)


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def refuse_tiles() -> None:
    """Have this process, and all that it starts, refused AMX's tiles from now on."""
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *one) for one in _PROGRAM))
    program = _Filter(len(_PROGRAM), ctypes.cast(code, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0),
    ):
        if libc.prctl(*arguments):
            raise OSError(ctypes.get_errno(), "the kernel takes no filter")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit((__doc__ or "").strip())
    refuse_tiles()
    os.execvp(sys.argv[1], sys.argv[1:])
