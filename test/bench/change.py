#!/usr/bin/env python3
"""What one change costs (goal P6): from the request to its answer, which comes when
every edge has acknowledged; and CPU of all roles. Without and with a zone of
100,000 names beside what is changed.

    change.py PIC PROGRAMS [--changes 50] [--names 99990]

A change is a record of the own domain that is made or removed, over the socket
of the cell. Needs root.
"""
import argparse
import time

from dns import zone_text
from footprint import cpu_seconds, lab_of
from table import Table


def measure(lab, cell, changes):
    """([ms], [ms of CPU])."""
    local, waits, cpu, made = cell.local(), [], [], None
    for i in range(changes + 2):
        before, began = cpu_seconds(cell), time.monotonic()
        if made is None:
            made = lab.expect(local.post('/api/dns/records', {'name': 'n', 'type': 'A', 'value': '192.0.2.1'}), 201).json['id']
        else:
            lab.expect(local.delete(f'/api/dns/records/{made}'), 200)
            made = None
        if i > 1:
            waits.append((time.monotonic() - began) * 1e3)
            cpu.append((cpu_seconds(cell) - before) * 1e3)
    return waits, cpu


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('pic')
    parser.add_argument('programs')
    parser.add_argument('--changes', type=int, default=50)
    parser.add_argument('--names', type=int, default=99990)
    args = parser.parse_args()
    lab = lab_of(args.pic)
    cell = lab.Cell().start()
    cell.setup()
    table = Table('one change, effective everywhere')
    for names in (0, args.names):
        if names:
            lab.expect(cell.local().post('/api/dns/zones', {'name': 'bench.test', 'zonefile': zone_text(names)}), 201)
            time.sleep(1)
        waits, cpu = measure(lab, cell, args.changes)
        table.add('P6', f'beside {names} names: request to answer', 'ms', waits, 20)
        table.add('P6', f'beside {names} names: CPU of all roles', 'ms', cpu)
    table.show()
    cell.stop()


if __name__ == '__main__':
    main()
