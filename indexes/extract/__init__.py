"""Files to text with structure: one function a format, behind one registry."""
