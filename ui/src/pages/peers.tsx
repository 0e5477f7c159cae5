// Peers: who is in the VPN, how each is, and what sets a new one up.
import { useSignal, useSignalEffect } from '@preact/signals';
import { td } from '../lib/peertext';
import { usePeers } from '../lib/peers';
import { go, query } from '../lib/router';
import { t } from '../lib/text';
import { GroupsDialog } from '../parts/groupsdialog';
import { Icon } from '../parts/icon';
import { PageHead } from '../parts/page';
import { AddPeer } from '../parts/peeradd';
import { PeerDoing, peerMenu, type Doing } from '../parts/peeritem';
import { PeerList } from '../parts/peerlist';

export default function Peers() {
	const all = usePeers(), find = useSignal(query.peek().get('q') ?? '');
	const doing = useSignal<Doing>(null), adding = useSignal(false), groups = useSignal(false);
	useSignalEffect(() => {
		const q = query.value;
		if (!q.has('add') && !q.has('groups') && !q.has('q'))
			return;
		adding.value ||= q.has('add');
		groups.value ||= q.has('groups');
		find.value = q.get('q') ?? find.peek();
		go('/peers', 'replace');
	});
	const changed = () => all.load(), acts = { doing, changed };
	const add = () => { adding.value = true; };
	return <>
		<PageHead title={t.nav.peers} acts={<>
			<button type="button" class="btn" onClick={() => { groups.value = true; }}><Icon name="users" />{td.groups}</button>
			<button type="button" class="btn primary" onClick={add}><Icon name="plus" />{td.add}</button></>}>{td.text}</PageHead>
		<PeerList of={all} query={find} menu={(p) => peerMenu(p, acts)} code={(p) => { doing.value = { kind: 'code', p }; }} add={add} />
		<PeerDoing {...acts} />
		{adding.value ? <AddPeer all={all.data.value ?? []} done={changed} onClose={() => { adding.value = false; }} /> : null}
		{groups.value ? <GroupsDialog onClose={() => { groups.value = false; }} show={(name) => {
			find.value = name;
			groups.value = false;
		}} /> : null}
	</>;
}
