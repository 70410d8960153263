"""AWS as AWS is: moto's Cognito, refusing as Cognito refuses (`refusals.py`), answering as Cognito answers (`answers.py`),
and keeping a record of each call.

GET /_calls?since=N gives the record from the call of that number on. POST /_refuse takes {"action", "code", "message",
"times", "match"} and refuses so many of the calls whose body has that text in it. A call with the header `Unrecorded` is
one of the tests' own.
"""

import io
import json
import re
import threading
import time
import traceback

from moto.cognitoidp.models import cognitoidp_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, run_simple
from werkzeug.wrappers import Request, Response

import answers
import refusals

ACCOUNT = "123456789012"
CALLS, ORDERED_REFUSALS, LOCK = [], [], threading.Lock()


class Aws:
    def __init__(self, moto):
        self.moto = moto

    def __call__(self, environ, start_response):
        request = Request(environ)
        if request.path == "/_calls":
            with LOCK:
                found = json.dumps(CALLS[int(request.args.get("since", 0)) :])
            return Response(found, mimetype="application/json")(environ, start_response)
        if request.path == "/_refuse":
            with LOCK:
                ORDERED_REFUSALS[:] = request.get_json()
            return Response("{}")(environ, start_response)
        action = request.headers.get("X-Amz-Target", "").split(".")[-1]
        region = re.search(r"Credential=[^/]*/\d+/([^/]+)/", request.headers.get("Authorization", ""))[1]
        body = request.get_data()
        asked = json.loads(body or b"{}")
        # One at a time, so that what is looked at before a call is still so when moto takes it.
        with LOCK:
            try:
                answer = self.answer(environ, action, region, asked, body)
            except Exception as error:  # a bug of this AWS, which has to be seen as one
                traceback.print_exc()
                answer = typed({"__type": "InternalErrorException", "message": repr(error)}, 500)
            if "Unrecorded" not in request.headers:
                CALLS.append({
                    "number": len(CALLS), "at": time.time(), "action": action, "status": answer.status_code,
                    "asked": asked, "answer": json.loads(answer.get_data() or b"{}"),
                })  # fmt: skip
        return answer(environ, start_response)

    def answer(self, environ, action, region, asked, body):
        backend = cognitoidp_backends[ACCOUNT][region]
        refusal = ordered(action, body.decode()) or refusals.refusal(action, asked, backend)
        if refusal:
            return typed({"__type": refusal[0], "message": refusal[1]}, 400)
        done = answers.done(action, asked, backend)
        if done is not None:
            return typed(done, 200)
        before = answers.before(action, asked, backend)
        environ["wsgi.input"] = io.BytesIO(body)
        answer = Response.from_app(self.moto, environ)
        if answer.status_code != 200:
            return answer
        answers.after(action, asked, backend, before)
        shown = answers.shown(json.loads(answer.get_data() or b"{}"), backend)
        return typed(shown, 200)


def typed(value, status):
    return Response(json.dumps(value), status=status, mimetype="application/x-amz-json-1.1")


def ordered(action, body):
    """A refusal that a scenario has ordered."""
    for refusal in ORDERED_REFUSALS:
        if refusal["action"] == action and refusal["match"] in body and refusal["times"] > 0:
            refusal["times"] -= 1
            return refusal["code"], refusal["message"]
    return None


class Quiet(WSGIRequestHandler):
    def log_request(self, *_):
        pass


if __name__ == "__main__":
    application = Aws(DomainDispatcherApplication(create_backend_app))
    run_simple("127.0.0.1", 5000, application, threaded=True, request_handler=Quiet)
