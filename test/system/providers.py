"""Providers of dynamic DNS and sources of addresses on the Internet, each strict about what it is asked: what its documents
do not know is a fault, and faults() tells them. One server with a certificate of its own for all their names."""
import base64
import http.server
import json
import os
import re
import ssl
import threading
import time
import urllib.parse

import lab

TOKEN = 'tok-' + 'S3cret' * 4
TOTP_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
NAMES = ['ddns', 'cf', 'duck', 'noip', 'sync', 'v6.sync', 'ip1', 'ip2', 'ip3']
FAULTS = []


def faults():
    found = FAULTS[:]
    FAULTS.clear()
    return found


class Fault(Exception):
    pass


def need(condition, what):
    if not condition:
        raise Fault(what)


class Provider:
    """calls: what came, as (method, path). script: answers that are given before the proper ones, one each:
    (status, body) or (status, body, headers), or a function of the handler."""

    def __init__(self):
        self.calls, self.script, self.lock = [], [], threading.Lock()
        self.reset()

    def reset(self):
        pass

    def answer(self, rq):
        """(status, body[, headers]) for a request whose form is right."""
        raise NotImplementedError


class PicNgo(Provider):
    """data.md 12.1"""

    def reset(self):
        self.names, self.serial, self.txt, self.forgetful = {}, 0, set(), False

    def answer(self, rq):
        if rq.path.startswith('/api/v1/check/'):
            need(rq.command == 'GET' and rq.only('host', 'user-agent', 'accept', 'connection'), 'check')
            return 200, {'available': rq.path[14:] not in self.names}
        if (rq.command, rq.path) == ('POST', '/api/v1/register'):
            return self.register(rq)
        need(re.fullmatch(r'Bearer [!-~]+', rq.headers.get('Authorization', '')), 'no bearer')
        name = next((n for n, v in self.names.items() if f'Bearer {v["token"]}' == rq.headers['Authorization']), None)
        if name is None or self.forgetful:
            return 401, {'error': 'unknown token'}
        if (rq.command, rq.path) == ('PUT', '/api/v1/update'):
            body = rq.json('ip', 'ip6')
            self.names[name] |= {'ip': body.get('ip'), 'ip6': body.get('ip6')}
            return 200, {}
        if rq.path == '/api/v1/dns-challenge' and rq.command in ('POST', 'DELETE'):
            body = rq.json('fqdn', 'value')
            need(body['fqdn'] == f'_acme-challenge.{name}.pic.ngo', 'fqdn')
            if rq.command == 'DELETE' and body['value'] not in self.txt:
                return 404, {}
            self.txt = self.txt | {body['value']} if rq.command == 'POST' else self.txt - {body['value']}
            return 200, {}
        need((rq.command, rq.path) == ('DELETE', '/api/v1/register') and not rq.body, 'no such call')
        del self.names[name]
        return 200, {}

    def register(self, rq):
        body = rq.json('name', 'ip', 'ip6')
        need('ip' in body or 'ip6' in body, 'no address')
        codes = [lab.totp(TOTP_SECRET, time.time() + d) for d in (-30, 0, 30)]
        if rq.headers.get('X-Register-OTP') not in codes:
            return 401, {'error': 'bad code'}
        if body['name'] in self.names and not self.forgetful:
            return 409, {'error': 'taken'}
        self.serial += 1
        self.names[body['name']] = {'token': f'{TOKEN}-{self.serial}', 'ip': body.get('ip'), 'ip6': body.get('ip6')}
        return 201, {'token': f'{TOKEN}-{self.serial}', 'subdomain': body['name']}


