import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  addresses,
  drawdownList,
  facility as facilityContract,
  loanList,
  type Drawdown,
  type Facility as FacilityPage,
  type LoanList,
} from '#modules/servicing/contract.ts';
import { useAddress, useWords } from '../../address.ts';
import { get } from '../../api/client.ts';
import { useRequestKeys } from '../../api/request-key.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { wan } from '../../format.ts';
import { useKeys } from '../../parts/keys.ts';
import { Figure, PageHead, Section } from '../../parts/page.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import { Proposed, Waiting } from '../../parts/waiting.tsx';
import { loanColumns } from '../loans/columns.tsx';
import { ChangeFacilityDrawer, FacilityChanges } from './change-facility.tsx';
import { DrawDialog } from './draw.tsx';
import { Drawdowns } from './drawdowns.tsx';
import { FacilityTag } from './facility-tag.tsx';
import { LimitBar } from './limit-bar.tsx';
import { changesOffered, type FacilityChange } from './typed-facility.ts';

/** A payment under way is looked after this often, and a draw that waits for a second person. */
const everyMilliseconds = 1500;
const openStates: ReadonlySet<Drawdown['state']> = new Set(['reserved', 'sent', 'unknown']);
const isOpen = (drawdown: Drawdown): boolean => openStates.has(drawdown.state);

/** One facility: what is left of it, what was drawn, and what became of each payment. */
export function Facility() {
  const id = useAddress('id');
  const [asked, setAsked] = useState<Asked | null>(null);
  const drawdowns = useQuery({
    queryKey: ['facility', id, 'drawdowns'],
    queryFn: () => get(drawdownList, addresses.drawdowns.replace(':id', id)),
    refetchInterval: ({ state: { data } }) => {
      const isAwaited = asked !== null && data?.items.length === asked.drawdowns;
      return isAwaited || data?.items.some(isOpen) === true ? everyMilliseconds : false;
    },
  });
  // Read anew whenever a payment has come to its end.
  const settled = drawdowns.data?.items.filter((one) => !isOpen(one)).length ?? 0;
  const page = useQuery({
    queryKey: ['facility', id, 'page', settled],
    queryFn: () => get(facilityContract, addresses.facility.replace(':id', id)),
    placeholderData: (before) => before,
  });
  const loans = useQuery({
    queryKey: ['facility', id, 'loans', settled],
    queryFn: () => get(loanList, addresses.loans, { facility_id: id, limit: 200 }),
    placeholderData: (before) => before,
  });
  const failed = [page, drawdowns, loans].find((one) => one.isError);
  if (failed !== undefined) return <Failure problem={failed.error} retry={() => void failed.refetch()} />;
  if (page.data === undefined || drawdowns.data === undefined || loans.data === undefined) {
    return (
      <div className="sec">
        <Bones rows={12} />
      </div>
    );
  }
  return (
    <Sheet
      key={id}
      facility={page.data}
      drawdowns={drawdowns.data.items}
      loans={loans.data}
      asked={asked}
      onAsked={(proposal) => setAsked({ proposal, drawdowns: drawdowns.data.items.length })}
    />
  );
}

/** A draw that was proposed here, and how many there were when it was. */
interface Asked {
  readonly proposal: string;
  readonly drawdowns: number;
}

