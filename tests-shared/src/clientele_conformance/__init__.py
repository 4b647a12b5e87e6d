"""The executable contract of Clientele's backends, and the servers it is proved against."""
