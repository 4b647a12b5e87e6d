"""The code under test: the client of a shop's API, as an SDK would have it."""

from __future__ import annotations

from pydantic import BaseModel

from clientele.api import APIClient, Stream


class Product(BaseModel):
    id: int
    name: str
    cents: int


class Order(BaseModel):
    id: int
    product_id: int
    state: str = "open"


class Event(BaseModel):
    state: str


class SoldOut(BaseModel):
    detail: str


api = APIClient(base_url="https://shop.example.com/v1")


@api.get("/products/{product_id}")
def get_product(result: Product, product_id: int) -> Product:
    return result


@api.get("/products/{product_id}")
async def aget_product(result: Product, product_id: int) -> Product:
    return result


@api.post("/orders", response_map={201: Order, 409: SoldOut})
def place_order(result: Order | SoldOut, data: dict[str, int]) -> Order | SoldOut:
    return result


@api.get("/orders/{order_id}/events", streaming_response=True)
def order_events(result: Stream[Event], order_id: int) -> Stream[Event]:
    return result


def order(product_id: int) -> Order:
    """Order a product, or raise LookupError if it is sold out."""
    placed = place_order(data={"product_id": product_id})
    if isinstance(placed, Order):
        return placed
    raise LookupError(placed.detail)
