// Start: ask the cell who we are, then show the page of the address in its frame.
import { signal } from '@preact/signals';
import { type ComponentType, render } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { get } from './lib/api';
import { keepFocus } from './lib/focus';
import { lost } from './lib/live';
import { loaderAt, pageAt } from './lib/pages';
import { path } from './lib/router';
import { expired, me, stage, start } from './lib/session';
import { t } from './lib/text';
import { remember, keep } from './lib/theme';
import { Empty } from './parts/loading';
import { Link } from './parts/link';
import { Shell } from './parts/shell';
import { Silent } from './parts/silent';
import { Toasts } from './parts/toast';

const outside = {
	setup: () => import('./pages/wizard'),
	signin: () => import('./pages/signin'),
	password: () => import('./pages/newpassword'),
	visit: () => import('./pages/visit'),
	me: () => import('./pages/me'),
};

type Loader = () => Promise<{ default: ComponentType }>;
const loaded = signal<{ from: Loader; page: ComponentType } | null>(null);

/** Why a page's own file did not come: the cell is away, or has no such file. */
const broken = signal<'' | 'silent' | 'missing'>('');

// After an update the old names of files are gone: take the new page, but only once,
// so that a cell that is really broken does not reload for ever.
async function missing() {
	try {
		await get('/health', {}, { quiet: true });
	} catch {
		broken.value = 'silent';
		return;
	}
	if (remember('reloaded') === location.href) {
		keep('reloaded', null);
		broken.value = 'missing';
		return;
	}
	keep('reloaded', location.href);
	location.reload();
}

function Chunk({ load }: { load: Loader }) {
	useEffect(() => {
		load().then((m) => {
			keep('reloaded', null);
			loaded.value = { from: load, page: m.default };
		}, () => void missing());
	}, [load]);
	if (broken.value)
		return <Broken />;
	const Page = loaded.value?.from === load ? loaded.value.page : null;
	return Page ? <Page /> : null;
}

function Broken() {
	const silent = broken.value === 'silent', back = silent && lost.value === null;
	useEffect(() => {
		// browsers remember that a file failed: only a new page asks for it again
		if (back)
			location.reload();
	}, [back]);
	return <Empty page icon="alert" title={t.error.notLoaded}
		action={<button type="button" class="btn primary" onClick={() => location.reload()}>{t.lost.reload}</button>}>
		{silent ? t.error.silent : t.error.chunk}</Empty>;
}

function NotFound() {
	return <Empty page icon="search" title={t.error.noPage} action={<Link class="btn primary" href="/">{t.error.toHome}</Link>}>{t.error.noPageText}</Empty>;
}

// The page gets the focus after a change of address, so that reading goes on there.
function useFocusOnMove() {
	const at = path.value, first = useRef(true);
	useEffect(() => {
		// a page that was just loaded starts at its top, with the skip link
		if (first.current && !location.hash) {
			first.current = false;
			return;
		}
		first.current = false;
		const target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
		const content = document.getElementById('content'), has = document.activeElement;
		if (has === document.body || has === content || has?.closest('nav'))
			(target ?? content)?.focus({ preventScroll: !target });
	}, [at]);
}

function Inside() {
	const page = pageAt(path.value);
	useFocusOnMove();
	useEffect(keepFocus, []);
	const load = page && loaderAt(page, path.value);
	return <Shell>{load ? <Chunk key={`${page.href} ${load === page.load}`} load={load} /> : <NotFound />}</Shell>;
}

function App() {
	switch (stage.value) {
	case 'loading': return null;
	case 'silent': return <Silent />;
	case 'in': return <>
		{me.value!.role === 'admin' ? <Inside /> : <Chunk load={outside.me} />}
		{expired.value ? <SignInOver /> : null}
	</>;
	default: return <Chunk key={stage.value} load={outside[stage.value]} />;
	}
}

function SignInOver() {
	useEffect(() => {
		void import('./pages/signin').then((m) => { over.value = m.SignInDialog; });
	}, []);
	const Over = over.value;
	return Over ? <Over /> : null;
}
const over = signal<ComponentType | null>(null);

try {
	sessionStorage.removeItem('pic.tries');
} catch {
	// refused, then theme.js did not count either
}
render(<><App /><Toasts /></>, document.getElementById('app')!);
// the wizard asks whether there is anything to set up; others would be refused
if (path.value === '/setup')
	stage.value = 'setup';
else
	void start();
addEventListener('hashchange', () => document.getElementById(location.hash.slice(1))?.scrollIntoView());
