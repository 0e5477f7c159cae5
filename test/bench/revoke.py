#!/usr/bin/env python3
"""How long a device that was switched off goes on being heard (goal: at most 100 ms): from the request to the last of its packets at a host
of the home network, of 1,000 it sends there a second. In a cell that has nobody else, and beside 10,000 peers.

    revoke.py PIC PROGRAMS [--rounds 20] [--peers 10000]

The device is wireguard-go in a namespace of its own; its packets go through the cell's data plane, here the own one. All
clocks are one. PROGRAMS is not used. Needs root, wireguard-go and wg.
"""
import argparse
import threading
import time

import change
from footprint import lab_of
from table import Table

EVERY_S, QUIET_S, PORT = 0.001, 1, 7777


class Sender:
    """A word each millisecond, as long as it lives."""

    def __init__(self, lab, ns, to):
        with lab.inside(ns):
            self.s = lab.socket.socket(lab.socket.AF_INET, lab.socket.SOCK_DGRAM)
        self.s.connect((to, PORT))
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.send, daemon=True)
        self.thread.start()

    def send(self):
        while not self.over.wait(EVERY_S):
            try:
                self.s.send(b'word')
            except OSError:
                pass            # the tunnel says that nobody is there

    def end(self):
        self.over.set()
        self.thread.join()
        self.s.close()


class Listener:
    """When the last word came."""

    def __init__(self, lab, ns):
        self.lab = lab
        with lab.inside(ns):
            self.s = lab.socket.socket(lab.socket.AF_INET, lab.socket.SOCK_DGRAM)
        self.s.bind(('0.0.0.0', PORT))
        self.last = 0
        threading.Thread(target=self.hear, daemon=True).start()

    def hear(self):
        while True:
            self.s.recv(64)
            self.last = time.monotonic()

    def hears_on(self):
        was = time.monotonic()
        self.lab.wait_for('packets', lambda: self.last > was, 60)

    def quiet(self):
        """Wait until nothing has come for a while."""
        self.lab.wait_for('silence', lambda: time.monotonic() - self.last > QUIET_S, 60)


def measure(lab, cell, peer, heard, rounds):
    """([ms to the last packet], [ms to the answer])"""
    local, last, answers = cell.local(), [], []
    for _ in range(rounds):
        lab.expect(local.put(f'/api/peers/{peer.name}', {'enabled': True}), 200)
        heard.hears_on()
        began = time.monotonic()
        lab.expect(local.put(f'/api/peers/{peer.name}', {'enabled': False}), 200)
        answers.append((time.monotonic() - began) * 1e3)
        heard.quiet()
        last.append(max(0, (heard.last - began) * 1e3))
    return last, answers


def lay(lab):
    lab.own_sockets('/var/run/wireguard')
    lab.wire('cell', 'lan0', 'lan', 'eth0', '192.168.77.')
    lab.wire('cell', 'w0', 'away', 'eth0', '198.18.1.')
    lab.run('ip', '-n', lab.namespace('lan'), 'route', 'add', 'default', 'via', '192.168.77.1')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('pic')
    parser.add_argument('programs')
    parser.add_argument('--rounds', type=int, default=20)
    parser.add_argument('--peers', type=int, default=10000)
    args = parser.parse_args()
    lab = lab_of(args.pic)
    from wgpeer import Peer     # it needs that folder
    lay(lab)
    cell, peer, table = lab.Cell().start(), Peer('away'), Table('a device is switched off, from the request')
    cell.setup()
    lab.expect(cell.local().put('/api/config', {'wireguard': {'address': '10.64.0.1/16'}}), 200)
    peer.record('10.64.250.1', lan_access=True)
    peer.start(routes=('10.64.0.0/16', '192.168.77.0/24'))
    peer.join(cell, '198.18.1.1')
    peer.reaches('192.168.77.2')
    heard, sender = Listener(lab, 'lan'), Sender(lab, 'away', '192.168.77.2')
    for count in dict.fromkeys((0, args.peers)):
        if count:
            change.peers(lab, cell, count)
        for what, values in zip(('its last packet', 'the answer'), measure(lab, cell, peer, heard, args.rounds)):
            table.add('P6', f'beside {count} peers: {what}', 'ms', values, 100 if what == 'its last packet' else None)
    table.show()
    sender.end()
    peer.stop()
    cell.stop()


if __name__ == '__main__':
    main()
