"""What the processor offers to an int8 encoder."""

from __future__ import annotations

import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class Kernels:
    """The kernel class of a machine.

    Attributes:
        name: The widest instructions that int8 products run on.
        exact: Whether they add up in 32 bits; without, sums of 16 bits may saturate unless the
            weights were rounded with that in mind, as exports are.
        advice: What follows from that; empty where nothing does.
    """

    name: str
    exact: bool
    advice: str = ""


_SLOW = "encoding is slow on this processor"


def kernels(flags: frozenset[str] | None = None, machine: str | None = None) -> Kernels:
    """Tell the kernel class from the processor's flags, those of this machine by default."""
    machine = (machine or platform.machine()).lower()
    flags = processor_flags() if flags is None else flags
    if machine in ("arm64", "aarch64"):
        fast = flags & {"i8mm", "asimddp"} or sys.platform == "darwin"
        advice = "" if fast else _SLOW
        return Kernels("NEON dot products" if fast else "NEON", exact=True, advice=advice)
    if {"amx_int8"} <= flags:
        return Kernels("AMX int8", exact=True)
    if {"avx512_vnni"} <= flags:
        return Kernels("AVX-512 VNNI", exact=True)
    if {"avx_vnni"} <= flags:
        return Kernels("AVX VNNI", exact=True)
    if {"avx512bw"} <= flags:
        return Kernels("AVX-512 without VNNI", exact=False)
    if {"avx2"} <= flags:
        return Kernels("AVX2", exact=False)
    if machine in ("x86_64", "amd64", "i686"):
        return Kernels("SSE", exact=False, advice=_SLOW)
    return Kernels(f"unknown ({machine})", exact=True)


def processor_flags() -> frozenset[str]:
    """Return what the processor says it can do, in Linux's names; nothing where it is silent."""
    if _CPUINFO.is_file():
        for line in _CPUINFO.read_text(errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip().lower() in ("flags", "features"):
                return frozenset(value.split())
    if sys.platform == "darwin":
        asked = ["sysctl", "-n", "machdep.cpu.features", "machdep.cpu.leaf7_features"]
        try:
            told = subprocess.run(asked, capture_output=True, text=True, timeout=5, check=False)
        except OSError:
            return frozenset()
        return frozenset(told.stdout.lower().split())
    return frozenset()
