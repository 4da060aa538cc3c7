"""The terminal interface: screens over one engine thread that owns the session."""
