"""The laboratory of the system tests: real cells in network namespaces of their
own, real clients beside them. A test file is a program; it defines functions
test_* and ends with lab.main(). Nothing here waits for a fixed time: wait_for()
polls with a generous deadline.

    host of the cell ("cell")      neighbours
      lan0  192.168.77.1/24   ---  "lan"     192.168.77.2, fd77::2
      wg0   10.0.0.1/24       ---  "vpn"     10.0.0.2 (a WireGuard peer: wireguard-go at both ends)
      pub0  203.0.113.1/24    ---  "public"  203.0.113.2
      up0   198.51.100.1/24   ---  "up"      198.51.100.53: name servers of the Internet
"""
import atexit
import base64
import calendar
import ctypes
import hashlib
import hmac
import http.client
import json
import os
import random
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import traceback

import contract

PIC = os.environ.get('PIC', './pic')
PASSWORD = 'correct horse battery'
LIBC = ctypes.CDLL(None, use_errno=True)
PR_CAPBSET_DROP, CAP_SYS_TIME = 24, 25
signal.signal(signal.SIGINT, signal.default_int_handler)    # what a shell starts behind itself has it ignored
CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000
MS_REC_PRIVATE = 0x4000 | 0x40000

TMP = tempfile.mkdtemp(prefix='pic-system-')
TAG = f'pt{os.getpid()}'
PROCESSES = []
PEERS = []          # who is at the far end of tunnel()
NAMESPACES = []
CONTRACT = contract.Contract()


# --- waiting and cleaning up -------------------------------------------------------

