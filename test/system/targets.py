"""Web servers in the network at home, for tests of routes: by hand, and one that says what it was asked."""
import fcntl
import hashlib
import http.server
import json
import socket
import socketserver
import ssl
import struct
import termios
import threading
import time

import lab

TARGET = '192.168.77.2'
MIB = 1 << 20


def serve(handler, port=0, context=None):
    """A server by hand in the network at home: handler(socket, address) in a thread for each connection. Its port."""
    with lab.inside('lan'):
        s = socket.create_server((TARGET, port), backlog=512, reuse_port=False)

    def work(peer, address):
        with peer:
            try:
                peer.settimeout(60)
                handler(context.wrap_socket(peer, server_side=True) if context else peer, address)
            except (OSError, ssl.SSLError, ValueError):
                pass

    def accept():
        while True:
            try:
                peer, address = s.accept()
            except OSError:
                return
            threading.Thread(target=work, args=(peer, address), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()
    return s.getsockname()[1]


CHECK = 'User-Agent: pic'       # the cell's own checks come at any time


def read_head(s, checks=False):
    """A head from a socket and what came behind it. A check of the cell ends a handler that does not wait for it."""
    data = b''
    while b'\r\n\r\n' not in data:
        piece = s.recv(65536)
        if not piece:
            raise ValueError('no head')
        data += piece
    head, _, rest = data.partition(b'\r\n\r\n')
    if not checks and CHECK.encode() in head.split(b'\r\n'):
        raise ValueError('a check')
    return head.decode('latin-1'), rest


def headers_of(head):
    """{lower-case name: [values]}"""
    out = {}
    for line in head.split('\r\n')[1:]:
        name, _, value = line.partition(':')
        out.setdefault(name.lower(), []).append(value.strip())
    return out


def answering(answer):
    """A server that reads one head and says the same to everybody, then closes."""
    def handler(s, _):
        read_head(s)
        s.sendall(answer)
    return serve(handler)


class Refusing:
    """A server that answers every head with 413 and ends the connection with what it has not read, so that a reset follows:
    behind the answer, before anybody could send all. How much it read first is another each time, in fewer than so many pieces."""
    ANSWER = b'HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n' + b'no' * 50000

    def __init__(self, pieces):
        self.turn, self.pieces = 0, pieces

    def __call__(self, s, _):
        read_head(s)
        self.turn += 1
        for _ in range(self.turn % self.pieces):
            s.recv(65536)
        s.sendall(self.ANSWER)
        wait_taken(s)
        if self.turn % 2:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))


def wait_taken(s):
    """Until the other side's kernel has all that was sent."""
    lab.wait_for('the answer to be there', lambda: fcntl.ioctl(s, termios.TIOCOUTQ, b'\0' * 4) == b'\0' * 4)


SEEN = []        # heads as a target got them


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with what it was asked, bodies of any size, kept connections."""
    protocol_version = 'HTTP/1.1'
    timeout = 60

    def log_message(self, *_):
        pass

    def reply(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace('_', '-'), value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(body)

    def do_GET(self):
        self.note()
        if self.path.startswith('/big'):
            self.send_response(200)
            self.send_header('Content-Length', str(64 * MIB))
            self.end_headers()
            for _ in range(64):
                self.wfile.write(b'b' * MIB)
        elif self.path.startswith('/range'):
            self.reply(206, b'cde', Content_Range='bytes 2-4/9', ETag='"x"')
        elif self.path.startswith('/chunked'):
            self.send_response(200)
            self.send_header('Transfer-Encoding', 'chunked')
            self.end_headers()
            self.wfile.write(b'5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\nX-Trailer: t\r\n\r\n')
        elif self.path.startswith('/slow'):
            time.sleep(1)
            self.reply(200, b'slow')
        else:
            self.reply(200, json.dumps({'path': self.path, 'headers': self.headers.items(),
                                        'peer': self.client_address[1]}).encode(), X_Target='echo')

    do_HEAD = do_DELETE = do_OPTIONS = do_GET

    def note(self):
        if f'User-Agent: {self.headers.get("User-Agent")}' != CHECK:
            SEEN.append((self.client_address, self.command, self.path, self.headers.items()))

    def do_POST(self):
        self.note()
        digest, total = hashlib.sha256(), 0
        for piece in self.pieces():
            digest.update(piece)
            total += len(piece)
        self.reply(200, json.dumps({'sha256': digest.hexdigest(), 'bytes': total}).encode())

    do_PUT = do_PATCH = do_POST

    def pieces(self):
        if self.headers.get('Transfer-Encoding') == 'chunked':
            while size := int(self.rfile.readline(), 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return
        left = int(self.headers.get('Content-Length', 0))
        while left:
            piece = self.rfile.read(min(left, MIB))
            if not piece:
                return
            left -= len(piece)
            yield piece


class Threads(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, *_):
        """Visitors may leave."""


def echo():
    with lab.inside('lan'):
        server = Threads((TARGET, 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]