class Cloudflare(Provider):
    """API v4: zones, DNS records."""
    ZONE = '023e105f4ecef8ad9ca31a8372d0c353'

    def reset(self):
        self.records, self.serial = {}, 0

    @staticmethod
    def good(result):
        return 200, {'success': True, 'errors': [], 'messages': [], 'result': result}

    @staticmethod
    def bad(status, code, **headers):
        return status, {'success': False, 'errors': [{'code': code, 'message': f'no {TOKEN}'}], 'messages': [], 'result': None}, headers

    def answer(self, rq):
        if rq.headers.get('Authorization') != f'Bearer {TOKEN}':
            return self.bad(403, 9109)
        url = urllib.parse.urlsplit(rq.path)
        query = dict(urllib.parse.parse_qsl(url.query, strict_parsing=True) if url.query else [])
        if url.path == '/client/v4/zones':
            need(rq.command == 'GET' and list(query) == ['name'], 'zones')
            return self.good([{'id': self.ZONE, 'name': 'example.org'}] if query['name'] == 'example.org' else [])
        m = re.fullmatch(f'/client/v4/zones/{self.ZONE}/dns_records(/([0-9a-f]{{32}}))?', url.path)
        need(m, 'no such call')
        if m[2]:
            return self.one(rq, m[2])
        if rq.command == 'GET':
            need(set(query) <= {'type', 'name', 'per_page'}, 'query')
            return self.good([r for r in self.records.values() if all(r[k] == v for k, v in query.items() if k != 'per_page')])
        need(rq.command == 'POST', 'method')
        self.serial += 1
        record = self.record(rq)
        self.records[f'{self.serial:032x}'] = {'id': f'{self.serial:032x}', **record}
        return self.good(self.records[f'{self.serial:032x}'])

    @staticmethod
    def record(rq):
        r = rq.json('type', 'name', 'content', 'ttl', 'proxied')
        need(set(r) == {'type', 'name', 'content', 'ttl', 'proxied'} and r['ttl'] == 60 and r['proxied'] is False, 'record')
        need(r['type'] != 'TXT' or re.fullmatch('"[^"]*"', r['content']), 'TXT without quotes')
        return r

    def one(self, rq, ident):
        if ident not in self.records:
            return self.bad(404, 81044)
        if rq.command == 'DELETE':
            del self.records[ident]
            return self.good({'id': ident})
        need(rq.command == 'PATCH', 'method')
        self.records[ident] |= self.record(rq)
        return self.good(self.records[ident])

    def of(self, kind):
        return [r['content'] for r in self.records.values() if r['type'] == kind]


class DuckDns(Provider):
    def reset(self):
        self.ip = self.ip6 = self.txt = ''

    def answer(self, rq):
        url = urllib.parse.urlsplit(rq.path)
        query = urllib.parse.parse_qsl(url.query, keep_blank_values=True, strict_parsing=True)
        need(rq.command == 'GET' and url.path == '/update' and len({k for k, _ in query}) == len(query), 'call')
        q = dict(query)
        need(set(q) <= {'domains', 'token', 'ip', 'ipv6', 'verbose', 'txt', 'clear'} and q.get('verbose') == 'true', 'query')
        if q.get('domains') != 'home' or q.get('token') != TOKEN:
            return 200, 'KO'
        if 'txt' in q:
            need('ip' not in q and 'ipv6' not in q, 'txt beside addresses')
            self.txt = '' if q.get('clear') == 'true' else q['txt']
            return 200, f'OK\n{self.txt}\nUPDATED'
        if 'clear' in q:        # of both kinds
            need(q['clear'] == 'true' and 'ip' not in q and 'ipv6' not in q, 'clear beside addresses')
            self.ip = self.ip6 = ''
            return 200, 'OK\n\n\nUPDATED'
        need('ip' in q or 'ipv6' in q, 'nothing is said')
        self.ip, self.ip6 = q.get('ip', self.ip), q.get('ipv6', self.ip6)
        return 200, f'OK\n{self.ip}\n{self.ip6}\nUPDATED'


class NoIp(Provider):
    def reset(self):
        self.ips = None

    def answer(self, rq):
        url = urllib.parse.urlsplit(rq.path)
        q = dict(urllib.parse.parse_qsl(url.query, strict_parsing=True))
        need(rq.command == 'GET' and url.path == '/nic/update' and set(q) == {'hostname', 'myip'}, 'call')
        need(re.fullmatch(r'pic/\d+\.\d+\.\d+ \S+@\S+', rq.headers.get('User-Agent', '')), 'User-Agent')
        user = base64.b64encode(f'me@example.org:{TOKEN}'.encode()).decode()
        if rq.headers.get('Authorization') != f'Basic {user}':
            return 401, 'badauth'
        if q['hostname'] != 'home.example.org':
            return 200, 'nohost'
        word = 'nochg' if self.ips == q['myip'] else 'good'
        self.ips = q['myip']
        return 200, f'{word} {self.ips}\r\n'


