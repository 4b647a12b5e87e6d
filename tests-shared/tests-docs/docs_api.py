"""The API that the examples of the documentation call, on 127.0.0.1."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from flask import Flask, Response, jsonify, redirect, request, send_file
from werkzeug.serving import WSGIRequestHandler, make_server

TOKEN = "let-me-in"
LAST_USER = 999
app = Flask(__name__)


@app.get("/users")
def list_users() -> Any:
    """A page of users, by `page` and `per_page`."""
    page, size = int(request.args.get("page", 1)), int(request.args.get("per_page", 2))
    first = (page - 1) * size + 1
    return jsonify([_user(number) for number in range(first, first + size)])


@app.get("/user-pages")
def list_user_pages() -> Any:
    """Two pages, the first with a link to the second."""
    start = int(request.args.get("after", 0)) + 1
    following = None if start > 2 else f"{request.base_url}?after=2"
    return jsonify(items=[_user(start), _user(start + 1)], next=following)


@app.get("/teams")
def list_teams() -> Any:
    """Two pages, which say the cursor of the next one, and its link."""
    after = int(request.args.get("cursor", 0))
    link = {} if after else {"Link": f'<{request.base_url}?cursor=2>; rel="next"'}
    body = {"data": [_user(after + 1), _user(after + 2)], "meta": {"next": None if after else "2"}}
    return jsonify(body), 200, link


@app.post("/users")
def create_user() -> Any:
    """What was sent, with an id; 422 without a name."""
    sent = request.get_json()
    if not sent.get("name"):
        return jsonify(detail="a user has a name"), 422
    return jsonify(id=2, **sent), 201


@app.route("/users/<int:user_id>", methods=["GET", "PUT", "PATCH"])
def one_user(user_id: int) -> Any:
    """A user, with what was sent put in; 404 past the last one."""
    if user_id > LAST_USER:
        return jsonify(detail=f"there is no user {user_id}"), 404
    return jsonify({**_user(user_id), **(request.get_json() if request.data else {})})


@app.delete("/users/<int:user_id>")
def delete_user(user_id: int) -> Any:
    """Nothing."""
    return "", 204


@app.post("/users/<int:user_id>/photo")
def upload_photo(user_id: int) -> Any:
    """What arrived of a form with a file."""
    photo = request.files["photo"]
    return jsonify(user_id=user_id, name=photo.filename, size=len(photo.read()), caption=request.form.get("caption"))


@app.put("/archive/<name>")
def put_archive(name: str) -> Any:
    """How many bytes came."""
    return jsonify(name=name, size=len(request.get_data()))


@app.post("/payments")
def pay() -> Any:
    """What was sent, with a number."""
    return jsonify(number=1, **request.get_json()), 201


@app.get("/reports/<name>")
def get_report(name: str) -> Any:
    """A file of 100,000 bytes, of which a part can be asked for."""
    return send_file(BytesIO(b"0123456789" * 10_000), download_name=name, etag="report-1")


@app.get("/me")
def get_me() -> Any:
    """The user whose token it is; 401 for any other."""
    if request.headers.get("Authorization") != f"Bearer {TOKEN}":
        return jsonify(detail="who are you?"), 401
    return jsonify(_user(1))


@app.post("/oauth/token")
def get_token() -> Any:
    """A token for Ada, by her secret or a refresh token; 401 for others."""
    form, known = request.form, request.authorization
    is_client = form["grant_type"] == "client_credentials" and known is not None and known.password == "s3cret"
    if not is_client and form.get("refresh_token") != "refresh-0":
        return jsonify(error="invalid_client", error_description="no such client"), 401
    return jsonify(access_token=TOKEN, token_type="Bearer", expires_in=3600, refresh_token="refresh-1")


@app.get("/vault")
def get_vault() -> Any:
    """Something for those who know Ada's password, in Digest."""
    told = request.authorization
    if told is None or told.type != "digest" or told.get("response") != _digest(told, request.full_path):
        return "", 401, {"WWW-Authenticate": 'Digest realm="vault", nonce="n", qop="auth", algorithm=SHA-256'}
    return jsonify(gold=1)


@app.get("/log")
def get_log() -> Response:
    """Three lines of JSON, a little apart."""
    return Response(_slowly(json.dumps({"n": n, "text": f"line {n}"}) + "\n" for n in range(3)), mimetype="text/plain")


@app.get("/events")
def get_events() -> Response:
    """Three events."""
    events = (f"event: tick\nid: {n}\ndata: {json.dumps({'n': n})}\n\n" for n in range(3))
    return Response(_slowly(events), mimetype="text/event-stream")


@app.get("/old-users/<int:user_id>")
def moved(user_id: int) -> Any:
    """Where users have moved."""
    return redirect(f"/users/{user_id}")


@app.get("/slow")
def slow() -> Any:
    """An answer after two seconds."""
    time.sleep(2)
    return jsonify(_user(1))


@app.get("/broken")
def broken() -> Any:
    """503, always."""
    return jsonify(detail="come back later"), 503, {"Retry-After": "1"}


def _digest(told: Any, target: str) -> str:
    """The response of RFC 7616 for a GET."""

    def hashed(*parts: str) -> str:
        return hashlib.sha256(":".join(parts).encode()).hexdigest()

    session = (told["nonce"], told["nc"], told["cnonce"], "auth")
    return hashed(hashed("ada", "vault", "s3cret"), *session, hashed("GET", target))


def _user(number: int) -> dict[str, Any]:
    return {"id": number, "name": "Ada"}


def _slowly(pieces: Iterator[str]) -> Iterator[str]:
    for piece in pieces:
        yield piece
        time.sleep(0.01)


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def running_api() -> Iterator[str]:
    """The API, at a free port; its URL."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
