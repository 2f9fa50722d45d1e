import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useWords } from '../../address.ts';
import { dataClassText, sourceList, type Source } from '#modules/intake/contract.ts';
import { get } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { count, instant } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Docked, Drawer } from '../../parts/drawer.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Bones, Failure } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import { ProposeContract } from './propose-contract.tsx';
import './sources.css';

/** Every source contract: what a file must look like before a row of it is believed. */
export function Sources() {
  const { t } = useTranslation();
  const { open } = useWords('open');
  const navigate = useNavigate();
  const list = useQuery({ queryKey: ['sources'], queryFn: () => get(sourceList, '/api/v1/sources') });
  const show = (name: string | undefined): void => void navigate({ to: '/sources', search: { open: name }, replace: true });
  const opened = list.data?.items.find((one) => one.source === open);
  return (
    <>
      <PageHead
        title={t('shell.nav.sources')}
        notes={list.data !== undefined && <span className="t2">{t('sources.lead', { count: list.data.items.length })}</span>}
      />
      <Docked
        list={
          list.isError ? (
            <Failure problem={list.error} retry={() => void list.refetch()} />
          ) : list.data === undefined ? (
            <Bones rows={16} />
          ) : (
            <Table
              label={t('shell.nav.sources')}
              columns={columnsOf(t)}
              rows={list.data.items}
              rowKey={(row) => row.source}
              openKey={open}
              onOpen={(row) => show(row.source)}
            />
          )
        }
        drawer={opened === undefined ? null : <SourceDrawer key={opened.source} source={opened} onClose={() => show(undefined)} />}
      />
    </>
  );
}

function columnsOf(t: TFunction): Column<Source>[] {
  const language = spoken();
  return [
    { key: 'name', head: t('sources.name'), cell: (row) => <b>{row.name[language]}</b> },
    { key: 'source', head: t('sources.code'), cell: (row) => <span className="mono t3">{row.source}</span> },
    { key: 'class', head: t('sources.class'), cell: (row) => dataClassText[row.class][language] },
    { key: 'channel', head: t('sources.channel'), cell: (row) => t(`codes.channel.${row.channel}`) },
    { key: 'encoding', head: t('sources.encoding'), cell: (row) => row.encodings.join(' / ') },
    { key: 'modes', head: t('sources.modes'), cell: (row) => row.modes.map((mode) => t(`codes.mode.${mode}`)).join(' / ') },
    { key: 'columns', head: t('sources.columns'), num: true, cell: (row) => count(row.columns.length) },
    { key: 'version', head: t('sources.version'), num: true, cell: (row) => `v${row.version}` },
    { key: 'latest', head: t('sources.latest'), cell: (row) => row.latest ?? <Unknown why={t('loads.notDelivered')} /> },
  ];
}

function SourceDrawer({ source, onClose }: { source: Source; onClose: () => void }) {
  const { t } = useTranslation();
  const code = useCodes();
  const me = useMe();
  const language = spoken();
  return (
    <Drawer title={source.name[language]} notes={<span className="t3 mono">{source.source}</span>} onClose={onClose}>
      <dl className="kv two source-facts">
        <dt>{t('sources.class')}</dt>
        <dd>{dataClassText[source.class][language]}</dd>
        <dt>{t('sources.channel')}</dt>
        <dd>{code('channel', source.channel)}</dd>
        <dt>{t('sources.subject')}</dt>
        <dd className="mono">{source.subject}</dd>
        <dt>{t('sources.priority')}</dt>
        <dd>{source.priority}</dd>
        <dt>{t('sources.key')}</dt>
        <dd className="mono">{source.key.join(', ')}</dd>
        <dt>{t('sources.version')}</dt>
        <dd>
          v{source.version} <span className="t3">{instant(source.published_at)}</span> {source.published_by}
        </dd>
      </dl>
      <h3>{t('sources.columnList', { count: source.columns.length })}</h3>
      <table className="dt flush">
        <thead>
          <tr>
            <th>{t('sources.field')}</th>
            <th>{t('sources.as')}</th>
            <th>{t('sources.type')}</th>
            <th>{t('sources.required')}</th>
            <th>{t('sources.personal')}</th>
          </tr>
        </thead>
        <tbody>
          {source.columns.map((column) => (
            <tr key={column.as}>
              <td className="mono">{column.field}</td>
              <td className="mono">{column.as}</td>
              <td>{column.type}</td>
              <td>{column.required ? t('list.yes') : ''}</td>
              <td>{column.personal && <span className="tag warn">{t('sources.masked')}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ProposeContract source={source.source} mayPropose={me.may('intake.propose')} />
    </Drawer>
  );
}