function Sheet({
  facility,
  drawdowns,
  loans,
  asked,
  onAsked,
}: {
  facility: FacilityPage;
  drawdowns: readonly Drawdown[];
  loans: LoanList;
  asked: Asked | null;
  onAsked: (proposalId: string) => void;
}) {
  const { t } = useTranslation();
  const me = useMe();
  const code = useCodes();
  const navigate = useNavigate();
  const keys = useRequestKeys();
  const [isDrawing, setDrawing] = useState(false);
  const [changed, setChanged] = useState<Changed | null>(null);
  const client = useQueryClient();
  const words = useWords('do');
  const doing = me.may('servicing.amend') ? changesOffered(facility).find((change) => change === words.do) : undefined;
  /** The drawer that is open stands in the address. */
  const choose = (change: FacilityChange | undefined): void =>
    void navigate({ to: '/facilities/$id', params: { id: facility.facility_id }, search: { do: change }, replace: true });
  useKeys({ Escape: () => void navigate({ to: '/facilities' }) });
  const open = drawdowns.filter(isOpen).length;
  const name = facility.person_name;
  // What is told of the next step is told to whoever can take it.
  const canDraw = me.may('servicing.draw') && facility.available_fen !== '0';
  return (
    <div className="facility">
      <PageHead
        way={[{ text: t('shell.nav.credit') }, { text: t('shell.nav.facilities'), to: '/facilities' }, { text: facility.facility_id }]}
        title={name === null ? t('facility.unnamed', { id: facility.facility_id }) : t('facility.title', { name })}
        notes={
          <>
            <FacilityTag standing={facility.standing} />
            <span className="t2">{facility.product}</span>
            <span className="t3">{t('credit.loan.businessDate', { date: loans.as_of })}</span>
          </>
        }
        actions={
          <>
            <FacilityChanges facility={facility} onChoose={choose} />
            {me.may('servicing.draw') && (
              <button type="button" className="btn pri" disabled={!canDraw} onClick={() => setDrawing(true)}>
                {t('facility.draw')}
              </button>
            )}
          </>
        }
      />
      {asked !== null && drawdowns.length === asked.drawdowns && <Proposed id={asked.proposal} what={t('facility.draw')} />}
      {changed !== null &&
        (changed.proposal === null ? (
          <p className="notice ok" role="status">
            {t('facility.change.frozen')}
          </p>
        ) : (
          <Proposed id={changed.proposal} what={code('facilityChange', changed.change)} />
        ))}
      <Waiting subject={facility.facility_id} />
      <Standing facility={facility} />
      <div className="row stack">
        <Section title={t(open > 0 ? 'facility.drawdownsOpen' : 'facility.drawdowns', { count: drawdowns.length, open })}>
          {drawdowns.length === 0 ? (
            <Empty title={t('facility.noDrawdowns')} inside>
              {canDraw ? t('facility.noDrawdownsNext') : undefined}
            </Empty>
          ) : (
            <Drawdowns drawdowns={drawdowns} />
          )}
        </Section>
      </div>
      <div className="row stack grow">
        <Section title={t('facility.loans', { count: loans.items.length })}>
          {loans.items.length === 0 ? (
            <Empty title={t('facility.noLoans')} inside>
              {canDraw ? t('facility.noLoansNext') : undefined}
            </Empty>
          ) : (
            <Table
              label={t('shell.nav.loans')}
              flush
              columns={loanColumns(t, code, { person: false })}
              rows={loans.items}
              rowKey={(row) => row.loan_id}
              onOpen={(row) => void navigate({ to: '/loans/$id', params: { id: row.loan_id } })}
            />
          )}
        </Section>
      </div>
      {doing !== undefined && (
        <ChangeFacilityDrawer
          key={doing}
          change={doing}
          facility={facility}
          businessDate={loans.as_of}
          onClose={() => choose(undefined)}
          onDone={(proposal) => {
            setChanged({ change: doing, proposal });
            choose(undefined);
            void client.invalidateQueries({ predicate: ({ queryKey }) => touched.has(String(queryKey[0])) });
          }}
        />
      )}
      {isDrawing && (
        <DrawDialog
          facility={facility}
          businessDate={loans.as_of}
          keys={keys}
          onClose={() => setDrawing(false)}
          onAsked={(proposalId) => {
            setDrawing(false);
            onAsked(proposalId);
          }}
        />
      )}
    </div>
  );
}

interface Changed {
  readonly change: FacilityChange;
  readonly proposal: string | null;
}

/** What a change of the facility shows elsewhere. */
const touched = new Set(['facility', 'facilities', 'changes', 'change']);

function Standing({ facility }: { facility: FacilityPage }) {
  const { t } = useTranslation();
  const code = useCodes();
  const why = facility.standing === 'active' ? (facility.available_fen === '0' ? 'nothing' : null) : facility.standing;
  return (
    <div className="standing-limit">
      <Figure
        label={t('facility.available')}
        value={wan(facility.available_fen)}
        unit={t('unit.wan')}
        note={t('facility.availableOf', { limit: wan(facility.limit_fen) })}
      />
      <div className="grow">
        <LimitBar facility={facility} />
        <ul className="keys limit-keys">
          {(['used', 'reserved', 'available'] as const).map((part) => (
            <li key={part}>
              <i className={part === 'available' ? 'free' : part} />
              {t(part === 'available' ? 'facility.free' : `facility.${part}`)} <b>{wan(facility[`${part}_fen`])}</b>
            </li>
          ))}
        </ul>
        {why !== null && <p className="warn sm">{t(`facility.cannot.${why}`)}</p>}
      </div>
      <dl className="kv agreed">
        <dt>{t('facility.person')}</dt>
        <dd>
          <Link to="/persons/$id" params={{ id: facility.person_id }}>
            {facility.person_name ?? <Unknown why="not_on_file" />}
          </Link>
        </dd>
        <dt>{t('facility.kind')}</dt>
        <dd>{code('facilityKind', facility.kind)}</dd>
        <dt>{t('facility.valid')}</dt>
        <dd>{t('facility.validOf', { from: facility.valid_from, to: facility.valid_to })}</dd>
      </dl>
    </div>
  );
}
