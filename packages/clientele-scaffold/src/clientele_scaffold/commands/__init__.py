"""The commands that the distribution brings to `clientele`; each module imports the rest only when it runs."""
