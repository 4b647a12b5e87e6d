"""Process, threads and files: lazy imports, locks that survive a fork, deadlines, files that other users can't replace.

Any module may import this package; it imports none of ours.
"""
