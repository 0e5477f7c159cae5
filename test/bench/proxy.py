#!/usr/bin/env python3
"""The reverse proxy beside nginx, haproxy, h2o and Caddy (goal P4): CPU microseconds
of all processes of the server per request, from the kernel's accounting; what a
handshake costs, and the memory of connections that do nothing.

    proxy.py PIC PROGRAMS [--rounds 5] [--seconds 2] [--only h1,h2,big,...]

PROGRAMS is not used. PIC is a whole cell in a network namespace, core included,
with one proxy route; each peer takes its place there with one worker, and the same
nginx, in the network beside it, answers for all. All stand behind the firewall of
the cell, whose work the kernel books on whoever sends and receives; TLS 1.2 with
ECDSA P-256, X25519 and AES-128-GCM for all. Servers on CPU 0, load and upstream on
CPU 1, rounds of the servers interleaved. Needs root, nft, nginx, h2load and openssl;
of haproxy, h2o and Caddy what is missing is left out. Never part of the tests.
"""
import argparse
import contextlib
import math
import os
import re
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time

import dns
from dns import cpu_seconds, tree
from footprint import lab_of, rollup

HOST, EDGE, UPSTREAM, PORT = 'bench.home.home.arpa', '192.168.77.1', '192.168.77.2', 8080
CIPHER, GO_CIPHER = 'ECDHE-ECDSA-AES128-GCM-SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'
IDLE, SOURCES, FILES, MIB = 2000, [f'192.168.77.{i}' for i in range(10, 20)], 20000, 1 << 20

# h2o has no setting for the newest version of TLS
OPENSSL = """openssl_conf = top
[top]
ssl_conf = ssl
[ssl]
system_default = defaults
[defaults]
MaxProtocol = TLSv1.2
"""

ORIGIN = """daemon off;
master_process off;
user root;
worker_processes 1;
pid {dir}/origin.pid;
error_log {dir}/origin.log;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  open_file_cache max=10;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  server {{ listen {upstream}:{port}; root {dir}/www; }}
}}
"""

NGINX = """daemon off;
user root;
worker_processes 1;
pid {dir}/nginx.pid;
error_log {dir}/nginx.log;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  proxy_max_temp_file_size 0;
  upstream origin {{ server {upstream}:{port}; keepalive 64; keepalive_requests 1000000000; }}
  server {{
    listen {edge}:443 ssl http2;
    ssl_certificate {dir}/cert.pem;
    ssl_certificate_key {dir}/key.pem;
    ssl_protocols TLSv1.2;
    ssl_ciphers {cipher};
    ssl_ecdh_curve X25519;
    location / {{
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }}
  }}
}}
"""

HAPROXY = """global
  nbthread 1
  maxconn 8192
defaults
  mode http
  http-reuse always
  option forwardfor
  timeout connect 5s
  timeout client 600s
  timeout server 600s
frontend tls
  bind {edge}:443 ssl crt {dir}/both.pem alpn h2,http/1.1 ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.2 ciphers {cipher} curves X25519
  http-request set-header X-Forwarded-Proto https
  default_backend origin
backend origin
  server origin {upstream}:{port} pool-max-conn 64
"""

H2O = """num-threads: 1
max-connections: 8192
user: root
pid-file: {dir}/h2o.pid
error-log: {dir}/h2o.log
http1-request-timeout: 600
http2-idle-timeout: 600
proxy.preserve-host: ON
listen:
  host: {edge}
  port: 443
  ssl:
    certificate-file: {dir}/cert.pem
    key-file: {dir}/key.pem
    minimum-version: TLSv1.2
    cipher-suite: {cipher}
    ocsp-update-interval: 0
hosts:
  "{host}":
    paths:
      "/":
        proxy.reverse.url: "http://{upstream}:{port}/"
        proxy.timeout.keepalive: 600000
"""

