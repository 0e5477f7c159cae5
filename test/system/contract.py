"""The OpenAPI document as a contract (APL-2): which operation a request is, and
whether the reply is one that the document announces, with the body it announces.
lab.Client holds every reply of every system test against it."""
import json
import pathlib
import re
import urllib.parse

METHODS = ('get', 'put', 'post', 'delete', 'patch')
TYPES = {'object': dict, 'array': list, 'string': str, 'boolean': bool, 'null': type(None)}
# of any operation, said once in the document's description
ALWAYS = {'405', '408', '414', '421', '431', '500'}


class Broken(AssertionError):
    pass


class Contract:
    def __init__(self):
        path = pathlib.Path(__file__).resolve().parents[2] / 'src/api/openapi.json'
        self.document = json.loads(path.read_text(encoding='utf-8'))
        self.paths = [(re.compile('^' + re.sub(r'\{\w+\}', '[^/]+', p) + '$'), '{' in p, item)
                      for p, item in self.document['paths'].items()]
        self.seen = set()       # (operation, status)

    def operation(self, method, target):
        """The operation, or None where the document has none. Fixed words win over parameters."""
        path = target.partition('?')[0]
        method = 'get' if method == 'HEAD' else method.lower()
        fits = sorted(((parameters, item) for pattern, parameters, item in self.paths if pattern.match(path)),
                      key=lambda f: f[0])
        return next((item[method] for _, item in fits if method in item), None)

    def check(self, method, target, sent, reply):
        """Raise Broken unless the document announces this reply, and what was asked where it was done."""
        status, content_type, body = reply.status, reply.headers.get_content_type(), reply.body
        op = self.operation(method, target)
        if op is None:
            return
        where = f'{method} {target} → {status}'
        self.seen.add((op['operationId'], status))
        response = op['responses'].get(str(status))
        if response is None:
            if str(status) in ALWAYS:
                return
            raise Broken(f'{where}: the document knows {sorted(op["responses"])}')
        query = urllib.parse.parse_qs(target.partition('?')[2], keep_blank_values=True)
        if 200 <= status < 300:
            self.asked(op, query, sent, where)
            if not query.keys() & {'dry_run', 'generated'}:     # what is only tried, or made by the cell itself, has none
                self.headers(response, reply, where)
        content = self.resolve(response).get('content')
        if method == 'HEAD':
            return
        if bool(content) != bool(body):
            raise Broken(f'{where}: {len(body)} octets, announced {sorted(content or ())}')
        if not content:
            return
        if content_type not in content:
            raise Broken(f'{where}: {content_type}, announced {sorted(content)}')
        if 'json' in content_type:
            self.match(content[content_type].get('schema', {}), json.loads(body), where)

    def asked(self, op, query, sent, where):
        """What was done was asked for in the announced words."""
        known = {p['name'] for p in map(self.resolve, op.get('parameters', ())) if p['in'] == 'query'}
        if not query.keys() <= known:
            raise Broken(f'{where}: {sorted(query.keys() - known)} in the query, announced {sorted(known)}')
        content = op.get('requestBody', {}).get('content')
        if content and sent:
            self.match(content['application/json']['schema'], json.loads(sent), f'{where}, request', writing=True)

    def headers(self, response, reply, where):
        for name in self.resolve(response).get('headers', {}):
            if name not in reply.headers:
                raise Broken(f'{where}: no {name}')

    def resolve(self, x):
        while '$ref' in x:
            target = self.document
            for word in x['$ref'].split('/')[1:]:
                target = target[word]
            x = target
        return x

    def match(self, schema, value, where, writing=False):
        schema = self.resolve(schema)
        if schema.get('writeOnly') and not writing:
            raise Broken(f'{where}: is never shown')
        if 'anyOf' in schema:
            if not any(self.fits(s, value, writing) for s in schema['anyOf']):
                raise Broken(f'{where}: fits none of the alternatives: {value!r}')
            return
        types = schema.get('type', [])
        types = [types] if isinstance(types, str) else types
        if types and not any(self.is_type(t, value) for t in types):
            raise Broken(f'{where}: {value!r} is not {" or ".join(types)}')
        if value is None:
            return
        if 'enum' in schema and value not in schema['enum']:
            raise Broken(f'{where}: {value!r} is none of {schema["enum"]}')
        self.bounds(schema, value, where)
        if isinstance(value, dict):
            self.members(schema, value, where, writing)
        if isinstance(value, list) and 'items' in schema:
            for i, v in enumerate(value):
                self.match(schema['items'], v, f'{where}[{i}]', writing)

    def fits(self, schema, value, writing):
        try:
            self.match(schema, value, '', writing)
            return True
        except Broken:
            return False

    @staticmethod
    def is_type(name, value):
        if name == 'integer':
            return isinstance(value, int) and not isinstance(value, bool)
        if name == 'number':
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        return isinstance(value, TYPES[name])

    @staticmethod
    def bounds(schema, value, where):
        size = value if isinstance(value, (int, float)) else len(value)
        low = {str: 'minLength', list: 'minItems', dict: 'minProperties'}.get(type(value), 'minimum')
        high = {str: 'maxLength', list: 'maxItems', dict: 'maxProperties'}.get(type(value), 'maximum')
        if size < schema.get(low, size) or size > schema.get(high, size):
            raise Broken(f'{where}: {value!r} is out of bounds')
        if schema.get('format') == 'date-time' and not re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ', value):
            raise Broken(f'{where}: {value!r} is no time')

    def members(self, schema, value, where, writing):
        known = schema.get('properties', {})
        for name in schema.get('required', []):
            if name not in value:
                raise Broken(f'{where}: {name} is missing')
        for name, v in value.items():
            if name in known:
                self.match(known[name], v, f'{where}.{name}', writing)
            elif isinstance(schema.get('additionalProperties'), dict):
                self.match(schema['additionalProperties'], v, f'{where}.{name}', writing)
            elif schema.get('additionalProperties') is False:
                raise Broken(f'{where}: {name} is not announced')
