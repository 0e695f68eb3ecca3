"""A web server on this machine alone that serves files and, where asked, does one thing wrong.

The first part of a path names the fault: /break/model.bin. Each request is noted in `requests` as (path, Range header).
"""
import http.server
import re
import threading


class FaultServer:
    def __init__(self, files):
        self.files = files  # name -> bytes
        self.requests = []
        self.counts = {}  # path -> requests so far
        self.released = threading.Event()  # ends those that stall
        outer = self

        class Handler(_Handler):
            server_state = outer

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.released.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        state = self.server_state
        range_header = self.headers.get("Range")
        state.requests.append((self.path, range_header))
        count = state.counts[self.path] = state.counts.get(self.path, 0) + 1
        _, fault, name = self.path.split("/", 2)
        body = state.files.get(name)
        if body is None:
            return self.refuse(404)
        self.close_connection = True
        try:
            getattr(self, "fault_" + fault.replace("-", "_"))(body, range_header, count)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def refuse(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def head(self, status, length, *headers):
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()

    def send(self, body, range_header, limit=None):
        """The rest of the body from where it is asked for, `limit` bytes of it at most."""
        match = re.fullmatch(r"bytes=(\d+)-", range_header or "")
        start = int(match.group(1)) if match else 0
        if start >= len(body) and match:
            return self.refuse(416)
        rest = body[start:]
        if match:
            self.head(206, len(rest), ("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}"))
        else:
            self.head(200, len(rest))
        self.wfile.write(rest if limit is None else rest[:limit])

    def fault_none(self, body, range_header, _):
        self.send(body, range_header)

    def fault_break(self, body, range_header, _):
        self.send(body, range_header, limit=len(body) // 3)

    def fault_break_at_once(self, body, range_header, _):
        self.send(body, range_header, limit=0)

    def fault_break_once(self, body, range_header, count):
        self.send(body, range_header, limit=len(body) // 3 if count == 1 else None)

    def fault_break_once_no_ranges(self, body, _, count):
        self.send(body, None, limit=len(body) // 3 if count == 1 else None)

    def fault_changes(self, body, range_header, count):
        """Breaks off in the middle of another version."""
        if count == 1:
            self.send(bytes(len(body)), range_header, limit=len(body) // 3)
        else:
            self.send(body, range_header)

    def fault_wrong(self, body, range_header, _):
        self.send(bytes(byte ^ 1 for byte in body), range_header)

    def fault_longer(self, body, _, __):
        self.send(body + b"more", None)

    def fault_shorter(self, body, _, __):
        self.send(body[:-1], None)

    def fault_says_less(self, body, _, __):
        self.head(200, len(body) - 10)
        self.wfile.write(body)

    def fault_says_nothing_and_sends_more(self, body, _, __):
        self.head(200, None)
        self.wfile.write(body + b"more")

    def fault_says_nothing(self, body, _, __):
        self.head(200, None)
        self.wfile.write(body)

    def fault_another_part(self, body, range_header, count):
        if count == 1:
            return self.send(body, range_header, limit=len(body) // 3)
        length = len(body) - len(body) // 3  # as much as is due, from the wrong place
        self.head(206, length, ("Content-Range", f"bytes 1-{length}/{len(body)}"))
        self.wfile.write(body[1 : length + 1])

    def fault_another_size(self, body, range_header, count):
        if count == 1:
            return self.send(body, range_header, limit=len(body) // 3)
        self.send(body + b"more", range_header)

    def fault_login_page(self, _, __, ___):
        page = b"<html>please log in</html>"
        self.head(200, len(page), ("Content-Type", "text/html"))
        self.wfile.write(page)

    def fault_500(self, _, __, ___):
        self.refuse(500)

    def fault_403(self, _, __, ___):
        self.refuse(403)

    def fault_busy_twice(self, body, range_header, count):
        if count <= 2:
            return self.refuse(503)
        self.send(body, range_header)

    def fault_stall_once(self, body, range_header, count):
        self.send(body, range_header, limit=len(body) // 3 if count == 1 else None)
        if count > 1:
            return
        self.wfile.flush()
        self.server_state.released.wait(60)

    def fault_redirect(self, body, _, __):
        self.head(302, 0, ("Location", self.path.replace("/redirect/", "/none/")))

    def fault_redirect_for_ever(self, _, __, ___):
        self.head(302, 0, ("Location", self.path))

    def fault_redirect_to_a_file(self, _, __, ___):
        self.head(302, 0, ("Location", "file:///etc/passwd"))

    def fault_endless_headers(self, _, __, ___):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(100_000):
            self.wfile.write(b"X-Filler: " + b"x" * 90 + b"\r\n")

    def fault_not_http(self, _, __, ___):
        self.wfile.write(b"\x00\xff" * 5000)
