"""A form with a code to type. Python 3.8, standard library only."""
import json
import os
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qs, quote
from urllib.request import Request, urlopen

URL, SECRET = (os.environ[name] for name in ("UPRIGHT_URL", "UPRIGHT_CLIENT_SECRET"))
API = f"{URL}/piste/captchetat/v2"
FORM, THANKS = (Path(__file__).with_name(f"{name}.html").read_text("utf-8") for name in ("form", "thanks"))
ERROR = "That code was not accepted. Please type the one of the new picture."
PASSED_ON = ("Content-Type", "Content-Range", "Accept-Ranges", "Cache-Control")


def code_is_right(uuid, code):
    """Whether a code is right. The header KeyId, with the site's secret, stands in the place of a token."""
    headers = {"Content-Type": "application/json", "KeyId": SECRET}
    request = Request(f"{API}/valider-captcha", json.dumps({"uuid": uuid, "code": code}).encode(), headers)
    try:
        with urlopen(request, timeout=10) as answer:
            return answer.read() == b"true"
    except OSError:
        return False


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        path, _, query = self.path.partition("?")
        if path == "/captcha":
            self.pass_on(query)
        else:
            self.reply(200, page())

    def do_POST(self):
        size = min(int(self.headers.get("Content-Length") or 0), 65536)
        form = parse_qs(self.rfile.read(size).decode("utf-8", "replace"))
        message, uuid, code = (form.get(name, [""])[0] for name in ("message", "captchetat-uuid", "code"))
        # What the form is for is done here, and only where the code is right.
        if code_is_right(uuid, code):
            self.reply(200, THANKS)
        else:
            self.reply(422, page(message, ERROR))

    def pass_on(self, query):
        """Passes a request for a picture or a sound on, and the answer back: status, type and bytes as they are."""
        headers = {"KeyId": SECRET}
        if "Range" in self.headers:
            headers["Range"] = self.headers["Range"]
        try:
            url = f"{API}/simple-captcha-endpoint?{quote(query, safe='=&%')}"
            answer = urlopen(Request(url, headers=headers), timeout=10)
        except HTTPError as error:
            answer = error
        except OSError:
            return self.send_error(502)
        with answer:
            self.send_response(answer.getcode())
            for name in PASSED_ON:
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.end_headers()
            self.wfile.write(answer.read())

    def reply(self, status, html):
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(html.encode())


def page(message="", error=""):
    """The form, with what the visitor typed: that comes last, so that nothing in it is filled in."""
    title = "Error: Write to us" if error else "Write to us"
    html = FORM.replace("{{url}}", escape(URL)).replace("{{title}}", title).replace("{{error}}", error)
    return html.replace("{{message}}", escape(message))


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", 3000))), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
