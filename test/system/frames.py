"""A client of HTTP/2 that writes its own frames, also those that no client should send."""
import ssl
import struct

import lab

SERVER, OWN = '192.168.77.1', 'home.home.arpa'
DATA, HEADERS, PRIORITY, RESET, SETTINGS, PING, GOAWAY, WINDOW, CONTINUATION = 0, 1, 2, 3, 4, 6, 7, 8, 9
END_STREAM, ACK, END_HEADERS = 1, 1, 4


def literal(name, value):
    """A field without compression (RFC 7541 6.2.2)."""
    out = b'\0'
    for text in (name.encode(), value.encode()):
        n = len(text)
        out += bytes([n]) if n < 127 else bytes([127, (n - 127) & 127 | (128 if n - 127 > 127 else 0)])
        if n - 127 > 127:
            rest = n - 127 >> 7
            while rest > 127:
                out += bytes([rest & 127 | 128])
                rest >>= 7
            out += bytes([rest])
        out += text
    return out


def fields(path='/', method='GET', scheme='https', authority=OWN, more=()):
    pseudo = [(':method', method), (':scheme', scheme), (':authority', authority), (':path', path)]
    return b''.join(literal(*f) for f in [*(p for p in pseudo if p[1] is not None), *more])


DIGITS = {'00000': '0', '00001': '1', '00010': '2', '011001': '3', '011010': '4', '011011': '5', '011100': '6',
          '011101': '7', '011110': '8', '011111': '9'}


def status_of(block):
    """:status comes first: one of the static table, or a value in Huffman code (RFC 7541 A, B)."""
    if block[0] == 0x20:
        block = block[1:]       # the size of the dynamic table: none
    fixed = {0x88: 200, 0x89: 204, 0x8a: 206, 0x8b: 304, 0x8c: 400, 0x8d: 404, 0x8e: 500}
    if block[0] in fixed:
        return fixed[block[0]]
    value = block[2:2 + (block[1] & 127)]
    if not block[1] & 128:
        return int(value)
    bits, out, code = ''.join(f'{b:08b}' for b in value), '', ''
    for bit in bits:
        code += bit
        if code in DIGITS:
            out, code = out + DIGITS[code], ''
    return int(out)


class Peer:
    """A client that writes its own frames."""
    def __init__(self, settings=b'', window=True, host=OWN):
        self.host = host
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(['h2'])
        self.socket = context.wrap_socket(lab.connect('lan', SERVER, 443), server_hostname=host)
        assert self.socket.selected_alpn_protocol() == 'h2'
        self.input, self.over = b'', False
        self.socket.settimeout(30)
        self.send(b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
        self.frame(SETTINGS, 0, 0, struct.pack('>HI', 1, 0) + settings)     # no dynamic table: answers stand for themselves
        if window:
            self.frame(WINDOW, 0, 0, struct.pack('>I', 1 << 24))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """False: the server has closed."""
        try:
            self.socket.sendall(data)
            return True
        except (OSError, ssl.SSLError):
            self.over = True
            return False

    def frame(self, kind, flags, stream, payload=b''):
        return self.send(struct.pack('>I', len(payload))[1:] + bytes([kind, flags]) + struct.pack('>I', stream) + payload)

    def ask(self, stream, *args, body=False, **kw):
        kw.setdefault('authority', self.host)
        return self.frame(HEADERS, END_HEADERS | (0 if body else END_STREAM), stream, fields(*args, **kw))

    def next(self):
        """(kind, flags, stream, payload), or None at the end."""
        while len(self.input) < 9 or len(self.input) < 9 + int.from_bytes(self.input[:3], 'big'):
            try:
                more = self.socket.recv(65536)
            except (ConnectionError, ssl.SSLError):
                more = b''
            if not more:
                return None
            self.input += more
        n = 9 + int.from_bytes(self.input[:3], 'big')
        frame, self.input = self.input[:n], self.input[n:]
        return frame[3], frame[4], int.from_bytes(frame[5:9], 'big') & 0x7fffffff, frame[9:]

    def until(self, wanted):
        while (f := self.next()) is not None:
            if wanted(*f):
                return f
        return None

    def answer(self, stream):
        """(status, body), or the error that ended the stream, or None when the connection ended."""
        status, body = None, b''
        while (f := self.next()) is not None:
            kind, flags, of, payload = f
            if of != stream:
                continue
            if kind == RESET:
                return int.from_bytes(payload, 'big')
            if kind == HEADERS and (status is None or status < 200):
                status = status_of(payload)
            elif kind == DATA:
                body += payload
            if flags & END_STREAM and kind in (HEADERS, DATA):
                return status, body
        return None

    def farewell(self):
        """The error of GOAWAY, and the connection is closed after it."""
        f = self.until(lambda kind, *_: kind == GOAWAY)
        assert f is None or self.until(lambda *_: False) is None
        return None if f is None else int.from_bytes(f[3][4:8], 'big')
