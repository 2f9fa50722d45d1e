import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { addresses, channelList, type Channel } from '#modules/lending/contract.ts';
import { useWords } from '../../address.ts';
import { usePlaces } from '../../api/cases.ts';
import { download, get, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { count, instant } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Docked, Drawer } from '../../parts/drawer.tsx';
import { useListView } from '../../parts/list-view.tsx';
import type { Words } from '../../parts/list-words.ts';
import { PageHead } from '../../parts/page.tsx';
import { Choice, Sentence } from '../../parts/sentence.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import { Refusal } from '../../parts/wrong.tsx';
import { MakeChannel } from './make-channel.tsx';
import './channels.css';

/** What the address says while a code is being made. */
const making = 'new';
const kept = ['state'] as const;

/** QR codes of managers and products: who came through which, and a new one. */
export function Channels() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const search = useWords(...kept, 'open', 'view', 'columns');
  const go = (next: Words): void => void navigate({ to: '/channels', search: next, replace: true });
  const change = (next: Words): void => go({ ...search, ...next });
  const list = useQuery({ queryKey: ['channels'], queryFn: () => get(channelList, addresses.channels) });
  const rows = (list.data?.items ?? []).filter(
    (row) => search.state === undefined || (row.revoked_at === null) === (search.state === 'in_use'),
  );
  const placeOf = usePlaces(rows.map((row) => row.grid_code));
  const view = useListView<Channel>({ list: 'channels', columns: useColumns(placeOf), words: kept, search, onChange: change, onOpen: go });
  const opened = rows.find((row) => row.code === search.open);
  const mayMake = me.may('lending.channels');
  const close = (): void => change({ open: undefined });
  const add = mayMake && (
    <button type="button" className="btn pri" onClick={() => change({ open: making })}>
      {t('channels.make')}
    </button>
  );
  const inUse = (list.data?.items ?? []).filter((row) => row.revoked_at === null).length;
  return (
    <>
      <PageHead
        title={t('shell.nav.channels')}
        notes={
          list.data !== undefined && (
            <span>
              <b className="n20">{count(inUse)}</b> {t('channels.inUse')}
            </span>
          )
        }
        actions={add}
      />
      <Sentence right={view.control}>
        {t('channels.sentence')}
        <Choice
          label={t('channels.column.state')}
          value={search.state ?? ''}
          options={[
            { value: '', text: t('list.all') },
            { value: 'in_use', text: t('channels.state.in_use') },
            { value: 'revoked', text: t('channels.state.revoked') },
          ]}
          onChange={(state) => change({ state: state === '' ? undefined : state, open: undefined })}
        />
        {t('channels.sentenceEnd')}
      </Sentence>
      <Docked
        list={
          list.isError ? (
            <Failure problem={list.error} retry={() => void list.refetch()} />
          ) : list.isPending ? (
            <Bones rows={10} />
          ) : rows.length === 0 ? (
            <Empty title={t('channels.none')} action={add || undefined}>
              {t('channels.noneNext')}
            </Empty>
          ) : (
            <Table
              label={t('shell.nav.channels')}
              tall
              columns={view.shown}
              rows={rows}
              rowKey={(row) => row.code}
              openKey={search.open}
              onOpen={(row) => change({ open: row.code })}
            />
          )
        }
        drawer={
          search.open === making && mayMake ? (
            <MakeChannel onClose={close} onMade={(code) => change({ open: code, state: undefined })} />
          ) : opened === undefined ? null : (
            <ChannelDrawer key={opened.code} channel={opened} place={placeOf(opened.grid_code)} onClose={close} />
          )
        }
      />
    </>
  );
}

