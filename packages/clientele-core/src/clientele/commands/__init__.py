"""The command `clientele`. Nothing imports it but the command itself."""
