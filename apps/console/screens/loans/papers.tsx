import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { addresses, type LoanPage } from '#modules/servicing/contract.ts';
import { download } from '../../api/client.ts';
import { Menu } from '../../parts/menu.tsx';
import { Refusal } from '../../parts/wrong.tsx';

const papers = ['plan', 'statement', 'settlement', 'workbook'] as const;
type Paper = (typeof papers)[number];

/** What may be handed to the borrower; the server keeps who took which paper. */
export function Papers({ loan }: { loan: LoanPage }) {
  const { t } = useTranslation();
  const save = useMutation({
    mutationFn: (paper: Paper) => download(addresses[paper].replace(':id', loan.loan_id), {}, `${loan.loan_id}-${paper}`),
  });
  const offered = papers.filter((paper) => paper !== 'settlement' || loan.state === 'settled');
  return (
    <>
      <Refusal problem={save.error} small inline />
      <Menu label={t('credit.paper.open')} face={save.isPending ? t('credit.paper.making') : t('credit.paper.open')} className="btn">
        {offered.map((paper) => (
          <button key={paper} type="button" disabled={save.isPending} onClick={() => save.mutate(paper)}>
            {t(`credit.paper.${paper}`)}
          </button>
        ))}
      </Menu>
    </>
  );
}