def wait_for(what, condition, seconds=30):
    """Poll until condition() is true and return its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f'waited {seconds} s in vain for {what}')
        time.sleep(0.02)


def listens(path):
    """Does somebody answer at a Unix socket? Programs that are not ours give it its name before they listen."""
    with socket.socket(socket.AF_UNIX) as s:
        return s.connect_ex(path) == 0


def run(*argv, ok=True, **kw):
    """Run a command to its end; its output as text."""
    kw.setdefault('timeout', 60)
    p = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       stdin=kw.pop('stdin', subprocess.DEVNULL), **kw)
    text = p.stdout.decode(errors='replace')
    if ok and p.returncode != 0:
        raise AssertionError(f'{" ".join(argv)}: status {p.returncode}\n{text}')
    return text


def start(argv, **kw):
    p = subprocess.Popen(argv, stdin=subprocess.DEVNULL, **kw)
    PROCESSES.append(p)
    return p


def stop(p):
    if p.poll() is None:
        p.kill()
    p.wait()


@atexit.register
def clean_up():
    for p in PROCESSES:
        stop(p)
    for ns in NAMESPACES:
        subprocess.run(['ip', 'netns', 'del', ns], stderr=subprocess.DEVNULL, check=False)
    shutil.rmtree(TMP, ignore_errors=True)


# --- namespaces ----------------------------------------------------------------------

def namespace(name):
    """The full name of a namespace of this run, made when first asked for."""
    full = f'{TAG}-{name}'
    if full not in NAMESPACES:
        NAMESPACES.append(full)
        run('ip', 'netns', 'add', full)
        # addresses are there at once, without duplicate detection
        for which in ('all', 'default'):
            run('ip', 'netns', 'exec', full, 'sh', '-c',
                f'echo 0 > /proc/sys/net/ipv6/conf/{which}/accept_dad')
        run('ip', '-n', full, 'link', 'set', 'lo', 'up')
    return full


def in_ns(name, *argv):
    return ['ip', 'netns', 'exec', namespace(name), *argv]


def wire(here, if_here, there, if_there, net4, net6=None):
    """A cable: net4 is "192.168.77."; here gets .1, there .2 (or what net4 as a pair says)."""
    a, b = namespace(here), namespace(there)
    run('ip', 'link', 'add', if_here, 'netns', a, 'type', 'veth', 'peer', 'name', if_there, 'netns', b)
    for ns, dev, host in ((a, if_here, 1), (b, if_there, 2)):
        run('ip', '-n', ns, 'addr', 'add', f'{net4}{host}/24', 'dev', dev)
        if net6:
            run('ip', '-n', ns, 'addr', 'add', f'{net6}{host}/64', 'dev', dev, 'nodad')
        run('ip', '-n', ns, 'link', 'set', dev, 'up')


def neighbourhood():
    """The whole picture above but the tunnel."""
    wire('cell', 'lan0', 'lan', 'eth0', '192.168.77.', 'fd77::')
    wire('cell', 'pub0', 'public', 'eth0', '203.0.113.')
    wire('cell', 'up0', 'up', 'eth0', '198.51.100.')
    run('ip', '-n', namespace('up'), 'addr', 'add', '198.51.100.53/24', 'dev', 'eth0')
    run('ip', '-n', namespace('cell'), 'route', 'add', 'default', 'via', '203.0.113.2')


def own_sockets(folder):
    """From now on this program and what it starts see a folder of their own there: another run may use the names, too."""
    os.makedirs(folder, exist_ok=True)
    if LIBC.unshare(CLONE_NEWNS) or LIBC.mount(b'none', b'/', None, MS_REC_PRIVATE, None) or \
            LIBC.mount(b'tmpfs', folder.encode(), b'tmpfs', 0, None):
        raise OSError(ctypes.get_errno(), f'own {folder}')


def tunnel():
    """A device of the VPN and a cable to the cell; Cell.setup() makes the two known to each other."""
    import wgpeer       # it needs this module
    own_sockets('/var/run/wireguard')
    wire('cell', 'tun-out', 'vpn', 'eth0', '192.0.2.')
    PEERS.append(wgpeer.Peer('vpn', 'device'))
    PEERS[0].record('10.0.0.2')
    PEERS[0].start(routes=('10.0.0.0/24',))


class inside:
    """with inside('lan'): sockets made here belong to that namespace, for good."""

    def __init__(self, name):
        self.path = f'/run/netns/{namespace(name)}' if name else None

    def __enter__(self):
        if self.path:
            self.back = os.open('/proc/self/ns/net', os.O_RDONLY)
            self._set(os.open(self.path, os.O_RDONLY), close=True)

    def __exit__(self, *_):
        if self.path:
            self._set(self.back, close=True)

    @staticmethod
    def _set(fd, close):
        if LIBC.setns(fd, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), 'setns')
        if close:
            os.close(fd)


def connect(ns, address, port, timeout=30, source=None):
    with inside(ns):
        s = socket.create_connection((address, port), timeout, (source, 0) if source else None)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)     # else a body waits 40 ms behind its head
    return s


def more_addresses(ns, dev, addresses):
    """Further addresses of a neighbour, so that limits by address can be told apart."""
    for a in addresses:
        run('ip', '-n', namespace(ns), 'addr', 'add', a, 'dev', dev)


def udp_ask(ns, address, port, packet, timeout=2, tries=3, source=None):
    """Send a datagram and return the answer, or None."""
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    with inside(ns):
        s = socket.socket(family, socket.SOCK_DGRAM)
    with s:
        if source:
            s.bind((source, 0))
        s.settimeout(timeout)
        for _ in range(tries):
            s.sendto(packet, (address, port))
            try:
                return s.recv(65535)
            except socket.timeout:
                continue
    return None


# --- HTTP ------------------------------------------------------------------------------

class Reply:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode()

    def __repr__(self):
        return f'<{self.status} {self.body[:300]!r}>'


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__('localhost', timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


class Client:
    """One caller: from a namespace through the edge, over loopback, or over the socket."""

    def __init__(self, cell, ns=None, address=None, port=443, tls=True, host=None, unix=False, source=None, sni=True):
        self.cell, self.ns, self.address, self.port, self.tls = cell, ns, address, port, tls
        self.source, self.sni = source, sni
        self.host = host or address
        self.unix = unix
        self.cookie = self.csrf = self.token = self.setup_token = None

    def _connection(self):
        if self.unix:
            return UnixConnection(self.cell.socket)
        c = http.client.HTTPConnection(self.address, self.port, timeout=60)
        c.sock = connect(self.ns, self.address, self.port, source=self.source)
        if self.tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            is_name = self.sni and self.host and not self.host.replace('.', '').isdigit() and ':' not in self.host
            c.sock = context.wrap_socket(c.sock, server_hostname=self.host if is_name else None)
        return c

    def _headers(self, method, headers, has_body):
        h = dict(headers or {})
        if self.host and not self.unix:
            h.setdefault('Host', self.host if self.port in (80, 443) else f'{self.host}:{self.port}')
        if has_body:
            h.setdefault('Content-Type', 'application/json')
        if self.cookie:
            h.setdefault('Cookie', f'pic_session={self.cookie}')
        if self.csrf and method not in ('GET', 'HEAD'):
            h.setdefault('X-CSRF-Token', self.csrf)
        if self.token:
            h.setdefault('Authorization', f'Bearer {self.token}')
        if self.setup_token:
            h.setdefault('X-Setup-Token', self.setup_token)
        return {k: v for k, v in h.items() if v is not None}

    def ask(self, method, path, body=None, headers=None, raw=None):
        """A header of None is not sent."""
        if body is not None:
            raw = json.dumps(body).encode()
        h = self._headers(method, headers, raw is not None)
        c = self._connection()
        try:
            c.request(method, path, raw, h)
            reply = Reply(c.getresponse())
        finally:
            c.close()
        self._keep_cookie(reply)
        if self.tls or self.unix or self.port == 3000:
            CONTRACT.check(method, path, raw, reply)
        return reply

    def stream(self, path='/api/events', headers=None):
        """An open event stream, or the Reply that refused it."""
        c = self._connection()
        c.request('GET', path, headers=self._headers('GET', headers, False))
        response = c.getresponse()
        if response.status == 200:
            return Stream(c, response)
        reply = Reply(response)
        c.close()
        return reply

    def _keep_cookie(self, reply):
        for line in reply.headers.get_all('Set-Cookie') or []:
            name, _, value = line.split(';')[0].partition('=')
            if name.strip() == 'pic_session':
                self.cookie = value.strip() or None

    def get(self, path, **kw):
        return self.ask('GET', path, **kw)

    def post(self, path, body=None, **kw):
        return self.ask('POST', path, {} if body is None else body, **kw)

    def put(self, path, body, **kw):
        return self.ask('PUT', path, body, **kw)

    def delete(self, path, body=None, **kw):
        return self.ask('DELETE', path, body, **kw)

    def login(self, username='admin', password=PASSWORD, **more):
        reply = self.post('/api/auth/login', {'username': username, 'password': password, **more})
        if reply.status == 200:
            self.csrf = reply.json['csrf_token']
        return reply


class Stream:
    """Events as they come, kept by a thread; over when the cell ends the stream."""

    def __init__(self, connection, response):
        self.connection, self.response = connection, response
        self.events, self.over = [], False
        connection.sock.settimeout(None)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        event = {}
        try:
            while line := self.response.readline():
                name, _, value = line.decode().rstrip('\n').partition(': ')
                if name in ('id', 'event', 'data'):
                    event[name] = json.loads(value) if name == 'data' else value
                elif not line.strip() and event:
                    self.events.append(event)
                    event = {}
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            pass
        self.over = True

    def find(self, name, condition=lambda data: True, seconds=30):
        """Wait for an event of that name with such data."""
        return wait_for(f'event {name}', lambda: [e for e in self.events if e.get('event') == name
                                                  and condition(e['data'])], seconds)[0]

    def close(self):
        try:
            self.connection.sock.shutdown(socket.SHUT_RDWR)
        except (OSError, AttributeError):
            pass
        self.connection.close()


def expect(reply, status, text=None):
    """The reply has this status, and its words hold text."""
    assert reply.status == status, f'wanted {status}, got {reply}'
    if text is not None:
        assert text in reply.body.decode(errors='replace'), f'no {text!r} in {reply}'
    return reply


def add_peer(admin, name, ip, **more):
    return expect(admin.post('/api/peers', {'name': name, 'ip': ip, **more}), 201).json


def set_peer(admin, name='device', **members):
    """By default the one at the far end of tunnel()."""
    return expect(admin.put(f'/api/peers/{name}', members), 200).json


# --- cells ------------------------------------------------------------------------------

def leave_clock_alone():
    """No cell of a test may set this host's clock, whatever it thinks of it: the kernel holds it to that."""
    if LIBC.prctl(PR_CAPBSET_DROP, CAP_SYS_TIME, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), 'prctl')


