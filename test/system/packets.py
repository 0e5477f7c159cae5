"""Packets for the system tests of the firewall: who answers, what a connection comes to, tables of others, and the program
of test/harness that plans, decides and applies by hand."""
import os
import re
import socket
import struct
import subprocess
import threading

import lab
from lab import in_ns, inside, run

HARNESS = os.path.join(os.environ.get('HARNESS') or
                       os.path.join(os.path.dirname(os.path.abspath(lab.PIC)), 'build/rel/test/harness'), 'fw')
# Like what an engine and a host firewall leave behind; the engine publishes the service's port to everybody.
FOREIGN = '''
table ip nat {
	chain PREROUTING { type nat hook prerouting priority dstnat; policy accept; fib daddr type local counter jump DOCKER; }
	chain DOCKER { iifname != "svc0" tcp dport 2525 counter dnat to 172.20.0.20:25; }
	chain POSTROUTING { type nat hook postrouting priority srcnat; policy accept; ip saddr 172.17.0.0/16 oifname != "docker0" masquerade; }
}
table ip filter {
	chain FORWARD { type filter hook forward priority filter; policy accept; oifname "svc0" counter accept; }
	chain ufw-user-input { tcp dport 22 accept; }
	chain INPUT { type filter hook input priority filter; policy accept; jump ufw-user-input; }
}
table inet other {
	set pic { type ipv4_addr; elements = { 10.0.0.9 }; }
}
'''


def sh(ns, script):
    run(*in_ns(ns, 'sh', '-ec', script))


def serve(ns, ports):
    """Every port is answered with the address that asks, in both versions."""
    def answer(listener):
        while True:
            threading.Thread(target=echo, args=listener.accept(), daemon=True).start()

    def echo(c, who):       # somebody who has left already ends this one only
        try:
            c.sendall(who[0].encode() + b'\n')
            while data := c.recv(100):
                c.sendall(data)
        except OSError:
            pass

    for port in ports:
        with inside(ns):
            s = socket.create_server(('', port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=128)
        threading.Thread(target=answer, args=(s,), daemon=True).start()


class Firewall:
    def __init__(self):
        self.p = subprocess.Popen(in_ns('cell', HARNESS), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        lab.PROCESSES.append(self.p)

    def order(self, line):
        self.p.stdin.write(line + '\n')
        self.p.stdin.flush()
        answer = []
        while (said := self.p.stdout.readline()) != '.\n':
            assert said, f'the harness died at {line}'
            answer.append(said.rstrip('\n'))
        return '\n'.join(answer)

    def set(self, text):
        self.p.stdin.write(text)

    def change(self, order='apply'):
        said = self.order(order)
        assert not said.startswith('failed'), said
        return {k: int(v) for k, v in re.findall(r'(\w+)=(\d+)', said)}

    def decides(self, src, dst, port):
        verdict, _, why = self.order(f'decide src={src} dst={dst} proto=tcp port={port}').partition(' ')
        return verdict, why


def nft(*argv, **kw):
    return run(*in_ns('cell', 'nft', *argv), **kw)


def foreign():
    """Everything that is not ours, with counters that do not count."""
    names = [t for t in re.findall(r'^table (.*)$', nft('list', 'tables'), re.M) if t != 'inet pic']
    return '\n'.join(nft('-s', 'list', 'table', *t.split()) for t in names)


def reaches(ns, src, dst, port, wait):
    """What a connection comes to: "allow", "reject" (an answer that refuses) or "deny" (silence)."""
    family = socket.AF_INET6 if ':' in dst else socket.AF_INET
    with inside(ns):
        s = socket.socket(family, socket.SOCK_STREAM)
    with s:
        s.settimeout(wait)
        try:
            s.bind((src, 0))
            s.connect((dst, port))
            return 'allow' if s.recv(100) else 'reject'
        except socket.timeout:
            return 'deny'
        except OSError:
            return 'reject'


def plain(text):
    """Chains and sets by name: order of both and of elements, and where lines break, mean nothing."""
    def body(kind, said):
        words = re.sub(r'\s+', ' ', said).strip()
        return ' '.join(sorted(words.replace(',', '').split())) if kind.startswith('set') else words
    return {k: body(k, b) for k, b in re.findall(r'^\t(\w+ [\w/.-]+) \{(.*?)^\t\}', text, re.M | re.S)}


class Guest:
    """A stranger's connection or datagrams, with both ends here: the host can be the one that speaks next."""

    def __init__(self, ns, src, dst, port, kind=socket.SOCK_STREAM):
        with inside('cell'):
            listener = socket.socket(socket.AF_INET, kind)
        with inside(ns):
            self.there = socket.socket(socket.AF_INET, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((dst, port))
        if kind == socket.SOCK_STREAM:
            listener.listen()
        self.there.settimeout(20)
        self.there.bind((src, 0))
        self.there.connect((dst, port))
        if kind == socket.SOCK_STREAM:
            self.here, _ = listener.accept()
            listener.close()
        else:
            self.here = listener
            self.here.connect(self.there.getsockname())
        self.words = 0

    def is_told(self):
        """A word of the host's arrives."""
        self.here.sendall(b'first')
        return self.there.recv(100) == b'first'

    def arrives(self, wait):
        """One of the stranger's, which may come after those that could not."""
        self.here.settimeout(wait)
        self.words += 1
        self.there.sendall(b'<%d>' % self.words)
        heard = b''
        try:
            while b'<%d>' % self.words not in heard:
                heard += self.here.recv(100)
        except socket.timeout:
            return False
        return True


def forget_connections(ns):
    """The kernel's table of connections loses all it has (ctnetlink's delete that names none)."""
    with inside(ns):
        s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
    with s:
        s.sendto(struct.pack('=IHHIIBBH', 20, 0x102, 5, 1, 0, 0, 0, 0), (0, 0))
        error, = struct.unpack_from('=i', s.recv(1000), 16)
        assert error == 0, os.strerror(-error)


class Talk:
    """A connection that goes on talking."""

    def __init__(self, ns, src, dst, port=80):
        with inside(ns):
            self.s = socket.create_connection((dst, port), 20, (src, 0))
        self.s.recv(100)

    def goes_on(self, wait):
        """A word goes there and comes back."""
        self.s.settimeout(wait)
        try:
            self.s.sendall(b'word\n')
            return self.s.recv(100) == b'word\n'
        except OSError:
            return False
