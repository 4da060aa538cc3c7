"""The two faces of jtcse, command line and terminal interface, over one session."""

__version__ = "0.1.0"
