import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { dataClassText, type Matrix } from '#modules/intake/contract.ts';
import { useCodes } from '../../codes.ts';
import { count as written } from '../../format.ts';
import { spoken } from '../../i18n.ts';

/** Months in order with how many of their days are shown; many days of a year get the short form. */
function monthsOf(shown: readonly string[]): [string, number][] {
  const months = new Map<string, number>();
  for (const day of shown) months.set(day.slice(0, 7), (months.get(day.slice(0, 7)) ?? 0) + 1);
  return [...months].map(([month, count]) => [count === 1 ? month.slice(2) : month, count]);
}

/** Sources down, days across. A day without a file is blank: not delivered is not empty. */
export function SourceMatrix({ matrix }: { matrix: Matrix }) {
  const { t } = useTranslation();
  const code = useCodes();
  const navigate = useNavigate();
  const language = spoken();
  const box = useRef<HTMLDivElement>(null);
  const dayCount = matrix.days.length;
  useEffect(() => {
    // The newest days are what one looks for first.
    if (dayCount > 0) box.current?.scrollTo({ left: box.current.scrollWidth });
  }, [dayCount]);
  return (
    <div className="matrix-scroll" ref={box} tabIndex={0}>
      <table className="dt flush matrix">
        <thead>
          <tr className="months">
            <th />
            {monthsOf(matrix.days).map(([month, days]) => (
              <th key={month} colSpan={days}>
                {month}
              </th>
            ))}
          </tr>
          <tr>
            <th>{t('loads.source')}</th>
            {matrix.days.map((day) => (
              <th key={day} className="day" title={day}>
                {day.slice(8)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matrix.rows.map((row) => {
            const cells = new Map(row.cells.map((cell) => [cell.day, cell]));
            return (
              <tr key={row.source}>
                <td title={`${row.source} · ${dataClassText[row.class][language]}`}>{row.name[language]}</td>
                {matrix.days.map((day) => {
                  const cell = cells.get(day);
                  if (cell === undefined) return <td key={day} className="day" title={`${day} ${t('loads.notDelivered')}`} />;
                  const words = `${row.name[language]} ${day}: ${code('cellState', cell.state)}，${t('loads.cell', { files: written(cell.files), rows: written(cell.rows_in), quarantined: written(cell.quarantined) })}`;
                  return (
                    <td key={day} className="day">
                      <button
                        type="button"
                        className={`cell ${cell.state}`}
                        title={words}
                        aria-label={words}
                        onClick={() => void navigate({ to: '/loads/$id', params: { id: cell.load_id } })}
                      >
                        {cell.state === 'refused' ? '✕' : cell.state === 'partial' ? '!' : ''}
                      </button>
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
      <ul className="keys">
        {(['published', 'partial', 'refused'] as const).map((state) => (
          <li key={state}>
            <i className={`cell ${state}`} /> {code('cellState', state)}
          </li>
        ))}
        <li>{t('loads.blank')}</li>
      </ul>
    </div>
  );
}
