import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { addresses, contractView, type ApplicationPage, type ContractPage } from '#modules/lending/contract.ts';
import { download, get } from '../../api/client.ts';
import { useCodes } from '../../codes.ts';
import { instant, percentOfPpm, wan, yuan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import { Refusal } from '../../parts/wrong.tsx';
import './contract.css';

type Paper = ContractPage['papers'][number];
type Draw = ContractPage['draws'][number];

/** What was signed and by whom, what proves it, and what was drawn on it. Looking at it is kept in the audit trail: it is read when it is opened. */
export function Contract({ application }: { application: ApplicationPage }) {
  const { t } = useTranslation();
  const id = application.application_id;
  const view = useQuery({
    queryKey: ['application', id, 'contract'],
    queryFn: () => get(contractView, addresses.contract.replace(':id', id)),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (view.isError) return <Failure problem={view.error} retry={() => void view.refetch()} inside />;
  if (view.data === undefined) {
    return (
      <section className="sec">
        <Bones rows={8} />
      </section>
    );
  }
  const { contract } = view.data;
  if (contract === null) return <Empty title={t('cases.contract.none')} />;
  return (
    <>
      <section className="sec">
        <Signed contract={contract} offer={application.offer} />
      </section>
      <section className="sec">
        <Papers id={id} papers={contract.papers} />
      </section>
      <section className="sec">
        <Draws draws={contract.draws} facilityId={contract.facility_id} />
      </section>
    </>
  );
}

function Signed({ contract, offer }: { contract: ContractPage; offer: ApplicationPage['offer'] }) {
  const { t } = useTranslation();
  const isSigned = contract.state === 'signed';
  return (
    <>
      <h3>
        {t('cases.contract.title')}
        <small className="mono">{contract.contract_id}</small>
        <span className={isSigned ? 'tag ok' : 'tag warn'}>{t(`cases.contract.state.${contract.state}`)}</span>
      </h3>
      <dl className="contract-facts">
        <dt>{t('cases.contract.limit')}</dt>
        <dd>{offer === null ? <Unknown /> : t('cases.contract.limitOf', { amount: wan(offer.limit_fen) })}</dd>
        <dt>{t('cases.rate')}</dt>
        <dd>{offer === null ? <Unknown /> : `${percentOfPpm(offer.rate_ppm)} %`}</dd>
        <dt>{t('cases.contract.signedAt')}</dt>
        <dd>{contract.signed_at === null ? t('cases.contract.notSigned') : instant(contract.signed_at)}</dd>
        <dt>{t('cases.fact.internet')}</dt>
        <dd>
          {contract.is_internet_loan === null ? <Unknown /> : t(contract.is_internet_loan ? 'cases.isInternet' : 'cases.notInternet')}
        </dd>
        <dt>{t('cases.contract.signers')}</dt>
        <dd>
          <Signers contract={contract} />
        </dd>
        <dt>{t('cases.contract.recording')}</dt>
        <dd>
          <Recordings contract={contract} />
        </dd>
        <dt>{t('cases.contract.evidence')}</dt>
        <dd className="mono hash">{contract.evidence_hash ?? t('cases.contract.evidenceOpen')}</dd>
      </dl>
    </>
  );
}

/** Everybody who has to sign, in the order of the paper: what is still missing is said, not left out. */
function Signers({ contract }: { contract: ContractPage }) {
  const { t } = useTranslation();
  const due = (['borrower', 'spouse', 'bank'] as const).filter((field) => field !== 'spouse' || contract.needs_spouse);
  const phone = contract.spouse_phone_masked ?? t('cases.contract.spouseOpen');
  return (
    <ul>
      {due.map((field) => {
        const made = contract.signers.find((one) => one.field === field);
        return (
          <li key={field}>
            {t(`cases.contract.field.${field}`)}
            {field === 'spouse' && <span className="t3"> {phone}</span>}{' '}
            {made === undefined ? (
              <span className="warn">{t('cases.contract.signerNone')}</span>
            ) : (
              <span className={made.has_certificate ? 't3' : 'warn'}>
                {t(made.has_certificate ? 'cases.contract.signer' : 'cases.contract.signerOpen', {
                  at: instant(made.intended_at).slice(5),
                })}
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Recordings({ contract }: { contract: ContractPage }) {
  const { t } = useTranslation();
  if (contract.recordings.length === 0) return t(contract.needs_recording ? 'cases.contract.recordingOpen' : 'cases.contract.notNeeded');
  return contract.recordings.map((one) => (
    <span key={one.recording_id} title={one.hash}>
      {t('cases.contract.recorded', { id: one.recording_id, who: one.noted_by, at: instant(one.noted_at) })}
    </span>
  ));
}

/** How long each was read, who signed it, and the paper itself once it is signed. */
function Papers({ id, papers }: { id: string; papers: readonly Paper[] }) {
  const { t } = useTranslation();
  const save = useMutation({
    mutationFn: ({ name }: Paper) => download(addresses.signedPaper.replace(':id', id).replace(':name', name), {}, `${id}-${name}.pdf`),
  });
  return (
    <>
      <h3>{t('cases.contract.papers')}</h3>
      <Refusal problem={save.error} small />
      <table className="dt flush papers" aria-label={t('cases.contract.papers')}>
        <thead>
          <tr>
            <th>{t('cases.contract.paper')}</th>
            <th>{t('cases.contract.read')}</th>
            <th>{t('cases.contract.signedBy')}</th>
            <th className="hash">{t('cases.contract.hash')}</th>
          </tr>
        </thead>
        <tbody>
          {papers.map((paper) => (
            <tr key={paper.name}>
              <td className="wrap">
                <Name paper={paper} isBusy={save.isPending} take={() => save.mutate(paper)} />
                <small>{t('cases.contract.pages', { count: paper.pages })}</small>
              </td>
              <td className="wrap">
                <Reading paper={paper} />
              </td>
              <td className="wrap">{paper.signed_by.map((field) => t(`cases.contract.field.${field}`)).join(t('list.comma')) || '—'}</td>
              <td className="mono hash" title={paper.signed_hash ?? paper.hash}>
                {(paper.signed_hash ?? paper.hash).slice(0, 16)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** A signed paper is opened by its name. */
function Name({ paper, isBusy, take }: { paper: Paper; isBusy: boolean; take: () => void }) {
  const { t } = useTranslation();
  const name = t(`cases.contract.name.${paper.name}`);
  if (paper.signed_hash === null) return name;
  return (
    <button type="button" className="link" disabled={isBusy} aria-label={t('cases.contract.take', { name })} onClick={take}>
      {name}
    </button>
  );
}

/** From opening to confirming, beside what is asked. */
function Reading({ paper: { opened_at: opened, confirmed_at: confirmed, reading_seconds: asked } }: { paper: Paper }) {
  const { t } = useTranslation();
  if (opened === null || confirmed === null) return <span className="warn">{t('cases.contract.notRead')}</span>;
  const seconds = Math.round((Date.parse(confirmed) - Date.parse(opened)) / 1000);
  return (
    <>
      {instant(confirmed).slice(5)}
      <small>{t('cases.contract.readFor', { seconds, asked })}</small>
    </>
  );
}

const tones = { reserved: 'tag warn', sent: 'tag warn', unknown: 'tag warn', confirmed: 'tag ok', failed: 'tag bad' } as const;

function Draws({ draws, facilityId }: { draws: readonly Draw[]; facilityId: string | null }) {
  const { t } = useTranslation();
  const code = useCodes();
  const language = spoken();
  return (
    <>
      <h3>
        {t('cases.contract.draws')}
        {facilityId !== null && (
          <Link to="/facilities/$id" params={{ id: facilityId }}>
            {t('cases.contract.facility', { id: facilityId })}
          </Link>
        )}
      </h3>
      {draws.length === 0 ? (
        <p className="t3 sm">{t('cases.contract.noDraws')}</p>
      ) : (
        <table className="dt flush draws" aria-label={t('cases.contract.draws')}>
          <thead>
            <tr>
              <th>{t('cases.contract.asked')}</th>
              <th className="num">
                {t('facility.column.amount')}
                <span className="unit">{`，${t('unit.yuan')}`}</span>
              </th>
              <th>{t('cases.contract.usedFor')}</th>
              <th>{t('facility.column.state')}</th>
              <th>{t('cases.contract.loan')}</th>
            </tr>
          </thead>
          <tbody>
            {draws.map((draw) => (
              <tr key={draw.draw_id}>
                <td className="wrap">{instant(draw.asked_at).slice(5)}</td>
                <td className="num strong">{yuan(draw.amount_fen)}</td>
                <td className="wrap" title={draw.said ?? undefined}>
                  {draw.purpose[language]}
                  <small>
                    {t(draw.is_entrusted ? 'cases.contract.toSeller' : 'cases.contract.toSelf')}{' '}
                    <span className="mono">{draw.account_masked ?? ''}</span>
                  </small>
                </td>
                <td>
                  {draw.state === null ? (
                    <span className={draw.asked === 'refused' ? 'tag bad' : 'tag'}>{t(`cases.contract.drawState.${draw.asked}`)}</span>
                  ) : (
                    <span className={tones[draw.state]}>{code('drawdownState', draw.state)}</span>
                  )}
                </td>
                <td>
                  {draw.loan_id === null ? (
                    '—'
                  ) : (
                    <Link to="/loans/$id" params={{ id: draw.loan_id }} className="mono">
                      {draw.loan_id}
                    </Link>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