class FreeDns(Provider):
    def reset(self):
        self.ip = self.ip6 = None

    def answer(self, rq):
        url = urllib.parse.urlsplit(rq.path)
        q = dict(urllib.parse.parse_qsl(url.query, strict_parsing=True))
        need(rq.command == 'GET' and re.fullmatch('/u/[^/]+/', url.path) and set(q) == {'ip'}, 'call')
        if url.path != f'/u/{TOKEN}/':
            return 200, 'ERROR: Unable to locate this record'
        six = rq.headers['Host'].startswith('v6.')
        need((':' in q['ip']) == six, 'the host of the other kind')
        had = self.ip6 if six else self.ip
        if six:
            self.ip6 = q['ip']
        else:
            self.ip = q['ip']
        return 200, f'No IP change detected for home with IP {had}' if had == q['ip'] else f'Updated home from {had} to {q["ip"]}'


class Source(Provider):
    def reset(self):
        self.says = '81.2.69.142\n'

    def answer(self, rq):
        need(rq.command == 'GET' and rq.path == '/' and rq.only('host', 'user-agent', 'accept', 'connection'), 'call')
        return 200, self.says


PIC_NGO, CLOUDFLARE, DUCKDNS, NOIP, FREEDNS = PicNgo(), Cloudflare(), DuckDns(), NoIp(), FreeDns()
SOURCES = [Source(), Source(), Source()]
HOSTS = {'ddns': PIC_NGO, 'cf': CLOUDFLARE, 'duck': DUCKDNS, 'noip': NOIP, 'sync': FREEDNS, 'v6.sync': FREEDNS,
         'ip1': SOURCES[0], 'ip2': SOURCES[1], 'ip3': SOURCES[2]}


def reset():
    for p in HOSTS.values():
        p.calls, p.script = [], []
        p.reset()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def only(self, *names):
        return {k.lower() for k in self.headers} <= set(names)

    def json(self, *members):
        need(self.headers.get('Content-Type') == 'application/json', 'Content-Type')
        body = json.loads(self.body)
        need(isinstance(body, dict) and set(body) <= set(members), f'body {sorted(body)}')
        return body

    def send(self, status, body, headers=None):
        text = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'text/plain' if isinstance(body, str) else 'application/json')
        self.send_header('Content-Length', str(len(text)))
        for name, value in (headers or {}).items():
            self.send_header(name.replace('_', '-'), value)
        self.end_headers()
        self.wfile.write(text)

    def handle_any(self):
        self.close_connection = True
        self.body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
        host = self.headers.get('Host', '').split(':')[0]
        provider = HOSTS.get(host.removesuffix('.example'))
        try:
            need(provider and len(self.headers.get_all('Host')) == 1, f'Host {host}')
            need(self.headers.get('Connection') == 'close', 'Connection')
            need((self.command in ('POST', 'PUT', 'PATCH')) <= ('Content-Length' in self.headers), 'Content-Length')
            with provider.lock:
                provider.calls.append((self.command, self.path))
                script = provider.script.pop(0) if provider.script else None
                if script is None:
                    script = provider.answer(self)
            if callable(script):
                script(self)
            else:
                self.send(*script)
        except (Fault, KeyError, ValueError) as e:
            FAULTS.append(f'{self.command} {host}{self.path}: {e!r}')
            self.send(418, 'fault')

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any


# --- how servers are bad -----------------------------------------------------------------

def raw(data):
    return lambda rq: rq.wfile.write(data)


def huge(rq):
    try:
        rq.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n')
        for _ in range(4096):
            rq.wfile.write(b'OK' * 32768)
    except OSError:
        pass        # cut off, as it should be


def hang_up(rq):
    rq.connection.close()


# --- the server ---------------------------------------------------------------------------

class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address, context):
        self.context = context
        super().__init__(address, Handler)

    def finish_request(self, request, client_address):
        request.settimeout(60)
        super().finish_request(self.context.wrap_socket(request, server_side=True), client_address)

    def handle_error(self, request, client_address):
        pass


