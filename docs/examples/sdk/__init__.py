"""The SDK of a bookshop's API, as its author would publish it: it depends on clientele-core and on one backend."""

from .client import Bookshop
from .models import Book, NewOrder, NoSuchBook, Order, OrderState, Problem

__all__ = ["Book", "Bookshop", "NewOrder", "NoSuchBook", "Order", "OrderState", "Problem"]
