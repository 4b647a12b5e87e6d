"""The demo: a typed client for httpbin, called over every installed backend. Run it with `hatch run demo`.

Start with `client.py`: it is all that a user writes. `async_client.py` is the same client for `async def`, `calls.py`
says what is called and what the right answers are, and the rest starts httpbin, makes the calls and prints the table.
"""
