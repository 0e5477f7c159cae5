// A certificate that the owner brings along, with its key.
import { request } from '../lib/api';
import { useForm } from '../lib/form';
import { t } from '../lib/text';
import { tv } from '../lib/vaulttext';
import { Dialog } from './dialog';
import { TextField } from './field';
import { FormBox, Submit } from './form';
import { toast } from './toast';

export function ImportDialog({ onClose, done }: { onClose: () => void; done: () => Promise<void> }) {
	const form = useForm({
		initial: { chain: '', key: '' },
		check: (v) => ({ chain: v.chain.trim() ? undefined : tv.needChain, key: v.key.trim() ? undefined : tv.needPrivate }),
		send: async (v) => {
			await request('POST', '/api/certificates/import', { body: { chain: `${v.chain.trim()}\n`, key: `${v.key.trim()}\n` } });
			toast(tv.imported);
			await done();
			onClose();
		},
	});
	return <Dialog title={tv.importIt} onClose={onClose} dirty={() => form.dirty} footer={<>
		<button type="button" class="btn" onClick={onClose}>{t.form.cancel}</button>
		<Submit form={form} of="import">{tv.importIt}</Submit></>}>
		<p class="muted">{tv.importText}</p>
		<FormBox form={form} id="import" class="fields">
			<TextField form={form} name="chain" label={tv.chain} full mono rows={6} focus help={tv.chainHelp} />
			<TextField form={form} name="key" label={tv.key} full mono rows={6} help={tv.keyHelp} />
		</FormBox>
	</Dialog>;
}
