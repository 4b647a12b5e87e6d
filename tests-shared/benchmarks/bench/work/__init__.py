"""What is measured. Each module runs in an environment of its own, by its own interpreter.

A function of a module makes a contestant: something to call with a number, which does one call and returns its result.
Where the function is a coroutine function, so is the contestant.
"""