function useColumns(placeOf: (code: string) => string | null): Column<Channel>[] {
  const { t } = useTranslation();
  const language = spoken();
  return [
    {
      key: 'product',
      head: t('channels.column.product'),
      fixed: true,
      cell: (row) => (
        <>
          {row.product.name[language]}
          <small className="mono">{row.code}</small>
        </>
      ),
    },
    { key: 'kind', head: t('channels.column.kind'), cell: (row) => t(`channels.kind.${row.kind}`) },
    { key: 'staff', head: t('channels.column.staff'), cell: (row) => row.staff?.name ?? <Unknown why={t('channels.ofBranch')} /> },
    { key: 'place', head: t('channels.column.place'), cell: (row) => placeOf(row.grid_code) ?? row.grid_code },
    { key: 'applications', head: t('channels.column.applications'), num: true, cell: (row) => count(row.applications) },
    { key: 'approved', head: t('channels.column.approved'), num: true, cell: (row) => count(row.approved) },
    { key: 'note', head: t('channels.column.note'), wrap: true, cell: (row) => row.note ?? '' },
    {
      key: 'state',
      head: t('channels.column.state'),
      cell: (row) => (
        <span className={row.revoked_at === null ? 'tag ok' : 'tag'}>
          {t(`channels.state.${row.revoked_at === null ? 'in_use' : 'revoked'}`)}
        </span>
      ),
    },
    {
      key: 'created',
      head: t('channels.column.created'),
      cell: (row) => <span className="t3">{instant(row.created_at).slice(0, 10)}</span>,
    },
  ];
}

function ChannelDrawer({ channel, place, onClose }: { channel: Channel; place: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const language = spoken();
  const [isSure, setSure] = useState(false);
  const [isCopied, setCopied] = useState(false);
  const picture = addresses.picture.replace(':code', channel.code);
  const link = `${window.location.origin}/apply/${channel.code}`;
  const isRevoked = channel.revoked_at !== null;
  const mayRevoke = me.may('lending.channels') && !isRevoked && (channel.staff?.staff_id === me.staffId || me.may('process.supervise'));
  const revoke = useMutation({
    mutationFn: () => send(z.unknown(), 'POST', addresses.revoke.replace(':code', channel.code)),
    onSuccess: () => client.invalidateQueries({ queryKey: ['channels'] }),
  });
  const save = useMutation({ mutationFn: () => download(picture, {}, `${channel.code}.svg`) });
  const copy = useMutation({ mutationFn: () => navigator.clipboard.writeText(link), onSuccess: () => setCopied(true) });
  const problem = revoke.error ?? save.error ?? copy.error;
  return (
    <Drawer
      title={channel.product.name[language]}
      notes={<span className="t3 sm mono">{channel.code}</span>}
      onClose={onClose}
      actions={
        <>
          <Refusal problem={problem} />
          <p>{isRevoked ? t('channels.revokedOn', { at: instant(channel.revoked_at) }) : t('channels.stays')}</p>
          {mayRevoke && (
            <button
              type="button"
              className="btn no"
              disabled={revoke.isPending}
              onClick={isSure ? () => revoke.mutate() : () => setSure(true)}
            >
              {isSure ? t('channels.revokeSure') : t('channels.revoke')}
            </button>
          )}
          <span className="grow" />
          <button type="button" className="btn" disabled={save.isPending} onClick={() => save.mutate()}>
            {t('channels.save')}
          </button>
          <button type="button" className="btn" onClick={() => window.print()}>
            {t('channels.print')}
          </button>
          <button type="button" className="btn pri" disabled={isRevoked} onClick={() => copy.mutate()}>
            {isCopied ? t('channels.copied') : t('channels.copy')}
          </button>
        </>
      }
    >
      <figure className={isRevoked ? 'qr revoked' : 'qr'}>
        <img src={picture} alt={t('channels.pictureOf', { product: channel.product.name[language] })} width={240} height={240} />
        <figcaption>
          <b>{channel.product.name[language]}</b>
          {channel.staff?.name ?? t('channels.ofBranch')} · {place ?? channel.grid_code}
          <span className="t3 sm link-text">{link}</span>
        </figcaption>
      </figure>
      <h3>{t('channels.through')}</h3>
      <dl className="three">
        <div>
          <dt>{t('channels.column.applications')}</dt>
          <dd>{count(channel.applications)}</dd>
        </div>
        <div>
          <dt>{t('channels.column.approved')}</dt>
          <dd>{count(channel.approved)}</dd>
        </div>
      </dl>
      <dl className="kv later">
        <dt>{t('channels.column.kind')}</dt>
        <dd>{t(`channels.kind.${channel.kind}`)}</dd>
        <dt>{t('channels.column.created')}</dt>
        <dd>{instant(channel.created_at)}</dd>
        <dt>{t('channels.column.note')}</dt>
        <dd>{channel.note ?? <Unknown />}</dd>
      </dl>
    </Drawer>
  );
}
