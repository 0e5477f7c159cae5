#!/usr/bin/env python3
"""DNS beside its peers (goals P1, P2): CPU microseconds of the server per answer,
taken from the kernel's accounting, because wall-clock rates drift on machines
that others use, too.

    dns.py PIC PROGRAMS [--rounds 5] [--seconds 2] [--only udp50,tcp50,...]

PROGRAMS is the folder of dns_server and dns_echo (make bench builds them); PIC
is not used. Servers run on CPU 0, dnsperf and the upstream on CPU 1, rounds of
the programs interleaved. Needs the packages dnsperf, knot, nsd, unbound and
dnsdist; what is missing is left out. Never part of the tests.
"""
import argparse
import contextlib
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from table import Table

PORT, UPSTREAM, TLS_PORT = 5310, 5309, 5312

KNOT = """server:
  rundir: {dir}
  listen: 127.0.0.1@{port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: {dir}/db-{port}
template:
  - id: default
    storage: {dir}
    journal-content: none
    zonefile-load: whole
zone:
  - domain: {zone}
    file: {zone}.zone
"""

NSD = """server:
  ip-address: 127.0.0.1@{port}
  username: ""
  chroot: ""
  database: ""
  pidfile: "{dir}/nsd.pid"
  xfrdfile: "{dir}/xfrd.state"
  zonelistfile: "{dir}/zone.list"
  zonesdir: "{dir}"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: {zone}
  zonefile: {zone}.zone
"""

UNBOUND = """server:
  interface: 127.0.0.1@{port}
  interface: 127.0.0.1@{tls}
  tls-port: {tls}
  tls-service-key: "{dir}/key.pem"
  tls-service-pem: "{dir}/cert.pem"
  num-threads: 1
  username: ""
  chroot: ""
  directory: "{dir}"
  pidfile: "{dir}/unbound.pid"
  use-syslog: no
  do-not-query-localhost: no
  module-config: "iterator"
  msg-cache-size: 256m
  rrset-cache-size: 512m
  outgoing-range: 4096
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@{upstream}
"""

DNSDIST = """setLocal("127.0.0.1:{port}")
addTLSLocal("127.0.0.1:{tls}", "{dir}/cert.pem", "{dir}/key.pem", {{minTLSVersion="tls1.2"}})
newServer({{address="127.0.0.1:{upstream}", healthCheckMode="up", sockets=8}})
setMaxUDPOutstanding(65535)
{cache}
"""
CACHE = 'pc = newPacketCache(200000)\ngetPool(""):setCache(pc)'


def zone_text(names):
    head = '$TTL 300\n@ SOA ns hostmaster 1 3600 600 604800 60\n@ NS ns\nns A 127.0.0.1\n* A 192.0.2.1\n'
    return head + ''.join(f'n{i} A 10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}\n' for i in range(names))


def write(path, text):
    with open(path, 'w', encoding='ascii') as f:
        f.write(text)
    return path


def tree(pid):
    """The process and all its descendants."""
    found = [pid]
    try:
        for task in os.listdir(f'/proc/{pid}/task'):
            with open(f'/proc/{pid}/task/{task}/children', encoding='ascii') as f:
                for child in f.read().split():
                    found += tree(int(child))
    except FileNotFoundError:
        pass
    return found


def cpu_seconds(pid):
    total = 0
    for p in tree(pid):
        try:
            for task in os.listdir(f'/proc/{p}/task'):
                with open(f'/proc/{p}/task/{task}/schedstat', encoding='ascii') as f:
                    total += int(f.read().split()[0])
        except FileNotFoundError:
            continue
    return total / 1e9


