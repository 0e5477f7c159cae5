"""One table of what was measured: median, least, most, and the goal where there is one."""
import statistics
import sys


class Table:
    def __init__(self, title):
        self.title, self.rows = title, []

    def add(self, goal, what, unit, values, most=None):
        """values: one per round; most: the goal is at most that, in the same unit."""
        values = list(values)
        median = statistics.median(values)
        verdict = '' if most is None else f'<= {most:g}  {"ok" if median <= most else "MISSED"}'
        self.rows.append((goal, what, unit, *(self.number(v) for v in (median, min(values), max(values))),
                          str(len(values)), verdict))

    @staticmethod
    def number(v):
        return f'{v:.0f}' if v == int(v) or abs(v) >= 1000 else f'{v:.1f}' if abs(v) >= 10 else f'{v:.3f}'

    def show(self):
        rows = [('goal', 'what', 'unit', 'median', 'min', 'max', 'n', 'wanted'), *self.rows]
        widths = [max(len(r[i]) for r in rows) for i in range(len(rows[0]))]
        print(f'\n{self.title}')
        for r in rows:
            cells = [c.rjust(w) if 3 <= i <= 6 else c.ljust(w) for i, (c, w) in enumerate(zip(r, widths))]
            print('  ' + '  '.join(cells).rstrip())
        sys.stdout.flush()
