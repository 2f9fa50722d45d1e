import { useTranslation } from 'react-i18next';
import { unknown } from '../format.ts';
import './ask.css';

/** One value of something that is to change; null when it is not known yet. */
export interface BeforeAfter {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly num?: boolean;
}

/** What stands now and what is to stand, side by side. Without anything before, the second column alone; `isDone`: it has happened. */
export function BeforeAfterTable({
  label,
  rows,
  isNew = false,
  isDone = false,
}: {
  label: string;
  rows: readonly BeforeAfter[];
  isNew?: boolean;
  isDone?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <table className="dt flush before-after" aria-label={label}>
      <thead>
        <tr>
          <th>{t('ask.what')}</th>
          {!isNew && <th className="num">{t(isDone ? 'ask.was' : 'ask.now')}</th>}
          <th className="num">{t(isDone ? 'ask.became' : 'ask.then')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <td>{row.name}</td>
            {!isNew && <td className="num">{row.before ?? unknown}</td>}
            <td className={!isNew && row.before === row.after ? 'num after same' : 'num after'}>{row.after ?? unknown}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
