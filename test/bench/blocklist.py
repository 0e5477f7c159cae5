#!/usr/bin/env python3
"""What two million blocked names cost a cell (product.md, limits): memory over all
roles, CPU of taking them, CPU per answer before and after.

    blocklist.py PIC PROGRAMS [--names 2000000] [--rounds 5] [--seconds 2]

The names come over HTTPS from a server of this program, in lists of a million.
Knot is the Internet. The cell runs as it does at home, on all CPUs. Memory is PSS,
as in footprint.py, but sealed tables count whole, also what of them nobody has
touched yet. Needs root, dnsperf, knot and openssl.
"""
import argparse
import http.server
import os
import random
import re
import ssl
import subprocess
import threading
import time

from dns import KNOT, answered, write, zone_text
from footprint import cpu_seconds, lab_of
from table import Table

HOST, ADDRESS, PER_LIST, RATE = 'lists.bench.example', '198.51.100.53', 1000000, 50000


class Lists(http.server.BaseHTTPRequestHandler):
    """/N: so many names, told apart by what ends the path. Of several labels each, as such lists are."""
    def log_message(self, *args):
        pass

    def do_GET(self):
        first, count = (int(n) for n in self.path[1:].split('-'))
        body = ''.join(f'x{i:x}.tracker{i % 1000}.blocked.test\n' for i in range(first, first + count)).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'text/plain')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def certificate(folder):
    key, cert = f'{folder}/key.pem', f'{folder}/cert.pem'
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
                    '-subj', '/CN=bench', '-addext', f'subjectAltName=DNS:{HOST}', '-keyout', key, '-out', cert],
                   check=True, capture_output=True)
    return key, cert


def internet(lab):
    """A server of lists and a name server; the path of the authority that a cell has to trust."""
    folder = os.path.join(lab.TMP, 'internet')
    os.mkdir(folder)
    key, cert = certificate(folder)
    write(f'{folder}/bench.example.zone', zone_text(5000) + f'lists A {ADDRESS}\n')
    conf = KNOT.format(dir=folder, port=53, zone='bench.example').replace('127.0.0.1', ADDRESS)
    lab.start(lab.in_ns('up', 'knotd', '-c', write(f'{folder}/knot.conf', conf)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with lab.inside('up'):
        server = http.server.ThreadingHTTPServer((ADDRESS, 443), Lists)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return cert


def memory(cell):
    """MB of all roles."""
    total, tables = 0, {}
    for pid in cell.pids():
        with open(f'/proc/{pid}/smaps', encoding='ascii') as f:
            for line in f:
                if re.match('[0-9a-f]+-', line):
                    counts = 'memfd:' not in line
                elif line.startswith('Pss:') and counts:
                    total += int(line.split()[1]) * 1024
        for fd in os.listdir(f'/proc/{pid}/fd') + [f'../map_files/{m}' for m in os.listdir(f'/proc/{pid}/map_files')]:
            path = f'/proc/{pid}/fd/{fd}'
            if 'memfd:' in os.readlink(path):
                s = os.stat(path)
                tables[s.st_ino] = s.st_blocks * 512
    return (total + sum(tables.values())) / 1e6


def cost(lab, cell, asked, seconds):
    """Microseconds of all roles per answer at a steady rate."""
    before = cpu_seconds(cell)
    text = subprocess.run(lab.in_ns('lan', 'dnsperf', '-s', '192.168.77.1', '-d', asked, '-T', '1', '-c', '4', '-l', str(seconds),
                                    '-Q', str(RATE)), capture_output=True, text=True, check=True).stdout
    return (cpu_seconds(cell) - before) / answered(text) * 1e6


def load_lists(lab, admin, names):
    for first in range(0, names, PER_LIST):
        body = {'name': f'list {first}', 'url': f'https://{HOST}/{first}-{min(PER_LIST, names - first)}'}
        lab.expect(admin.post('/api/blocklists', body), 201)
    lab.wait_for('all names', lambda: sum(x['entries'] for x in lab.expect(admin.get('/api/blocklists'), 200).json) == names, 120)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('pic')
    parser.add_argument('programs')
    parser.add_argument('--names', type=int, default=2000000)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--seconds', type=float, default=2)
    args = parser.parse_args()
    lab = lab_of(args.pic)
    lab.neighbourhood()
    cell = lab.Cell(env={'PIC_TRUST_FILE': internet(lab)}).start()
    cell.setup()
    admin = cell.admin()
    lab.expect(admin.put('/api/config/sections/dns', {'client_qps': 100000, 'upstreams': [
        {'address': ADDRESS, 'port': 53, 'transport': 'udp'}]}), 200)
    random.seed(3)
    cached = write(f'{lab.TMP}/cached', ''.join(f'n{i}.bench.example A\n' for i in range(5000)))
    blocked = write(f'{lab.TMP}/blocked', ''.join(
        f'a.x{i:x}.tracker{i % 1000}.blocked.test A\n' for i in random.sample(range(args.names), min(args.names, 100000))))
    table = Table(f'block lists: {args.names} names')
    cost(lab, cell, cached, 1)
    without = [cost(lab, cell, cached, args.seconds) for _ in range(args.rounds)]
    table.add('LIM', 'memory over all roles before', 'MB', [memory(cell)])
    began = cpu_seconds(cell)
    load_lists(lab, admin, args.names)
    table.add('LIM', 'CPU of core and edges to take the lists', 's', [cpu_seconds(cell) - began])
    time.sleep(5)
    table.add('LIM', 'memory over all roles with the lists', 'MB', [memory(cell)], 100)
    table.add('P2', 'CPU per answer from the cache, without lists', 'us', without)
    table.add('P2', 'CPU per answer from the cache, with lists', 'us', [cost(lab, cell, cached, args.seconds) for _ in without])
    table.add('P2', 'CPU per blocked answer', 'us', [cost(lab, cell, blocked, args.seconds) for _ in without])
    table.show()
    cell.stop()


if __name__ == '__main__':
    main()
