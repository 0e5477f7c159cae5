// Hand a text to the person as a file.
export function download(name: string, text: string, type = 'text/plain') {
	const url = URL.createObjectURL(new Blob([text], { type }));
	const a = document.createElement('a');
	a.href = url;
	a.download = name;
	a.click();
	// the browser reads it after this turn
	setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
