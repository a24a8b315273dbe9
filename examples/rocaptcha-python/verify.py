"""A form with RoCAPTCHA: whoever turns the animal upright may write. Python 3.8, standard library only."""
import json
import os
from html import escape
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode
from urllib.request import Request, urlopen

URL, KEY, PRIVATE_KEY = (os.environ[name] for name in ("UPRIGHT_URL", "ROCAPTCHA_PUBLIC_KEY", "ROCAPTCHA_PRIVATE_KEY"))
FORM, THANKS = (Path(__file__).with_name(f"{name}.html").read_text("utf-8") for name in ("form", "thanks"))


def verify(challenge, response, address, session=None):
    """The status of an answer: PASSED lets the visitor in, and nothing else does."""
    fields = {"key": PRIVATE_KEY, "hash": challenge, "response": response, "remoteip": address}
    headers = {"Cookie": f"sessionid={session}"} if session else {}
    try:
        with urlopen(Request(f"{URL}/api/verify/", urlencode(fields).encode(), headers), timeout=10) as answer:
            return json.load(answer)["status"]
    except (OSError, ValueError):
        return "ERROR"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.reply(200, page())

    def do_POST(self):
        form = parse_qs(self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 65536)).decode("utf-8", "replace"))
        challenge, response = (form.get(f"rocaptcha_{name}_field", [""])[0] for name in ("challenge", "response"))
        # Where the page has a session of its own in this cookie, the challenge was made for it.
        session = SimpleCookie(self.headers.get("Cookie")).get("sessionid")
        status = verify(challenge, response, self.client_address[0], session and session.value)
        # What the form is for is done here, and only where it was accepted.
        if status == "PASSED":
            self.reply(200, THANKS)
        else:
            self.reply(422, page(form.get("message", [""])[0], status))

    def reply(self, status, html):
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(html.encode())


def page(message="", error=""):
    """The form, with what the visitor typed: that comes last, so that nothing in it is filled in."""
    html = FORM.replace("{{url}}", escape(URL)).replace("{{key}}", escape(KEY)).replace("{{error}}", escape(error))
    return html.replace("{{message}}", escape(message))


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", 3000))), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
