// Copying also works on a plain-http page, where the browser has no clipboard object.

export async function copyText(text: string) {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		return copyOld(text);
	}
}

function copyOld(text: string) {
	const area = document.createElement('textarea');
	area.value = text;
	area.readOnly = true;
	area.className = 'sr';
	// inside an open dialog: everything outside it is inert and cannot be selected
	(document.querySelector('dialog[open]') ?? document.body).append(area);
	const focused = document.activeElement;
	area.select();
	const done = document.execCommand('copy');
	area.remove();
	if (focused instanceof HTMLElement)
		focused.focus();
	return done;
}
