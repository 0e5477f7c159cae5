// Build ui/dist from ui/src: hashed names, one chunk per page, and the size limits
// of the design. `--watch` rebuilds on change, unminified and without the limits.
import * as esbuild from 'esbuild';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const LIMIT_ALL = 160_000;	// gzip bytes, everything that is embedded
const LIMIT_FIRST = 60_000;	// gzip bytes to show the sign-in or the home page

process.chdir(dirname(fileURLToPath(import.meta.url)));
const watch = process.argv.includes('--watch');
rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/assets', { recursive: true });

function put(name, ext, data) {
	const hash = createHash('sha256').update(data).digest('hex').slice(0, 8);
	const file = `assets/${name}-${hash}.${ext}`;
	writeFileSync(`dist/${file}`, data);
	return `/${file}`;
}

const theme = put('theme', 'js',
	(await esbuild.transform(readFileSync('src/lib/theme.js'), { minify: true })).code);

function output(meta, entry) {
	const found = Object.entries(meta.outputs).find(([, o]) => o.entryPoint === entry);
	if (!found)
		throw new Error(`${entry} was not built`);
	return found[0];
}

// dist/index.html names the entry files; every other file is found from them.
function html(meta) {
	const url = (entry) => '/' + output(meta, entry).replace(/^dist\//, '');
	writeFileSync('dist/index.html', readFileSync('index.html', 'utf8')
		.replace('%theme%', theme)
		.replace('%app%', url('src/main.tsx'))
		.replace('%style%', url('src/style.css')));
}

const size = (file) => gzipSync(readFileSync(file), { level: 9 }).length;

// The file and all that it imports statically.
function closure(meta, file, seen = new Set()) {
	if (seen.has(file))
		return seen;
	seen.add(file);
	for (const i of meta.outputs[file].imports)
		if (i.kind === 'import-statement')
			closure(meta, i.path, seen);
	return seen;
}

function check(meta) {
	const files = readdirSync('dist', { recursive: true, withFileTypes: true })
		.filter((f) => f.isFile()).map((f) => join(f.parentPath, f.name));
	const all = files.reduce((sum, f) => sum + size(f), 0);
	const first = Math.max(...['src/pages/signin.tsx', 'src/pages/home.tsx'].map((page) => {
		const need = closure(meta, output(meta, 'src/main.tsx'));
		closure(meta, output(meta, page), need);
		need.add(output(meta, 'src/style.css'));
		need.add('dist' + theme).add('dist/index.html');
		return [...need].reduce((sum, f) => sum + size(f), 0);
	}));
	console.log(`ui: ${files.length} files, ${(all / 1000).toFixed(1)} kB gzip of ${LIMIT_ALL / 1000}, ` +
		`first view ${(first / 1000).toFixed(1)} of ${LIMIT_FIRST / 1000}`);
	if (all > LIMIT_ALL || first > LIMIT_FIRST)
		throw new Error('ui: over the size limit');
}

// What nearly every page uses comes with the first file, what those beyond Home use with
// the first of them: many small files compress badly.
const FIRST = /\/(main|signin|newpassword|visit|home|me)\.tsx$/;
const shared = { name: 'shared', setup(b) {
	const parts = (...names) => names.map((n) => `import '${join(process.cwd(), 'src/parts', n)}';\n`).join('');
	b.onLoad({ filter: /\/src\/(main|pages\/\w+)\.tsx$/ }, ({ path }) => ({ loader: 'tsx',
		contents: parts('everywhere', ...FIRST.test(path) ? [] : ['inside']) + readFileSync(path, 'utf8') }));
} };

const options = {
	entryPoints: { app: 'src/main.tsx', style: 'src/style.css' },
	outdir: 'dist/assets',
	entryNames: '[name]-[hash]', chunkNames: 'c-[hash]', assetNames: '[name]-[hash]',
	bundle: true, splitting: true, format: 'esm',
	minify: !watch, sourcemap: watch, metafile: true, legalComments: 'none', charset: 'utf8',
	target: ['es2022', 'safari16.4', 'chrome111', 'firefox115'],
	jsx: 'automatic', jsxImportSource: 'preact', logLevel: 'warning',
	plugins: [shared, { name: 'html', setup(b) { b.onEnd((r) => { if (r.metafile) html(r.metafile); }); } }],
};

cpSync('public', 'dist', { recursive: true });
if (watch) {
	await (await esbuild.context(options)).watch();
} else {
	const { metafile } = await esbuild.build(options);
	check(metafile);
}
