import { useTranslation } from 'react-i18next';
import { unknownReasonText, type PersonPage } from '#modules/population/contract.ts';
import { useCodes } from '../../codes.ts';
import { count, decimal, percentOfPpm, wan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Section } from '../../parts/page.tsx';
import { Known } from '../../parts/unknown.tsx';

type Cell = PersonPage['credit'][number];

/** Days past due as steps: paid, up to 30, up to 90, beyond; grey is a month without a loan. */
function shade(cell: Cell): string {
  if (cell.dpd === null) return 'none';
  if (cell.dpd <= 0) return 'paid';
  return cell.dpd <= 30 ? 'late' : cell.dpd <= 90 ? 'later' : 'bad';
}

function HeatStrip({ cells }: { cells: readonly Cell[] }) {
  const { t } = useTranslation();
  return (
    <ol className="heat" aria-label={t('person.credit24')}>
      {cells.map((cell) => (
        <li key={cell.month}>
          <i
            className={shade(cell)}
            title={`${cell.month} ${cell.dpd === null ? t('person.noLoanMonth') : t('person.dpd', { days: cell.dpd })}${cell.balance_fen === null ? '' : `，${wan(cell.balance_fen)} ${t('unit.wan')}`}`}
          >
            {cell.dpd !== null && cell.dpd > 0 ? cell.dpd : ''}
          </i>
          {cell.month.endsWith('-01') && <em>{cell.month.slice(0, 4)}</em>}
        </li>
      ))}
    </ol>
  );
}

export function Credit({ page }: { page: PersonPage }) {
  const { t } = useTranslation();
  const code = useCodes();
  const { credit, pboc, loans } = page;
  const late = credit.filter((cell) => (cell.dpd ?? 0) > 0).length;
  const active = credit.filter((cell) => cell.dpd !== null).length;
  const title = active === 0 ? t('person.creditNone') : late === 0 ? t('person.creditClean') : t('person.creditLate', { months: late });
  return (
    <Section title={title} note={t('person.credit24')}>
      <HeatStrip cells={credit} />
      {loans.length > 0 && (
        <table className="dt flush loans">
          <thead>
            <tr>
              <th>{t('person.loan.product')}</th>
              <th>{t('person.loan.end')}</th>
              <th className="num">{t('person.loan.balance')}</th>
              <th className="num">{t('person.loan.rate')}</th>
              <th>{t('person.loan.class')}</th>
            </tr>
          </thead>
          <tbody>
            {loans.slice(0, 4).map((loan) => (
              <tr key={loan.loan_no_masked}>
                <td title={loan.loan_no_masked}>
                  {code('product', loan.product)} <span className="t3">{code('guarantee', loan.guarantee_type)}</span>
                </td>
                <td>{loan.status === 'active' ? loan.end_day : code('loanStatus', loan.status)}</td>
                <td className="num strong">{wan(loan.balance_fen)}</td>
                <td className="num">{percentOfPpm(loan.rate_ppm)}</td>
                <td className={loan.class5 === 'normal' ? '' : 'warn'}>
                  {code('class5', loan.class5)}
                  {loan.dpd !== null && loan.dpd > 0 && ` ${t('person.dpd', { days: loan.dpd })}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Pboc pboc={pboc} reason={page.pboc_reason} />
    </Section>
  );
}

function Pboc({ pboc, reason }: { pboc: PersonPage['pboc']; reason: PersonPage['pboc_reason'] }) {
  const { t } = useTranslation();
  const code = useCodes();
  if (pboc === null) {
    return (
      <p className="t3 sm pboc-none">
        {t('person.pboc.none')}
        {reason !== null && `：${unknownReasonText[reason][spoken()]}`}
      </p>
    );
  }
  return (
    <>
      <h2 className="h2 later">
        {pboc.thin ? t('person.pboc.thin') : t('person.pboc.title')}
        <small>{t('list.asOf', { at: pboc.report_day })}</small>
      </h2>
      <dl className="kv two">
        <div className="pair">
          <dt>{t('person.pboc.loans')}</dt>
          <dd>
            <Known value={pboc.loan_fen} write={(fen) => `${wan(fen)} ${t('unit.wan')}`} />
            {pboc.lender_count !== null && <span className="t3 sm"> {t('person.pboc.lenders', { count: pboc.lender_count })}</span>}
          </dd>
        </div>
        <div className="pair">
          <dt>{t('person.pboc.queries')}</dt>
          <dd>
            <Known value={pboc.query_3m} write={count} />
          </dd>
        </div>
        <div className="pair">
          <dt>{t('person.pboc.overdue24')}</dt>
          <dd>
            <Known value={pboc.overdue_count_24m} write={count} />
          </dd>
        </div>
        <div className="pair">
          <dt>{t('person.pboc.card')}</dt>
          <dd>
            <Known value={pboc.card_utilisation} write={(use) => decimal(use)} />
          </dd>
        </div>
        <div className="pair">
          <dt>{t('person.pboc.age')}</dt>
          <dd>
            <Known value={pboc.credit_age_months} write={(months) => `${count(months)} ${t('unit.months')}`} />
          </dd>
        </div>
        <div className="pair">
          <dt>{t('person.pboc.worst')}</dt>
          <dd>{code('class5', pboc.worst_class5)}</dd>
        </div>
      </dl>
    </>
  );
}
