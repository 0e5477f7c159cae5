// What just worked, said for a moment at the edge of the page.
import { signal } from '@preact/signals';
import { t } from '../lib/text';
import { Icon } from './icon';

interface Toast {
	id: number;
	text: string;
	tone: 'ok' | 'bad';
	undo: (() => void) | undefined;
}

const shown = signal<Toast[]>([]);
let next = 1;

const drop = (id: number) => { shown.value = shown.value.filter((x) => x.id !== id); };

export function toast(text: string, o: { tone?: 'ok' | 'bad'; undo?: () => void } = {}) {
	const id = next++;
	shown.value = [...shown.value.slice(-2), { id, text, tone: o.tone ?? 'ok', undo: o.undo }];
	setTimeout(() => drop(id), o.undo ? 8000 : 4000);
}

export function Toasts() {
	return <div class="toasts" role="status">
		{shown.value.map((x) => <div class={`toast ${x.tone}`} key={x.id}>
			<Icon name={x.tone === 'ok' ? 'check' : 'alert'} />
			<span class="grow">{x.text}</span>
			{x.undo ? <button type="button" class="btn sm" onClick={() => {
				drop(x.id);
				x.undo?.();
			}}>{t.form.undo}</button> : null}
		</div>)}
	</div>;
}
