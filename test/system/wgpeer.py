"""A WireGuard peer of a cell for the system tests: wireguard-go in a namespace of its own, configured by `wg`."""
import os
import re
import subprocess

from lab import TMP, expect, in_ns, listens, namespace, run, start, stop, wait_for


PORT = 51820


def genkey():
    private = run('wg', 'genkey').strip()
    return private, run('wg', 'pubkey', stdin=None, input=private.encode()).strip()


class Peer:
    """In namespace ns, which has a cable to the cell: record() says its addresses, start() makes the interface, join() a device
    of the cell's VPN of it."""

    def __init__(self, ns, name=None):
        self.ns, self.name, self.dev = ns, name or f'{ns}-device', f'wg-{ns}'[:15]
        self.private, self.public = genkey()
        self.sock = f'/var/run/wireguard/{self.dev}.sock'
        self.process = self.psk = None
        self.addresses, self.known = [], {}

    def record(self, ip, ip6=None, **more):
        """As the document of the cell names it."""
        self.addresses = [a for a in (ip, ip6) if a]
        self.known = {'name': self.name, 'public_key': self.public, 'ip': ip, **({'ip6': ip6} if ip6 else {}), **more}
        return self.known

    def file(self, text, kind):
        """`wg` reads keys from files."""
        path = os.path.join(TMP, f'{self.dev}.{kind}')
        with open(path, 'w', encoding='ascii') as f:
            f.write(text)
        return path

    def server(self, key, endpoint, allowed='0.0.0.0/0,::/0', keepalive=25):
        """The cell is there, with that key; no other is."""
        for old in run('wg', 'show', self.dev, 'peers').split():
            run('wg', 'set', self.dev, 'peer', old, 'remove')
        psk = ['preshared-key', self.file(self.psk, 'psk')] if self.psk else []
        run('wg', 'set', self.dev, 'peer', key, *psk, 'endpoint', endpoint, 'allowed-ips', allowed,
            'persistent-keepalive', str(keepalive))

    def join(self, cell, host, port=PORT):
        """The cell, which is at host, has it as a device from now on."""
        reply = expect(cell.local().post('/api/peers', self.known), 201).json
        found = re.search('PresharedKey = (.*)', reply['config'])
        self.psk = found.group(1) if found else None
        self.server(re.search('PublicKey = (.*)', reply['config']).group(1), f'{host}:{port}')
        return reply

    def start(self, mtu=1420, routes=()):
        self.process = start(in_ns(self.ns, 'env', 'WG_PROCESS_FOREGROUND=1', 'LOG_LEVEL=error', 'wireguard-go', '-f', self.dev),
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.sock, lambda: listens(self.sock))
        run('wg', 'set', self.dev, 'private-key', self.file(self.private, 'key'))
        for a in self.addresses:
            run('ip', '-n', namespace(self.ns), 'addr', 'add', f'{a}/{128 if ":" in a else 32}', 'dev', self.dev)
        run('ip', '-n', namespace(self.ns), 'link', 'set', self.dev, 'mtu', str(mtu), 'up')
        for net in routes:
            run('ip', '-n', namespace(self.ns), 'route', 'add', net, 'dev', self.dev)
        return self

    def ping(self, address, count=1, wait=2, size=56):
        """Does it answer?"""
        return ' 0% packet loss' in run(*in_ns(self.ns, 'ping', '-n', '-c', str(count), '-i', '0.2', '-W', str(wait),
                                               '-s', str(size), address), ok=False)

    def reaches(self, address, seconds=20):
        wait_for(f'{address} answers {self.name}', lambda: self.ping(address), seconds)

    def handshake(self):
        """Unix time of the last one, as this end knows it; 0: never."""
        return int(run('wg', 'show', self.dev, 'latest-handshakes').split()[1])

    def stop(self):
        if self.process:
            stop(self.process)
        if os.path.exists(self.sock):
            os.unlink(self.sock)
