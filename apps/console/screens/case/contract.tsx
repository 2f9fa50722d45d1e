import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { addresses, contractView, type ApplicationPage, type ContractPage } from '#modules/lending/contract.ts';
import { download, get } from '../../api/client.ts';
import { useCodes } from '../../codes.ts';
import { instant, yuan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Bones, Empty, Failure, problemText } from '../../parts/states.tsx';
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
        <Signed contract={contract} />
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

function Signed({ contract }: { contract: ContractPage }) {
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
        <dt>{t('cases.contract.signedAt')}</dt>
        <dd>{contract.signed_at === null ? '—' : instant(contract.signed_at)}</dd>
        <dt>{t('cases.fact.internet')}</dt>
        <dd>{contract.is_internet_loan === null ? '—' : t(contract.is_internet_loan ? 'cases.isInternet' : 'cases.notInternet')}</dd>
        <dt>{t('cases.contract.signers')}</dt>
        <dd>
          {contract.signers.length === 0
            ? '—'
            : contract.signers
                .map(({ field, has_certificate: isCertified }) =>
                  t(isCertified ? 'cases.contract.signer' : 'cases.contract.signerOpen', { who: t(`cases.contract.field.${field}`) }),
                )
                .join(t('list.comma'))}
        </dd>
        <dt>{t('cases.contract.spouse')}</dt>
        <dd>{contract.needs_spouse ? (contract.spouse_phone_masked ?? t('cases.contract.spouseOpen')) : t('cases.contract.notNeeded')}</dd>
        <dt>{t('cases.contract.recording')}</dt>
        <dd>
          <Recordings contract={contract} />
        </dd>
        <dt>{t('cases.contract.evidence')}</dt>
        <dd className="mono hash">{contract.evidence_hash ?? '—'}</dd>
      </dl>
    </>
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
  const { t, i18n } = useTranslation();
  const save = useMutation({
    mutationFn: ({ name }: Paper) => download(addresses.signedPaper.replace(':id', id).replace(':name', name), {}, `${id}-${name}.pdf`),
  });
  return (
    <>
      <h3>{t('cases.contract.papers')}</h3>
      {save.isError && (
        <p className="bad sm" role="alert">
          {problemText(save.error, i18n.language === 'en')}
        </p>
      )}
      <div className="wide">
        <table className="dt flush" aria-label={t('cases.contract.papers')}>
          <thead>
            <tr>
              <th>{t('cases.contract.paper')}</th>
              <th>{t('cases.contract.read')}</th>
              <th>{t('cases.contract.signedBy')}</th>
              <th>{t('cases.contract.hash')}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {papers.map((paper) => (
              <tr key={paper.name}>
                <td>
                  {t(`cases.contract.name.${paper.name}`)} <small className="t3">{t('cases.contract.pages', { count: paper.pages })}</small>
                </td>
                <td>{readingOf(paper) ?? t('cases.contract.notRead')}</td>
                <td>{paper.signed_by.map((field) => t(`cases.contract.field.${field}`)).join(t('list.comma')) || '—'}</td>
                <td className="mono" title={paper.signed_hash ?? paper.hash}>
                  {(paper.signed_hash ?? paper.hash).slice(0, 12)}
                </td>
                <td>
                  {paper.signed_hash !== null && (
                    <button
                      type="button"
                      className="link"
                      disabled={save.isPending}
                      aria-label={t('cases.contract.take', { name: t(`cases.contract.name.${paper.name}`) })}
                      onClick={() => save.mutate(paper)}
                    >
                      PDF
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** From opening to confirming, beside what is asked; null before it was confirmed. */
function readingOf({ opened_at: opened, confirmed_at: confirmed, reading_seconds: asked }: Paper): string | null {
  if (opened === null || confirmed === null) return null;
  const seconds = Math.round((Date.parse(confirmed) - Date.parse(opened)) / 1000);
  return `${instant(confirmed).slice(5)} · ${seconds} ≥ ${asked} s`;
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
          <Link to="/facilities/$id" params={{ id: facilityId }} className="mono">
            {facilityId}
          </Link>
        )}
      </h3>
      {draws.length === 0 ? (
        <p className="t3 sm">{t('cases.contract.noDraws')}</p>
      ) : (
        <div className="wide">
          <table className="dt flush" aria-label={t('cases.contract.draws')}>
            <thead>
              <tr>
                <th>{t('cases.contract.asked')}</th>
                <th className="num">
                  {t('facility.column.amount')}
                  <span className="unit">{`，${t('unit.yuan')}`}</span>
                </th>
                <th>{t('facility.column.purpose')}</th>
                <th>{t('facility.column.account')}</th>
                <th>{t('facility.column.state')}</th>
                <th>{t('cases.contract.loan')}</th>
              </tr>
            </thead>
            <tbody>
              {draws.map((draw) => (
                <tr key={draw.draw_id}>
                  <td>{instant(draw.asked_at).slice(5)}</td>
                  <td className="num strong">{yuan(draw.amount_fen)}</td>
                  <td title={draw.said ?? undefined}>{draw.purpose[language]}</td>
                  <td>
                    {t(draw.is_entrusted ? 'cases.contract.toSeller' : 'cases.contract.toSelf')}{' '}
                    <span className="mono">{draw.account_masked ?? ''}</span>
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
        </div>
      )}
    </>
  );
}
