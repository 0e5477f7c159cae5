"""An ACME authority by hand, for what pebble does not do: it believes everybody, and lies, stalls and fails as it is told.
It lives in namespace "up" as liar.example.test."""
import base64
import http.server
import json
import os
import ssl
import subprocess
import threading

import authority
import lab
from lab import run

ADDRESS, HOST = '198.51.100.81', 'liar.example.test'
BASE = f'https://{HOST}'
JSON = 'application/json'
TOKEN = 'evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA'


def decoded(text):
    return base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))


class Liar:
    """lies: {what: function(reply) or reply}; reply = (status, headers, body). what: dir nonce acct order status authz chall
    finalize cert window revoke."""

    def __init__(self, *hosts):
        """hosts: names that it answers to beside its own."""
        self.lies, self.asked, self.payloads = {}, [], {}
        self.dirs, self.issued = [], []    # hosts that were asked for their directory; leaves, as PEM
        self.csr = None
        self.state = {'order': 'pending', 'authz': 'pending'}
        self.dir = os.path.join(lab.TMP, 'liar')
        os.makedirs(self.dir)
        run('openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '900', '-keyout', f'{self.dir}/ca.key', '-out',
            f'{self.dir}/ca.pem', '-subj', '/CN=liar', '-addext', 'basicConstraints=critical,CA:TRUE')
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(*authority.own_ca(HOST, *hosts))
        with lab.inside('up'):
            self.server = http.server.ThreadingHTTPServer((ADDRESS, 443), self.handler())
        self.server.daemon_threads = True
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def reset(self, **lies):
        self.lies, self.asked, self.payloads = lies, [], {}
        self.state = {'order': 'pending', 'authz': 'pending'}

    def handler(self):
        liar = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_GET(self):
                what = self.path.strip('/').split('/')[0].replace('directory', 'dir')
                if what == 'dir':
                    liar.dirs.append(self.headers['Host'])
                if what == 'order' and self.path.count('/') > 1:
                    what = 'status'
                n = int(self.headers.get('Content-Length') or 0)
                payload = None
                if n:
                    text = json.loads(self.rfile.read(n))['payload']
                    payload = json.loads(decoded(text)) if text else None
                liar.asked.append(what)
                liar.payloads[what] = payload
                try:
                    self.answer(*liar.reply(what, payload))
                except (OSError, ssl.SSLError):
                    pass

            do_POST = do_HEAD = do_GET

            def answer(self, status, headers, body):
                self.send_response(status)
                for name, value in headers.items():
                    if value is not None:
                        self.send_header(name, value)
                if 'Content-Length' not in headers:
                    self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                if self.command != 'HEAD':
                    self.wfile.write(body)
                self.close_connection = True

            def log_message(self, *_):
                pass
        return Handler

    # --- the truth ------------------------------------------------------------------------

    def reply(self, what, payload):
        status, headers, body = self.truth(what, payload)
        headers = {'Content-Type': JSON, 'Replay-Nonce': 'bm9uY2U', **headers}
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        lie = self.lies.get(what)
        return lie((status, headers, body)) if callable(lie) else lie or (status, headers, body)

    def order(self):
        out = {'status': self.state['order'], 'identifiers': self.identifiers, 'authorizations': [f'{BASE}/authz/1'],
               'finalize': f'{BASE}/finalize/1'}
        if self.state['order'] == 'valid':
            out['certificate'] = f'{BASE}/cert/1'
        return out

    def challenge(self):
        return {'type': 'http-01', 'url': f'{BASE}/chall/1', 'status': self.state['authz'], 'token': TOKEN}

    def truth(self, what, payload):
        if what == 'dir':
            return 200, {}, {'newNonce': f'{BASE}/nonce', 'newAccount': f'{BASE}/acct', 'newOrder': f'{BASE}/order',
                             'revokeCert': f'{BASE}/revoke', 'renewalInfo': f'{BASE}/window'}
        if what == 'acct':
            return 201, {'Location': f'{BASE}/acct/1'}, {'status': 'valid'}
        if what == 'order':
            self.identifiers = payload['identifiers'] if payload else []
            if self.state['order'] == 'valid':      # the one before
                self.state = {'order': 'pending', 'authz': 'pending'}
            return 201, {'Location': f'{BASE}/order/1'}, self.order()
        if what == 'status':
            return 200, {}, self.order()
        if what == 'authz':
            return 200, {}, {'status': self.state['authz'], 'identifier': self.identifiers[0], 'challenges': [self.challenge()]}
        if what == 'chall':
            self.state = {'order': 'ready', 'authz': 'valid'}
            return 200, {}, self.challenge()
        if what == 'finalize':
            self.csr = decoded(payload['csr'])
            self.state['order'] = 'valid'
            return 200, {}, self.order()
        if what == 'cert':
            return 200, {'Content-Type': 'application/pem-certificate-chain'}, self.issue()
        if what == 'window':
            return 200, {'Retry-After': '3600'}, {'suggestedWindow': {'start': '2030-01-01T00:00:00Z', 'end': '2030-01-03T00:00:00Z'}}
        return 200, {}, b'' if what in ('nonce', 'revoke') else {}

    def issue(self, csr=None, days=90, more=()):
        """A chain for a request, as bytes of PEM."""
        leaf = subprocess.run(['openssl', 'x509', '-req', '-inform', 'DER', '-CA', f'{self.dir}/ca.pem', '-CAkey', f'{self.dir}/ca.key',
                               '-CAcreateserial', '-days', str(days), '-copy_extensions', 'copyall', *more],
                              input=csr or self.csr, capture_output=True, check=True).stdout
        self.issued.append(leaf.decode())
        with open(f'{self.dir}/ca.pem', 'rb') as f:
            return leaf + f.read()


# --- lies ----------------------------------------------------------------------------------

def header(name, value):
    """The truth with another header; None: without it."""
    return lambda r: (r[0], {**r[1], name: value}, r[2])


def changed(**members):
    """The truth with other members."""
    return lambda r: (r[0], r[1], json.dumps({**json.loads(r[2]), **members}).encode())


def problem(status, kind, detail, **headers):
    return status, {'Content-Type': 'application/problem+json', 'Replay-Nonce': 'bm9uY2U', **headers}, json.dumps(
        {'type': f'urn:ietf:params:acme:error:{kind}', 'detail': detail, 'status': status}).encode()
