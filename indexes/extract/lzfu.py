"""Unpacks the compressed RTF of Outlook messages (MS-OXRTFCP)."""

from __future__ import annotations

import struct

from indexes.errors import SkipDocument

_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_SIZE = 4096
_PACKED = 0x75465A4C
_PLAIN = 0x414C454D
_HEADER = struct.Struct("<IIII")
MAX_BYTES = 64 << 20


def unpack(data: bytes) -> bytes:
    """Return the RTF.

    Raises:
        SkipDocument: It is damaged.
    """
    if len(data) < _HEADER.size:
        raise SkipDocument("damaged: a message body that cannot be unpacked")
    _, _, kind, _ = _HEADER.unpack_from(data)
    if kind == _PLAIN:
        return data[_HEADER.size :]
    if kind != _PACKED:
        raise SkipDocument("damaged: a message body that cannot be unpacked")
    return bytes(_unpacked(data))


def _unpacked(data: bytes) -> bytearray:
    ring = bytearray(_DICTIONARY.ljust(_SIZE, b" "))
    write = len(_DICTIONARY)
    out = bytearray()
    at = _HEADER.size
    while at < len(data) and len(out) < MAX_BYTES:
        control = data[at]
        at += 1
        for bit in range(8):
            if control >> bit & 1:
                if at + 2 > len(data):
                    return out
                reference = data[at] << 8 | data[at + 1]
                at += 2
                offset = reference >> 4
                if offset == write % _SIZE:
                    return out
                piece_length = (reference & 15) + 2
            else:
                if at >= len(data):
                    return out
                offset, piece_length = -1, 1
            for i in range(piece_length):
                byte = data[at] if offset < 0 else ring[(offset + i) % _SIZE]
                out.append(byte)
                ring[write % _SIZE] = byte
                write += 1
            at += offset < 0
    return out
