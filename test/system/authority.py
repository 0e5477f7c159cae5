"""An ACME authority and the public DNS around it, in namespace "up" (lab.py): Debian's pebble as acme.example.test; knot with
zones whose records can be set, and one with the zone above them; unbound, which finds them as a resolver of the Internet does."""
import base64
import hashlib
import json
import os
import ssl
import subprocess
import time
import urllib.request

import lab
from lab import in_ns, run, wait_for

DNS, ACME, KNOT, PARENT = '198.51.100.55', '198.51.100.80', '198.51.100.54', '198.51.100.56'    # DNS: unbound
ZONE, HOST = 'example.test', 'acme.example.test'
DIRECTORY = f'https://{HOST}/dir'
TRUST = os.path.join(lab.TMP, 'authority.pem')
ZONES = (ZONE, 'example.org', 'pic.ngo', 'duckdns.org', 'example')
PARENTS = ('test', 'org', 'ngo')


# --- DNS ------------------------------------------------------------------------------------

def knot(name, addr, zones):
    """knot, that believes every update: the lab has no strangers. zones: {name: records}"""
    root = os.path.join(lab.TMP, name)
    os.makedirs(root)
    for zone, records in zones.items():
        with open(f'{root}/{zone}.zone', 'w', encoding='ascii') as f:
            f.write(f'$ORIGIN {zone}.\n$TTL 1\n@ SOA ns nobody 1 3600 600 86400 1\n@ NS ns\nns A {addr}\n{records}')
    with open(f'{root}/knot.conf', 'w', encoding='ascii') as f:
        f.write(f'server:\n  listen: {addr}@53\n  rundir: {root}\n  pidfile: {root}/pid\n  udp-workers: 1\n  tcp-workers: 1\n'
                f'  background-workers: 1\ndatabase:\n  storage: {root}/db\n'
                'acl:\n  - id: all\n    address: [198.51.100.0/24, 203.0.113.0/24]\n    action: update\n'
                f'template:\n  - id: default\n    storage: {root}\n    zonefile-load: whole\n    zonefile-sync: -1\n'
                '    journal-content: none\n'
                'zone:\n' + ''.join(f'  - domain: {z}\n    acl: all\n' for z in zones))
    with open(f'{root}/log', 'wb') as log:
        lab.start(in_ns('up', 'knotd', '-c', f'{root}/knot.conf'), stdout=log, stderr=log)
    wait_for(name, lambda: lab.kdig('up', addr, f'ns.{list(zones)[0]}')[1])


def start_dns():
    for addr in (DNS, ACME, KNOT, PARENT):
        run('ip', '-n', lab.namespace('up'), 'addr', 'replace', addr + '/24', 'dev', 'eth0')
    knot('knot', KNOT, {z: f'acme A {ACME}\n' if z == ZONE else '' for z in ZONES})
    knot('parent', PARENT, {p: ''.join(f'{z} NS ns.{z}\nns.{z} A {KNOT}\n' for z in
                                       (z[:-len(p) - 1] for z in ZONES if z.endswith('.' + p))) for p in PARENTS})
    root = os.path.join(lab.TMP, 'resolver')
    os.makedirs(root)
    with open(f'{root}/conf', 'w', encoding='ascii') as f:
        f.write(f'server:\n  interface: {DNS}\n  access-control: 0.0.0.0/0 allow\n  username: ""\n  chroot: ""\n'
                f'  directory: "{root}"\n  pidfile: "{root}/pid"\n  use-syslog: no\n  module-config: "iterator"\n  num-threads: 1\n'
                '  do-ip6: no\n  local-zone: "test." nodefault\n  cache-max-negative-ttl: 0\nremote-control:\n  control-enable: no\n')
        f.writelines(f'stub-zone:\n  name: "{z}"\n  stub-addr: {PARENT}\n' for z in PARENTS)
        f.write(f'stub-zone:\n  name: "example"\n  stub-addr: {KNOT}\n')
    with open(f'{root}/log', 'wb') as log:
        lab.start(in_ns('up', 'unbound', '-d', '-c', f'{root}/conf'), stdout=log, stderr=log)
    wait_for('unbound', lambda: lab.kdig('up', DNS, HOST)[1])


def update(*commands):
    """Lines of knsupdate: 'add x.example.test. 1 A 192.0.2.1', 'del …'; all in one zone."""
    zone = next(z for z in sorted(ZONES, key=len, reverse=True) if f'{commands[0].split()[1]}'.endswith(f'{z}.'))
    text = f'server {KNOT}\nzone {zone}.\n' + ''.join(f'{c}\n' for c in commands) + 'send\nquit\n'
    run(*in_ns('up', 'knsupdate'), stdin=None, input=text.encode())


def address(name, addr):
    update(f'del {name}. A', f'add {name}. 0 A {addr}')


def texts(name):
    return lab.kdig('up', KNOT, name, 'TXT')[1]


# --- pebble -----------------------------------------------------------------------------------