class Cell:
    """A running pic with a state directory of its own."""

    def __init__(self, ns='cell', state=None, user_mode=False, env=None, wrap=(), binary=None):
        self.ns, self.user_mode, self.env, self.wrap = ns, user_mode, env or {}, list(wrap)
        self.state = state or tempfile.mkdtemp(prefix='state-', dir=TMP)
        if os.stat(self.state).st_mode & 0o777 != 0o700:
            os.chmod(self.state, 0o700)
        self.socket = os.path.join(self.state, 'pic.sock')
        self.binary = binary or PIC
        self.log_path = tempfile.mktemp(prefix='log-', dir=TMP)
        self.process = None
        self.ports = {'dns': 5353, 'http': 8080, 'https': 8443} if user_mode else \
            {'dns': 53, 'http': 80, 'https': 443}

    def argv(self):
        argv = [*self.wrap, self.binary, 'run', '--state', self.state]
        if self.user_mode:
            argv.append('--user-mode')
        return in_ns(self.ns, *argv) if self.ns else argv

    def start(self, wait=True):
        with open(self.log_path, 'ab') as log:
            self.process = start(self.argv(), stdout=log, stderr=log,
                                 preexec_fn=leave_clock_alone,
                                 env={'PATH': os.environ['PATH'], 'HOME': TMP, 'PIC_CLOCK': 'trust', **self.env})
        if wait:
            wait_for('the cell', self.is_up)
        return self

    def is_up(self):
        if self.process.poll() is not None:
            raise AssertionError(f'pic ended with {self.process.returncode}:\n{self.log()}')
        try:
            return self.local().get('/health').status == 200
        except OSError:
            return False
        except http.client.HTTPException:
            return False

    def log(self):
        with open(self.log_path, encoding='utf-8', errors='replace') as f:
            return f.read()

    def pids(self, word=None):
        """Process ids of this cell: the core first. word: only those with it in their title."""
        out, todo = [], [self.core_pid()]
        while todo:
            pid = todo.pop(0)
            out.append(pid)
            for task in (f'/proc/{pid}/task/{pid}/children',):
                try:
                    with open(task, encoding='ascii') as f:
                        todo += [int(p) for p in f.read().split()]
                except OSError:
                    pass
        return [p for p in out if word is None or word in title(p)]

    def core_pid(self):
        """Wrappers (ip netns exec, strace) become the program or stand above it."""
        pid = self.process.pid
        while self.wrap and not runs(pid, self.binary):
            with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as f:
                kids = f.read().split()
            if not kids:
                break
            pid = int(kids[0])
        return pid

    def edges(self):
        return self.pids('pic: edge')

    def kill(self, sig=signal.SIGKILL):
        if self.process.poll() is None:
            os.kill(self.core_pid(), sig)
        self.process.wait(timeout=30)
        return self.process.returncode

    def stop(self):
        return self.kill(signal.SIGTERM)

    # callers

    def local(self):
        return Client(self, unix=True)

    def loopback(self):
        return Client(self, self.ns, '127.0.0.1', 3000, tls=False, host='127.0.0.1')

    def edge(self, ns='lan', address='192.168.77.1', host=None, tls=True, source=None, sni=True):
        return Client(self, ns, address, self.ports['https' if tls else 'http'], tls, host, source=source, sni=sni)

    def setup(self, **answers):
        """Complete the setup over the socket. The far end of tunnel() is a peer from then on."""
        body = {'cell_name': 'home', 'username': 'admin', 'password': PASSWORD, **answers}
        done = expect(self.local().post('/api/setup/complete', body), 200).json
        own = f'{body["cell_name"]}.home.arpa'
        for p in PEERS:
            p.join(self, '192.0.2.1')
            wait_for('the edges to know the VPN', lambda ns=p.ns: kdig(ns, '10.0.0.1', own)[0] == 'NOERROR')
        return done

    def admin(self, ns='lan', **kw):
        c = self.edge(ns, **kw)
        expect(c.login(), 200)
        return c

    def cli(self, *argv, ok=True, text=None, env=None):
        kw = {'env': {'PATH': os.environ['PATH'], 'PIC_STATE_DIR': self.state, **(env or {})}}
        if text is not None:
            kw |= {'input': text.encode(), 'stdin': None}
        return run(self.binary, *argv, ok=ok, **kw)

    def generation(self):
        return self.local().get('/api/status').json['generation']

    def files(self):
        """Every file of the state directory with a hash of its content, but the lock, which holds a pid."""
        out = {}
        for folder, _, names in os.walk(self.state):
            for name in names:
                path = os.path.join(folder, name)
                if name == 'lock':
                    continue
                try:
                    with open(path, 'rb') as f:
                        out[os.path.relpath(path, self.state)] = hashlib.sha256(f.read()).hexdigest()
                except OSError:
                    pass
        return out


