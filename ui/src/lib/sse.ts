// Incremental reader of text/event-stream (WHATWG HTML, "Server-sent events").
// Bounded: an event over the limit is dropped whole.

const LIMIT = 1 << 20;

export interface StreamEvent {
	type: string;
	id: string;
	data: string;
}

export class EventReader {
	private decoder = new TextDecoder();
	private rest = '';
	private type = '';
	private id = '';
	private data: string[] = [];

	/** Feed bytes; returns the events that are complete now. */
	push(bytes: Uint8Array): StreamEvent[] {
		const out: StreamEvent[] = [];
		this.rest += this.decoder.decode(bytes, { stream: true });
		const lines = this.rest.split(/\r\n|\n|\r(?!$)/);
		this.rest = lines.pop() ?? '';
		if (this.rest.length > LIMIT)
			this.rest = '';
		for (const line of lines)
			this.line(line, out);
		return out;
	}

	private line(line: string, out: StreamEvent[]) {
		if (line === '') {
			if (this.data.length)
				out.push({ type: this.type || 'message', id: this.id, data: this.data.join('\n') });
			this.type = '';
			this.data = [];
			return;
		}
		const colon = line.indexOf(':');
		if (colon === 0)
			return;
		const field = colon < 0 ? line : line.slice(0, colon);
		const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
		if (field === 'event')
			this.type = value;
		else if (field === 'data')
			this.data.push(value);
		else if (field === 'id')
			this.id = value;
	}
}