def start(cpu, command):
    return subprocess.Popen(['taskset', '-c', str(cpu)] + command, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def dnsperf(queries, seconds, mode, *more):
    """What it prints."""
    port = TLS_PORT if mode == 'dot' else PORT
    return subprocess.run(['taskset', '-c', '1', 'dnsperf', '-s', '127.0.0.1', '-p', str(port), '-d', queries, '-T', '1',
                           '-c', '4', '-q', '200', '-m', mode, '-l', str(seconds), *more],
                          capture_output=True, text=True).stdout


def answered(text):
    return sum(int(line.split()[2]) for line in text.splitlines() if 'Queries completed' in line)


def p99(text):
    """Of the single answers that dnsperf -v tells, in microseconds."""
    waits = sorted(float(line.split()[4]) for line in text.splitlines() if line.startswith('> NOERROR'))
    return waits[len(waits) * 99 // 100] * 1e6 if waits else float('nan')


def wait_ready(server, queries):
    """Somebody else on the port would be measured in its place: it has to live."""
    for _ in range(100):
        if answered(dnsperf(queries, 0.05, 'udp')) > 0 and server.poll() is None:
            return
        time.sleep(0.1)
    raise SystemExit(f'dns: {server.args} does not serve port {PORT}; who else does?')


def stop(server):
    server.terminate()
    server.wait()


@contextlib.contextmanager
def running(command, queries):
    server = start(0, command)
    try:
        wait_ready(server, queries)
        yield server
    finally:
        stop(server)


def measure(command, queries, seconds, mode, warm):
    """Microseconds per answer; warm: ask everything once before."""
    with running(command, warm or queries) as server:
        if warm:
            dnsperf(warm, 30, 'udp', '-n', '2')
        dnsperf(queries, 0.3, mode)
        before = cpu_seconds(server.pid)
        done = answered(dnsperf(queries, seconds, mode))
        return (cpu_seconds(server.pid) - before) / done * 1e6 if done else float('nan')


class Bench:
    def __init__(self, args, folder):
        self.args, self.dir = args, folder

    def file(self, name, text):
        return write(os.path.join(self.dir, name), text)

    def program(self, name, *rest):
        return [os.path.join(self.args.programs, name)] + [str(r) for r in rest]

    def queries(self, name, names):
        return self.file(name, ''.join(f'{n} A\n' for n in names))

    def show(self, goal, title, unit, results, wanted):
        """wanted: how much of each peer's value ours may be at most."""
        table = Table(title)
        for name, values in results.items():
            table.add(goal, name, unit, values)
        for name in results:
            if name != 'pic':
                peer = statistics.median(results[name])
                table.add(goal, f'pic / {name}', '', [v / peer for v in results['pic']], wanted.get(name))
        table.show()

    def compare(self, goal, title, servers, queries, wanted, mode='udp', warm=None):
        results = {name: [] for name, command in servers.items() if shutil.which(command[0])}
        for _ in range(self.args.rounds):
            for name in results:
                results[name].append(measure(servers[name], queries, self.args.seconds, mode, warm))
        self.show(goal, f'{title}: CPU per answer', 'us', results, wanted)

    def authoritative(self, names, views):
        """(questions, servers) for a zone of so many names."""
        self.file('bench.test.zone', zone_text(names))
        random.seed(1)
        asked = self.queries('asked', (f'n{random.randrange(names)}.bench.test' for _ in range(max(5000, min(names, 100000)))))
        values = {'dir': self.dir, 'port': PORT, 'zone': 'bench.test'}
        return asked, {'pic': self.program('dns_server', PORT, names, views),
                       'knot': ['knotd', '-c', self.file('knot.conf', KNOT.format(**values))],
                       'nsd': ['nsd', '-d', '-c', self.file('nsd.conf', NSD.format(**values))]}

    def answers(self, names, views, mode):
        asked, servers = self.authoritative(names, views)
        if mode == 'udp':
            servers['echo'] = self.program('dns_echo', PORT)
            wanted = {'knot': 1 / 1.15, 'nsd': 1 / 1.15, 'echo': 1.15}
        else:
            wanted = {'knot': 1}
        self.compare('P1', f'authoritative over {mode}, {names} names, {views} views', servers, asked, wanted, mode)

    def waiting(self, names, views):
        """p99 of each at 80 % of the most that Knot answers."""
        asked, servers = self.authoritative(names, views)
        most = self.rate(servers['knot'], asked)
        waits = {name: [] for name in servers}
        for _ in range(self.args.rounds):
            for name, command in servers.items():
                with running(command, asked):
                    waits[name].append(p99(dnsperf(asked, self.args.seconds, 'udp', '-v', '-Q', str(int(most * 0.8)))))
        self.show('P1', f'p99 over udp at {most * 0.8:.0f} questions a second, {names} names', 'us', waits, {'knot': 1})

    def rate(self, command, asked):
        """Answers a second to somebody who wants as many as possible."""
        with running(command, asked):
            return answered(dnsperf(asked, self.args.seconds, 'udp', '-v')) / self.args.seconds

    def forwarders(self, hits):
        values = {'dir': self.dir, 'port': PORT, 'tls': TLS_PORT, 'upstream': UPSTREAM, 'cache': CACHE if hits else ''}
        return {'pic': self.program('dns_server', PORT, 50, 4, UPSTREAM, TLS_PORT),
                'dnsdist': ['dnsdist', '--supervised', '-C', self.file('dnsdist.conf', DNSDIST.format(**values))],
                'unbound': ['unbound', '-d', '-p', '-c', self.file('unbound.conf', UNBOUND.format(**values))]}

    def forwarder(self, hits, mode='udp'):
        self.file('bench.example.zone', zone_text(5000))
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
                        '-subj', '/CN=bench.test', '-keyout', self.dir + '/key.pem', '-out', self.dir + '/cert.pem'],
                       check=True, capture_output=True)
        servers = self.forwarders(hits)
        if hits:
            asked = warm = self.queries('hits', (f'n{i}.bench.example' for i in range(5000)))
        else:
            random.seed(2)
            asked = self.queries('misses', (f'm{random.getrandbits(48):x}.bench.example' for _ in range(400000)))
            warm = None
        wanted = {'dnsdist': 1.2} if not hits else {'unbound': 1 / 1.2, 'echo': 1.2} if mode == 'udp' else {}
        if hits and mode == 'udp':
            servers['echo'] = self.program('dns_echo', PORT)
        upstream = start(1, ['knotd', '-c', self.file('up.conf', KNOT.format(dir=self.dir, port=UPSTREAM, zone='bench.example'))])
        try:
            time.sleep(1)
            self.compare('P2', f'forwarder over {mode}, ' + ('cache hit' if hits else 'miss'), servers, asked, wanted, mode, warm)
        finally:
            stop(upstream)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('pic')
    parser.add_argument('programs')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--seconds', type=float, default=2)
    parser.add_argument('--only', default='udp50,udp100k,p99,tcp50,hit,miss,dot')
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit('dns: ended from outside'))    # servers are stopped on the way
    if not shutil.which('dnsperf'):
        print('dns: dnsperf is not installed, nothing measured')
        return
    with tempfile.TemporaryDirectory(prefix='pic-bench-') as folder:
        bench = Bench(args, folder)
        stages = {'udp50': lambda: bench.answers(50, 4, 'udp'), 'tcp50': lambda: bench.answers(50, 4, 'tcp'),
                  'udp100k': lambda: bench.answers(99990, 16, 'udp'), 'p99': lambda: bench.waiting(50, 4),
                  'hit': lambda: bench.forwarder(True), 'miss': lambda: bench.forwarder(False),
                  'dot': lambda: bench.forwarder(True, 'dot')}
        for name in args.only.split(','):
            stages[name]()


if __name__ == '__main__':
    main()