def own_ca(host=HOST, *more):
    """An authority for the authority's own HTTPS: TRUST, and host.crt/host.key in a folder; more: further names in it."""
    root = os.path.join(lab.TMP, 'web')
    if not os.path.exists(root):
        os.makedirs(root)
        run('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30',
            '-keyout', f'{root}/ca.key', '-out', TRUST, '-subj', '/CN=web')
    run('openssl', 'req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', f'{root}/{host}.key',
        '-out', f'{root}/{host}.csr', '-subj', f'/CN={host}')
    with open(f'{root}/ext', 'w', encoding='ascii') as f:
        f.write('subjectAltName=' + ','.join(f'DNS:{h}' for h in (host, *more)) + '\n')
    run('openssl', 'x509', '-req', '-in', f'{root}/{host}.csr', '-CA', TRUST, '-CAkey', f'{root}/ca.key', '-CAcreateserial',
        '-days', '30', '-extfile', f'{root}/ext', '-out', f'{root}/{host}.crt')
    return f'{root}/{host}.crt', f'{root}/{host}.key'


def trust(other):
    """A file of this authority and another one."""
    own_ca()
    path = os.path.join(lab.TMP, 'trust.pem')
    with open(path, 'w', encoding='ascii') as out:
        for part in (other, TRUST):
            with open(part, encoding='ascii') as f:
                out.write(f.read())
    return path


class Pebble:
    """One at a time: a new one forgets everything."""
    running = None

    def __init__(self, **env):
        """env: PEBBLE_…; nonces are refused only when asked for, authorizations are not used again."""
        if Pebble.running:
            lab.stop(Pebble.running)
        crt, key = own_ca()
        self.dir = os.path.join(lab.TMP, f'pebble{time.monotonic_ns()}')
        os.makedirs(self.dir)
        conf = {'listenAddress': f'{ACME}:443', 'managementListenAddress': f'{ACME}:15000', 'certificate': crt, 'privateKey': key,
                'httpPort': 80, 'tlsPort': 443, 'ocspResponderURL': '', 'externalAccountBindingRequired': False,
                'certificateValidityPeriod': 7776000}
        with open(f'{self.dir}/conf.json', 'w', encoding='ascii') as f:
            json.dump({'pebble': conf}, f)
        env = {'PATH': os.environ['PATH'], 'PEBBLE_VA_NOSLEEP': '1', 'PEBBLE_WFE_NONCEREJECT': '0', 'PEBBLE_AUTHZREUSE': '0', **env}
        with open(f'{self.dir}/log', 'wb') as log:
            self.process = lab.start(in_ns('up', 'pebble', '-strict', '-config', f'{self.dir}/conf.json', '-dnsserver', f'{DNS}:53'),
                                     stdout=log, stderr=log, env=env)
        Pebble.running = self.process
        wait_for('pebble', self.is_up)

    def get(self, path, port=15000):
        context = ssl.create_default_context(cafile=TRUST)
        context.check_hostname = False
        with lab.inside('up'):
            with urllib.request.urlopen(f'https://{ACME}:{port}{path}', context=context, timeout=30) as r:
                return r.read().decode()

    def is_up(self):
        if self.process.poll() is not None:
            raise AssertionError(f'pebble ended:\n{self.log()}')
        try:
            return self.get('/dir', 443)
        except OSError:
            return False

    def root(self):
        """The file of the root that it issues under."""
        path = f'{self.dir}/root.pem'
        with open(path, 'w', encoding='ascii') as f:
            f.write(self.get('/roots/0'))
        return path

    def log(self):
        with open(f'{self.dir}/log', encoding='utf-8', errors='replace') as f:
            return f.read()

    def stop(self):
        lab.stop(self.process)

    def count(self, text):
        return self.log().count(text)


# --- what a cell has ------------------------------------------------------------------------------

def b64(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip('=')


class Account:
    """An account key, and the thumbprint that RFC 7638 makes of it."""

    def __init__(self):
        self.pem = run('openssl', 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256')
        der = subprocess.run(['openssl', 'ec', '-pubout', '-outform', 'DER'], input=self.pem.encode(), capture_output=True,
                             check=True).stdout
        x, y = der[-64:-32], der[-32:]
        jwk = f'{{"crv":"P-256","kty":"EC","x":"{b64(x)}","y":"{b64(y)}"}}'
        self.thumbprint = b64(hashlib.sha256(jwk.encode()).digest())


def request(*names, rsa=False):
    """(base64 of a request's DER, file of its key)"""
    key = os.path.join(lab.TMP, f'key{time.monotonic_ns()}.pem')
    kind = ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'] if rsa else ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256']
    run('openssl', 'genpkey', '-algorithm', *kind, '-out', key)
    der = subprocess.run(['openssl', 'req', '-new', '-key', key, '-subj', '/', '-outform', 'DER', '-addext',
                          'subjectAltName=' + ','.join(f'DNS:{n}' for n in names)], capture_output=True, check=True).stdout
    return base64.b64encode(der).decode(), key
