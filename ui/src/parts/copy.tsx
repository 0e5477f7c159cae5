// A value that copies itself. The word changes and is read out; when the browser
// refuses, the text is selected instead and says so.
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { copyText } from '../lib/clipboard';
import { t } from '../lib/text';
import { Icon } from './icon';

type Said = '' | 'copied' | 'selected';

function useCopy(text: string) {
	const said = useSignal<Said>('');
	const shown = useRef<HTMLElement>(null);
	const copy = async () => {
		if (await copyText(text)) {
			said.value = 'copied';
		} else {
			if (shown.current)
				getSelection()?.selectAllChildren(shown.current);
			said.value = 'selected';
		}
		setTimeout(() => { said.value = ''; }, said.value === 'copied' ? 1500 : 5000);
	};
	return { said, shown, copy };
}

const word = (s: Said) => s === 'copied' ? t.copy.copied : s === 'selected' ? t.copy.selected : '';

/** The value itself is the button. */
export function Copy({ text, what }: { text: string; what: string }) {
	const { said, shown, copy } = useCopy(text);
	return <button type="button" class="copy" title={text} aria-label={t.copy.label(what, text)} onClick={copy}>
		<span class="clip" ref={shown}>{text}</span>
		<Icon name={said.value === 'copied' ? 'check' : 'copy'} />
		<span class="sr" role="status">{word(said.value)}</span>
	</button>;
}

/** A button beside a value shown in its own box. What is read out stands outside: inside, it would not count to the button's name. */
export function CopyButton({ text, label, class: cls = 'btn sm' }: { text: string; label?: string; class?: string }) {
	const { said, copy } = useCopy(text);
	return <>
		<button type="button" class={cls} onClick={copy}>
			<Icon name={said.value === 'copied' ? 'check' : 'copy'} />{word(said.value) || label || t.copy.copy}</button>
		<span class="sr" role="status">{word(said.value)}</span>
	</>;
}
