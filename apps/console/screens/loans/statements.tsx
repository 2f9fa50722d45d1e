import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { addresses, statementList, statementsAddress, type LoanPage, type Statement } from '#modules/servicing/contract.ts';
import { download, get } from '../../api/client.ts';
import { yuan } from '../../format.ts';
import { Bones, Failure } from '../../parts/states.tsx';
import { Refusal } from '../../parts/wrong.tsx';

const sumOf = (amounts: Readonly<Record<string, string>>): bigint => Object.values(amounts).reduce((sum, fen) => sum + BigInt(fen), 0n);
const monthOf = ({ period_to: last }: Statement): string => last.slice(0, 7);

/** A month a row, newest first, each with its paper. */
export function Statements({ loan }: { loan: LoanPage }) {
  const { t } = useTranslation();
  const list = useQuery({
    queryKey: ['statements', loan.loan_id],
    queryFn: () => get(statementList, statementsAddress.replace(':id', loan.loan_id)),
  });
  const save = useMutation({
    mutationFn: (period: string) =>
      download(addresses.statement.replace(':id', loan.loan_id), { period }, `${loan.loan_id}-statement-${period}.pdf`),
  });
  if (list.isError) return <Failure problem={list.error} retry={() => void list.refetch()} inside />;
  if (list.data === undefined) return <Bones rows={4} />;
  if (list.data.items.length === 0) return <p className="t3">{t('credit.statements.none')}</p>;
  return (
    <div className="scroll" tabIndex={0}>
      <Refusal problem={save.error} small />
      <table className="dt flush" aria-label={t('credit.statements.title')}>
        <thead>
          <tr>
            <th>{t('credit.statements.month')}</th>
            <th className="num">{t('credit.statements.accrued')}</th>
            <th className="num">{t('credit.statements.paid')}</th>
            <th className="num">{t('credit.statements.closing')}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {list.data.items.map((row) => (
            <tr key={row.number}>
              <td>{monthOf(row)}</td>
              <td className="num">{yuan(sumOf(row.accrued))}</td>
              <td className="num">{yuan(sumOf(row.paid))}</td>
              <td className="num strong">{yuan(row.closing.principal_fen)}</td>
              <td className="num">
                <button
                  type="button"
                  className="link"
                  aria-label={t('credit.statements.paper', { month: monthOf(row) })}
                  disabled={save.isPending}
                  onClick={() => save.mutate(monthOf(row))}
                >
                  PDF
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
