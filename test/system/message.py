"""DNS messages for tests that compare servers: questions written, answers taken apart into sets of records whose
names are in lower case and in full."""
import struct

TYPES = {'A': 1, 'NS': 2, 'CNAME': 5, 'SOA': 6, 'PTR': 12, 'HINFO': 13, 'MX': 15, 'TXT': 16, 'RP': 17, 'AFSDB': 18,
         'AAAA': 28, 'LOC': 29, 'SRV': 33, 'NAPTR': 35, 'KX': 36, 'DNAME': 39, 'DS': 43, 'SSHFP': 44, 'NSEC': 47,
         'DNSKEY': 48, 'TLSA': 52, 'SVCB': 64, 'HTTPS': 65, 'EUI48': 108, 'ANY': 255, 'URI': 256, 'CAA': 257,
         'TYPE65280': 65280}
# What stands before and between the names in the data: octets, "s" a string, "n" a name.
FORMS = {2: 'n', 5: 'n', 6: 'nn', 12: 'n', 15: '2n', 17: 'nn', 18: '2n', 33: '6n', 35: '4sssn', 36: '2n', 39: 'n'}


def wire_name(name):
    return b''.join(bytes([len(x)]) + x for x in name.rstrip('.').encode().split(b'.') if x) + b'\0'


def question(ident, name, rtype, edns=None, rd=False, do=False):
    """edns: the size that is announced, None: no OPT."""
    out = struct.pack('>HHHHHH', ident, 0x0100 if rd else 0, 1, 0, 0, edns is not None)
    out += wire_name(name) + struct.pack('>HH', rtype, 1)
    if edns is not None:
        out += b'\0' + struct.pack('>HHIH', 41, edns, 0x8000 if do else 0, 0)
    return out


def read_name(p, at):
    """(name in wire form and lower case, where it ends)"""
    out, end = [], None
    while True:
        n = p[at]
        if n >= 0xc0:
            if end is None:
                end = at + 2
            to = (n & 0x3f) << 8 | p[at + 1]
            assert to < at, 'a pointer that does not point back'
            at = to
        elif n == 0:
            return b''.join(out) + b'\0', end if end is not None else at + 1
        else:
            assert n < 0x40
            out.append(p[at:at + 1 + n].lower())
            at += 1 + n


def read_data(p, at, end, rtype):
    out = []
    for c in FORMS.get(rtype, ''):
        if c == 'n':
            name, at = read_name(p, at)
            out.append(name)
        else:
            n = p[at] + 1 if c == 's' else int(c)
            out.append(p[at:at + n])
            at += n
    assert at <= end, 'data longer than it says'
    return b''.join(out) + p[at:end]


class Answer:
    """rcode, flags, and the three sections: sets of (name, type, ttl, data). Nothing is left over."""

    def __init__(self, p):
        self.size, self.twice = len(p), []
        self.ident, flags, nq, *counts = struct.unpack('>HHHHHH', p[:12])
        self.rcode, self.aa, self.tc = flags & 15, flags >> 10 & 1, flags >> 9 & 1
        at = 12
        for _ in range(nq):
            _, at = read_name(p, at)
            at += 4
        self.sections = []
        for count in counts:
            records = []
            for _ in range(count):
                name, at = read_name(p, at)
                rtype, _, ttl, n = struct.unpack('>HHIH', p[at:at + 10])
                at += 10
                if rtype != 41:
                    records.append((name, rtype, ttl, read_data(p, at, at + n, rtype)))
                at += n
            self.twice += [r for i, r in enumerate(records) if r in records[:i]]
            self.sections.append(frozenset(records))
        assert at == len(p), 'octets behind the last record'
        self.answer, self.authority, self.additional = self.sections

    def key(self):
        return (self.rcode, self.aa, self.tc, *self.sections)

    def __repr__(self):
        lines = [f'rcode {self.rcode} aa {self.aa} tc {self.tc}, {self.size} octets']
        for title, section in zip(('answer', 'authority', 'additional'), self.sections):
            lines += [f'  {title}: {n!r} {t} {ttl} {d!r}' for n, t, ttl, d in sorted(section)]
        return '\n'.join(lines)