def openssl(*argv):
    lab.run('openssl', *argv)


def start():
    """The authority's certificate: a file for PIC_TRUST_FILE. The Internet's name server, too: up, 198.51.100.53."""
    ca, root = os.path.join(lab.TMP, 'providers-ca'), os.path.join(lab.TMP, 'providers-nsd')
    os.mkdir(ca)
    os.mkdir(root)
    ec = ('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes')
    openssl('req', '-x509', *ec, '-days', '30', '-subj', '/CN=test', '-keyout', f'{ca}/ca.key', '-out', f'{ca}/ca.pem')
    openssl('req', *ec, '-subj', '/CN=providers', '-keyout', f'{ca}/key.pem', '-out', f'{ca}/req.pem')
    with open(f'{ca}/ext', 'w', encoding='ascii') as f:
        f.write('subjectAltName=' + ','.join(f'DNS:{n}.example' for n in NAMES) + '\n')
    openssl('x509', '-req', '-in', f'{ca}/req.pem', '-CA', f'{ca}/ca.pem', '-CAkey', f'{ca}/ca.key', '-CAcreateserial',
            '-days', '20', '-extfile', f'{ca}/ext', '-out', f'{ca}/cert.pem')
    os.chmod(f'{ca}/ca.pem', 0o644)
    with open(f'{root}/example.zone', 'w', encoding='ascii') as f:
        f.write('$ORIGIN example.\n$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 198.51.100.53\n')
        f.writelines(f'{n} A 198.51.100.53\n' for n in NAMES)
    with open(f'{root}/nsd.conf', 'w', encoding='ascii') as f:
        f.write(f'server:\n ip-address: 198.51.100.53\n username: ""\n chroot: ""\n database: ""\n zonesdir: "{root}"\n'
                f' pidfile: "{root}/nsd.pid"\n xfrdfile: "{root}/xfrd"\n zonelistfile: "{root}/zl"\n rrl-ratelimit: 0\n'
                f'remote-control:\n control-enable: no\nzone:\n name: example\n zonefile: {root}/example.zone\n')
    lab.start(lab.in_ns('up', 'nsd', '-d', '-c', f'{root}/nsd.conf'), stderr=lab.subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f'{ca}/cert.pem', f'{ca}/key.pem')
    with lab.inside('up'):
        server = Server(('198.51.100.53', 443), context)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    lab.wait_for('the name server', lambda: lab.kdig('cell', '198.51.100.53', 'ddns.example')[1])
    return f'{ca}/ca.pem'


# --- records that others can look at ---------------------------------------------------------

class Publisher:
    """What a provider has of one TXT record stands in the DNS of authority.py. values(): that; seen: every set of them, in
    order; asleep: it does not get there."""

    def __init__(self, dns, provider, name, values):
        self.dns, self.name, self.values, self.ttl, self.seen, self.asleep = dns, name, values, 5, [], False
        plain = provider.answer

        def answer(rq):
            reply = plain(rq)
            if not self.asleep:
                self.publish()
            return reply
        provider.answer = answer

    def publish(self):
        now = sorted(self.values())
        if not self.seen or self.seen[-1] != now:
            self.seen.append(now)
            self.dns.update(f'del {self.name}. TXT', *(f'add {self.name}. {self.ttl} TXT "{v}"' for v in now))


def publish(dns):
    """dns: authority.py, which gets the providers' own names, too. {provider: Publisher}"""
    dns.update(*(f'add {n}.example. 60 A 198.51.100.53' for n in NAMES))
    return {
        'pic_ngo': Publisher(dns, PIC_NGO, '_acme-challenge.home.pic.ngo', lambda: PIC_NGO.txt),
        'cloudflare': Publisher(dns, CLOUDFLARE, '_acme-challenge.home.example.org',
                                lambda: [t.strip('"') for t in CLOUDFLARE.of('TXT')]),
        'duckdns': Publisher(dns, DUCKDNS, '_acme-challenge.home.duckdns.org', lambda: [DUCKDNS.txt] if DUCKDNS.txt else []),
    }