def runs(pid, binary):
    """Whether it is that file, by whatever name, that the process executes."""
    try:
        return os.path.samefile(f'/proc/{pid}/exe', binary)
    except OSError:
        return False


def title(pid):
    try:
        with open(f'/proc/{pid}/cmdline', encoding='utf-8', errors='replace') as f:
            return f.read()
    except OSError:
        return ''


def proc_status(pid):
    with open(f'/proc/{pid}/status', encoding='ascii', errors='replace') as f:
        return dict(line.rstrip('\n').split(':\t', 1) for line in f if ':\t' in line)


# --- DNS --------------------------------------------------------------------------------

def kdig(ns, server, name, rtype='A', *more, port=53):
    """(rcode, [rdata, …], whole text) of a question asked by kdig."""
    text = run(*in_ns(ns, 'kdig', f'@{server}', '-p', str(port), '+timeout=3', '+retry=2', *more, name, rtype),
               ok=False)
    rcode = text.split('; status: ')[1].split(';')[0] if '; status: ' in text else None
    answers, section = [], None
    for line in text.splitlines():
        if line.startswith(';;') and line.rstrip().endswith('SECTION:'):
            section = line.split()[1]
        elif section == 'ANSWER' and line and not line.startswith(';'):
            answers.append(' '.join(line.split()[4:]) if line.split()[3] == rtype else line.split()[3])
    return rcode, answers, text


