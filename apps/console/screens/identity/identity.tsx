import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useWords } from '../../address.ts';
import { candidate, candidateList, candidateStates, type Candidate } from '#modules/intake/contract.ts';
import { get, send } from '../../api/client.ts';
import { useCodes } from '../../codes.ts';
import { count } from '../../format.ts';
import { useKeys } from '../../parts/keys.ts';
import { PageHead } from '../../parts/page.tsx';
import { Choice, Sentence } from '../../parts/sentence.tsx';
import { Bones, Empty, Failure, problemText } from '../../parts/states.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import './identity.css';

const pageSize = 20;

/** Pairs of records that may be one person: side by side, what agrees and what differs, one press to decide. */
export function Identity() {
  const { t } = useTranslation();
  const code = useCodes();
  const navigate = useNavigate();
  const search = useWords('state');
  const state = search.state ?? 'open';
  const [offset, setOffset] = useState(0);
  const list = useQuery({
    queryKey: ['candidates', state, offset],
    queryFn: () => get(candidateList, '/api/v1/identity/candidates', { state, limit: pageSize, offset }),
  });
  const total = list.data?.total ?? 0;
  return (
    <>
      <PageHead title={t('shell.nav.identity')} notes={<span className="t2">{t('identity.lead')}</span>} />
      <Sentence right={<span>{t('identity.total', { count: total })}</span>}>
        {t('identity.look')}
        <Choice
          label={t('loads.column.state')}
          value={state}
          options={candidateStates.map((value) => ({ value, text: code('candidateState', value) }))}
          onChange={(next) => {
            setOffset(0);
            void navigate({ to: '/identity', search: { state: next }, replace: true });
          }}
        />
      </Sentence>
      {list.isError && <Failure problem={list.error} retry={() => void list.refetch()} />}
      {list.isPending && (
        <div className="sec">
          <Bones rows={8} />
        </div>
      )}
      {list.data?.items.length === 0 && <Empty title={t('identity.none')}>{t('identity.noneNext')}</Empty>}
      {list.data !== undefined && list.data.items.length > 0 && <Pairs items={list.data.items} />}
      {total > pageSize && (
        <div className="pg">
          <span>{t('list.range', { from: count(offset + 1), to: count(Math.min(total, offset + pageSize)), total: count(total) })}</span>
          <span>
            <button type="button" disabled={offset === 0} onClick={() => setOffset(offset - pageSize)}>
              ‹ {t('list.previous')}
            </button>
            <button type="button" disabled={offset + pageSize >= total} onClick={() => setOffset(offset + pageSize)}>
              {t('list.next')} ›
            </button>
          </span>
        </div>
      )}
    </>
  );
}

function Pairs({ items }: { items: readonly Candidate[] }) {
  const [at, setAt] = useState(0);
  useKeys({ j: () => setAt(Math.min(items.length - 1, at + 1)), k: () => setAt(Math.max(0, at - 1)) });
  return (
    <ol className="pairs">
      {items.map((item, index) => (
        <Pair key={item.id} item={item} here={index === at} />
      ))}
    </ol>
  );
}

const compared = ['name', 'id_masked', 'birth_date', 'sex', 'phone_masked', 'address', 'grid_code'] as const;
const fieldOf: Record<(typeof compared)[number], readonly string[]> = {
  name: ['name'],
  id_masked: ['id_no', 'id'],
  birth_date: ['birth_date'],
  sex: ['sex'],
  phone_masked: ['phone'],
  address: ['address'],
  grid_code: ['grid', 'grid_code', 'village'],
};

function Pair({ item, here }: { item: Candidate; here: boolean }) {
  const { t, i18n } = useTranslation();
  const code = useCodes();
  const client = useQueryClient();
  const decide = useMutation({
    mutationFn: (decision: 'same' | 'different') =>
      send(candidate, 'POST', `/api/v1/identity/candidates/${item.id}/decision`, { decision }),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['candidates'] }),
  });
  const mark = (field: (typeof compared)[number]): string => {
    const names = fieldOf[field];
    if (names.some((name) => item.differing.includes(name))) return 'warn';
    return names.some((name) => item.agreeing.includes(name)) ? 'ok' : '';
  };
  return (
    <li className={here ? 'at' : ''}>
      <table className="dt flush">
        <thead>
          <tr>
            <th />
            {compared.map((field) => (
              <th key={field}>{t(`identity.field.${field}`)}</th>
            ))}
            <th>{t('identity.sources')}</th>
          </tr>
        </thead>
        <tbody>
          {(['left', 'right'] as const).map((side) => (
            <tr key={side}>
              <td className="t3">{t(`identity.${side}`)}</td>
              {compared.map((field) => (
                <td key={field} className={`${field === 'address' ? 'wrap address' : ''} ${mark(field)}`.trim()}>
                  {field === 'sex' ? code('sex', item[side].sex) : (item[side][field] ?? <Unknown why="not_on_file" />)}
                </td>
              ))}
              <td className="t3 wrap src">{item[side].sources.join('、')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {item.state === 'open' ? (
        <p className="decide-pair">
          {decide.isError && <span className="bad sm">{problemText(decide.error, i18n.language === 'en')}</span>}
          <button type="button" className="btn" disabled={decide.isPending} onClick={() => decide.mutate('different')}>
            {t('codes.candidateState.different')}
          </button>
          <button type="button" className="btn pri" disabled={decide.isPending} onClick={() => decide.mutate('same')}>
            {t('codes.candidateState.same')}
          </button>
        </p>
      ) : (
        <p className="decide-pair t3 sm">
          {code('candidateState', item.state)} {item.decided_by} {item.decided_at?.slice(0, 10)}
        </p>
      )}
    </li>
  );
}