CADDY = """{{
  admin off
  auto_https off
  servers {{
    protocols h1 h2
    timeouts {{
      idle 10m
    }}
  }}
}}
https://{host} {{
  bind {edge}
  tls {dir}/cert.pem {dir}/key.pem {{
    protocols tls1.2 tls1.2
    ciphers {go_cipher}
    curves x25519
  }}
  reverse_proxy {upstream}:{port} {{
    transport http {{
      keepalive_idle_conns_per_host 64
    }}
  }}
}}
"""


class Bench(dns.Bench):
    def __init__(self, args, lab):
        super().__init__(args, os.path.join(lab.TMP, 'bench'))
        self.lab, self.cell = lab, lab.Cell(wrap=['taskset', '-c', '0'])
        self.log, self.said = self.dir + '/requests', self.dir + '/said'
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.tls.check_hostname, self.tls.verify_mode = False, ssl.CERT_NONE
        self.tls.maximum_version = ssl.TLSVersion.TLSv1_2
        self.tls.set_ciphers(CIPHER)

    # --- who serves -------------------------------------------------------------------------

    def prepare(self):
        """The network, the upstream and its files, certificates for the peers, and a cell with its route."""
        os.makedirs(self.dir + '/www')
        for name, size in (('1k', 1024), ('1m', MIB)):
            self.file(f'www/{name}', 'x' * size)
        self.lab.neighbourhood()
        self.lab.more_addresses('lan', 'eth0', [f'{a}/24' for a in SOURCES])
        self.lab.run(*self.lab.in_ns('lan', 'sh', '-c', 'echo 1 >/proc/sys/net/ipv4/tcp_tw_reuse; '
                                     'echo 1024 65535 >/proc/sys/net/ipv4/ip_local_port_range'))
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
                        '-subj', f'/CN={HOST}', '-addext', f'subjectAltName=DNS:{HOST}', '-keyout', self.dir + '/key.pem',
                        '-out', self.dir + '/cert.pem'], check=True, capture_output=True)
        with open(self.dir + '/both.pem', 'wb') as both:
            for name in ('cert.pem', 'key.pem'):
                with open(os.path.join(self.dir, name), 'rb') as f:
                    both.write(f.read())
        self.spawn('lan', 1, ['nginx', '-c', self.config('origin.conf', ORIGIN)])
        self.make_route()

    def make_route(self):
        self.cell.start().setup()
        route = {'name': 'bench', 'host': 'bench', 'target': f'http://{UPSTREAM}:{PORT}'}
        self.lab.expect(self.cell.admin().post('/api/proxy/routes', route), 201)
        self.firewall = self.file('firewall.nft', self.nft('list', 'ruleset'))
        self.cell.stop()

    def nft(self, *args):
        return self.lab.run(*self.lab.in_ns('cell', 'nft', *args))

    def config(self, name, text):
        return self.file(name, text.format(dir=self.dir, edge=EDGE, upstream=UPSTREAM, port=PORT, host=HOST, cipher=CIPHER,
                                           go_cipher=GO_CIPHER))

    def peers(self):
        return {'nginx': ['nginx', '-c', self.config('nginx.conf', NGINX)],
                'haproxy': ['haproxy', '-db', '-f', self.config('haproxy.cfg', HAPROXY)],
                'h2o': ['h2o', '-c', self.config('h2o.conf', H2O)],
                'caddy': ['caddy', 'run', '--adapter', 'caddyfile', '--config', self.config('Caddyfile', CADDY)]}

    def spawn(self, ns, cpu, command):
        env = {'PATH': os.environ['PATH'], 'HOME': self.dir, 'OPENSSL_CONF': self.file('openssl.cnf', OPENSSL)}
        with open(self.said, 'wb') as said:
            return self.lab.start(self.lab.in_ns(ns, 'taskset', '-c', str(cpu), *command), env=env, stdout=said, stderr=said)

    @contextlib.contextmanager
    def serving(self, command):
        """The pid above all processes of a server; command None: the cell."""
        if command:
            self.nft('-f', self.firewall)
        process = self.spawn('cell', 0, command) if command else self.cell.start().process
        try:
            self.lab.wait_for(f'{command or "the cell"} to serve as all do', lambda: self.serves(process))
            yield process.pid
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()          # h2o waits for its clients
            process.wait()
            self.nft('flush', 'ruleset')

    def serves(self, process):
        """With the same cryptography as everybody, and what the upstream has."""
        if process.poll() is not None:
            with open(self.said, encoding='utf-8', errors='replace') as f:
                raise AssertionError(f'{process.args} ended with {process.returncode}:\n{f.read()}')
        text = self.lab.run(*self.lab.in_ns('lan', 'openssl', 's_client', '-brief', '-connect', f'{EDGE}:443', '-servername', HOST,
                                            '-cipher', CIPHER), ok=False)
        if 'CONNECTION ESTABLISHED' not in text:
            return False
        for wanted in ('TLSv1.2', CIPHER, 'Server Temp Key: X25519', 'Signature type: ECDSA'):
            assert wanted in text, f'{process.args}: no {wanted} in\n{text}'
        with self.lab.inside('lan'), self.connect() as s:
            return self.ask(s)

    # --- what they are asked ----------------------------------------------------------------

    def connect(self, session=None, source=None):
        """A TLS connection; called inside the network beside the server."""
        s = socket.create_connection((EDGE, 443), 30, (source, 0) if source else None)
        return self.tls.wrap_socket(s, server_hostname=HOST, session=session)

    @staticmethod
    def ask(s):
        """Whether 1 KiB comes over this connection."""
        s.sendall(f'GET /1k HTTP/1.1\r\nHost: {HOST}\r\n\r\n'.encode())
        data = b''
        while not data.endswith(b'\r\n\r\n' + b'x' * 1024):
            piece = s.recv(65536)
            data += piece
            if not piece or not data.startswith(b'HTTP/1.1 200 '[:len(data)]):
                break
        return data.startswith(b'HTTP/1.1 200 ') and data.endswith(b'x' * 1024)

    def requests(self, pid, path, size, options, parallel):
        """CPU seconds per request that ended while h2load was in full swing. Every answer has to be right."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.log)
        load = self.lab.start(self.lab.in_ns('lan', 'h2load', *options, '-t1', f'-D{math.ceil(self.args.seconds) + 2}',
                                             f'--log-file={self.log}', f'--ciphers={CIPHER}', f'--connect-to={EDGE}:443',
                                             f'https://{HOST}{path}'), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        time.sleep(1)
        began, before = time.time(), cpu_seconds(pid)
        time.sleep(self.args.seconds)
        ended, after = time.time(), cpu_seconds(pid)
        self.check(load.communicate()[0], size, parallel)
        return (after - before) / self.finished(began, ended)

    @staticmethod
    def check(text, size, parallel):
        """What h2load says: nothing failed, and the bodies are as long as they should be; some were under way at the end."""
        counts = re.search(r'(\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout', text)
        data = re.search(r'headers \(.*\), \S+ \((\d+)\) data', text)
        assert counts and data, text
        done, *bad = (int(n) for n in counts.groups())
        assert done > 0 and not any(bad) and 0 <= int(data.group(1)) - done * size <= parallel * size, text

    def finished(self, began, ended):
        """Requests that ended in between, from h2load's log: start in us, status, us. All have to be 200."""
        with open(self.log, encoding='ascii') as f:
            rows = [[int(x) for x in line.split()] for line in f]
        assert {status for _, status, _ in rows} == {200}, {status for _, status, _ in rows}
        return sum(began < (start + took) / 1e6 <= ended for start, _, took in rows)

    def handshakes(self, pid, resumed):
        """CPU seconds per handshake, one after the other, connection and close included."""
        count = 0
        with self.lab.inside('lan'):
            with self.connect() as s:
                session = s.session if resumed else None
            began, before = time.monotonic(), cpu_seconds(pid)
            while time.monotonic() < began + self.args.seconds:
                with self.connect(session) as s:
                    assert s.session_reused == resumed
                count += 1
        return (cpu_seconds(pid) - before) / count

    def idle(self, pid):
        """KiB that the processes grow by for connections that have had one answer."""
        before, open_ones = memory(pid), []
        with self.lab.inside('lan'):
            for i in range(IDLE):
                open_ones.append(self.connect(source=SOURCES[i % len(SOURCES)]))
                assert self.ask(open_ones[-1])
        time.sleep(3)
        after = memory(pid)
        assert all(self.ask(s) for s in open_ones[::100]), 'closed'
        for s in open_ones:
            s.close()
        return after - before

    # --- side by side -----------------------------------------------------------------------

    def compare_by(self, title, unit, measure, wanted):
        """measure(pid): in that unit. Servers that wanted does not name are measured too, without a verdict."""
        servers = {'pic': None, **{name: command for name, command in self.peers().items() if shutil.which(command[0])}}
        results = {name: [] for name in servers}
        for _ in range(self.args.rounds):
            for name, command in servers.items():
                with self.serving(command) as pid:
                    results[name].append(measure(pid))
        self.show('P4', title, unit, results, wanted)

    def stages(self):
        best = {'nginx': 1, 'haproxy': 1, 'h2o': 1, 'caddy': 0.25}
        h1, h2 = ['--h1', '-c32'], ['-c4', '-m8']
        return {
            'h1': ('HTTP/1.1, 32 kept connections, 1 KiB: CPU per request', 'us',
                   lambda pid: self.requests(pid, '/1k', 1024, h1, 32) * 1e6, best),
            'h2': ('HTTP/2, 4 kept connections with 8 streams, 1 KiB: CPU per request', 'us',
                   lambda pid: self.requests(pid, '/1k', 1024, h2, 32) * 1e6, best),
            'big': ('HTTP/1.1, 8 kept connections, 1 MiB: CPU per GB', 's',
                    lambda pid: self.requests(pid, '/1m', MIB, ['--h1', '-c8'], 8) * 1e9 / MIB, {'nginx': 1}),
            'big2': ('HTTP/2, 4 kept connections with 2 streams, 1 MiB: CPU per GB', 's',
                     lambda pid: self.requests(pid, '/1m', MIB, ['-c4', '-m2'], 8) * 1e9 / MIB, {'nginx': 1}),
            'full': ('full handshakes: CPU of one', 'us', lambda pid: self.handshakes(pid, False) * 1e6, {'caddy': 1.2}),
            'resumed': ('resumed handshakes: CPU of one', 'us', lambda pid: self.handshakes(pid, True) * 1e6, {'caddy': 1}),
            'idle': (f'{IDLE} idle TLS connections: memory', 'MiB', lambda pid: self.idle(pid) / 1024, {'nginx': 0.5})}


def memory(pid):
    """KiB of a server, each process with its share of what several have."""
    return sum(rollup(p)['Pss'] for p in tree(pid))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('pic')
    parser.add_argument('programs')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--seconds', type=float, default=2)
    parser.add_argument('--only', default='h1,h2,big,big2,full,resumed,idle')
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit('proxy: ended from outside'))     # servers are stopped on the way
    if missing := [p for p in ('nft', 'nginx', 'h2load', 'openssl') if not shutil.which(p)]:
        print(f'proxy: {", ".join(missing)} not installed, nothing measured')
        return
    os.sched_setaffinity(0, {1})
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
    bench = Bench(args, lab_of(args.pic))
    bench.prepare()
    for name in args.only.split(','):
        bench.compare_by(*bench.stages()[name])


if __name__ == '__main__':
    main()