def question(name, rtype=1, ident=None, flags=0x0100, klass=1, extra=b'', counts=(1, 0, 0, 0)):
    wire_name = b''.join(bytes([len(x)]) + x for x in name.rstrip('.').encode().split(b'.') if x) + b'\0'
    ident = random.randrange(65536) if ident is None else ident
    return struct.pack('>HHHHHH', ident, flags, *counts) + wire_name + struct.pack('>HH', rtype, klass) + extra


def totp(secret, at=None):
    """RFC 6238: SHA-1, 6 digits, 30 s."""
    key = base64.b32decode(secret + '=' * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack('>Q', int((at or time.time()) // 30)), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f'{(struct.unpack(">I", digest[offset:offset + 4])[0] & 0x7fffffff) % 10**6:06d}'


# --- running ----------------------------------------------------------------------------

def main():
    """Run every test_* of the calling program in order of definition; names on the command line choose some."""
    module = sys.modules['__main__']
    tests = [(n, f) for n, f in vars(module).items() if n.startswith('test_') and callable(f)]
    chosen = sys.argv[1:]
    passed = failed = 0
    for name, test in tests:
        if chosen and name not in chosen:
            continue
        try:
            test()
            passed += 1
            print(f'ok   {name}', flush=True)
        except Exception:   # a failed test must not stop the others
            failed += 1
            print(f'FAIL {name}\n{traceback.format_exc()}', flush=True)
    for name in ('CELL',):
        cell = getattr(module, name, None)
        if failed and cell is not None:
            print(f'--- log of the cell\n{cell.log()[-4000:]}')
    print(f'{passed} passed, {failed} failed')
    sys.exit(1 if failed else 0)
