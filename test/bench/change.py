#!/usr/bin/env python3
"""What one change costs (goal P6): from the request to its answer, which comes when
every edge has acknowledged; and CPU of all roles. In a cell that has little else, then
with more and more beside what is changed: a zone of 100,000 names, 500 proxy
routes, 255 certificates of others, 10,000 peers of the VPN.

    change.py PIC PROGRAMS [--changes 50] [--names 99990] [--routes 500] [--certs 255] [--peers 10000]

A change is a record of the own domain, a proxy route or a peer that is made or
removed, over the socket of the cell. Needs root.
"""
import argparse
import base64
import json
import os
import subprocess
import time

from dns import zone_text
from footprint import cpu_seconds, lab_of
from table import Table

KINDS = {
    'record': ('/api/dns/records', {'name': 'n', 'type': 'A', 'value': '192.0.2.1'}, 'id'),
    'route': ('/api/proxy/routes', {'name': 'changed', 'host': 'changed', 'target': 'http://192.168.77.2:8000'}, 'id'),
    'peer': ('/api/peers', {'name': 'changed'}, 'name')}


def measure(lab, cell, kind, changes):
    """([ms], [ms of CPU])."""
    path, body, key = KINDS[kind]
    local, waits, cpu, made = cell.local(), [], [], None
    for i in range(changes + 2):
        before, began = cpu_seconds(cell), time.monotonic()
        if made is None:
            made = lab.expect(local.post(path, body), 201).json[key]
        else:
            lab.expect(local.delete(f'{path}/{made}'), 200)
            made = None
        if i > 1:
            waits.append((time.monotonic() - began) * 1e3)
            cpu.append((cpu_seconds(cell) - before) * 1e3)
    return waits, cpu


# --- what stands beside ----------------------------------------------------------------------

def names(lab, cell, count):
    lab.expect(cell.local().post('/api/dns/zones', {'name': 'bench.test', 'zonefile': zone_text(count)}), 201)


def certs(lab, cell, count):
    """Each of another authority, for a name of the cell."""
    for i in range(count):
        made = subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days',
                               '90', '-subj', f'/CN=c{i}', '-addext', f'subjectAltName=DNS:r{i}.home.home.arpa', '-keyout', '-',
                               '-out', '-'], check=True, capture_output=True, text=True).stdout
        at = made.index('-----BEGIN CERTIFICATE')
        lab.expect(cell.local().post('/api/certificates/import', {'chain': made[at:], 'key': made[:at]}), 201)


def write(cell, section, records):
    """Into the configuration of a cell that is off: by the API one after the other takes minutes."""
    path = os.path.join(cell.state, 'cell_config.json')
    cell.stop()
    with open(path, encoding='utf-8') as f:
        document = json.load(f)
    section(document).extend(records)
    with open(path, 'w', encoding='utf-8') as f:
        json.dump(document, f)
    cell.start()
    assert 'config.recovered' not in cell.log(), cell.log()


def routes(lab, cell, count):
    del lab
    write(cell, lambda d: d['proxy']['routes'], [
        {'id': f'00000000-0000-4000-8000-{i:012x}', 'name': f'r{i}', 'host': f'r{i}', 'target': 'http://192.168.77.2:8000'}
        for i in range(count)])


def peers(lab, cell, count):
    lab.expect(cell.local().put('/api/config', {'wireguard': {'address': '10.64.0.1/16'}}), 200)
    write(cell, lambda d: d['peers'], [
        {'name': f'p{i}', 'ip': f'10.64.{i // 250 + 1}.{i % 250 + 1}', 'ip6': None, 'created_at': '2026-01-01T00:00:00Z',
         'public_key': base64.b64encode(os.urandom(32)).decode(), 'service_access': ['files', 'mail']} for i in range(count)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('pic')
    parser.add_argument('programs')
    parser.add_argument('--changes', type=int, default=50)
    for name, count in (('names', 99990), ('routes', 500), ('certs', 255), ('peers', 10000)):
        parser.add_argument('--' + name, type=int, default=count)
    args = parser.parse_args()
    lab = lab_of(args.pic)
    cell = lab.Cell().start()
    cell.setup()
    table, beside = Table('one change, effective everywhere'), 'little else'
    for add in (None, names, routes, certs, peers):
        if add and not getattr(args, add.__name__):
            continue
        if add:
            add(lab, cell, getattr(args, add.__name__))
            beside = f'{getattr(args, add.__name__)} {add.__name__} and the above'
            time.sleep(1)
        for kind in KINDS:
            waits, cpu = measure(lab, cell, kind, args.changes)
            table.add('P6', f'{kind}, beside {beside}: request to answer', 'ms', waits, 20)
            table.add('P6', f'{kind}, beside {beside}: CPU of all roles', 'ms', cpu)
    table.show()
    cell.stop()


if __name__ == '__main__':
    main()
