import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { FileReport } from '#modules/intake/contract.ts';
import { useCodes } from '../../codes.ts';
import { count } from '../../format.ts';
import { spoken } from '../../i18n.ts';

const rank = (file: FileReport): number => (file.state === 'refused' ? 0 : file.quarantined > 0 ? 1 : 2);
const tones: Partial<Record<FileReport['state'], string>> = { refused: 'bad', published: 'ok', landing: 'line', validating: 'line' };
const parts = ['published', 'merged', 'quarantined'] as const;

/** One line a file: what came in and where it went; refused files first, with what was wrong and what was found. */
export function FileTable({ id, files }: { id: string; files: readonly FileReport[] }) {
  const { t } = useTranslation();
  const code = useCodes();
  const language = spoken();
  const ordered = files.toSorted((a, b) => rank(a) - rank(b) || b.quarantined - a.quarantined || a.file.localeCompare(b.file));
  return (
    <div className="files">
      <table className="dt flush">
        <thead>
          <tr>
            <th>{t('loads.column.file')}</th>
            <th>{t('loads.source')}</th>
            <th>{t('loads.column.state')}</th>
            <th className="num">{t('loads.column.rows_in')}</th>
            <th className="barcell">{t('loads.column.split')}</th>
            {parts.map((part) => (
              <th key={part} className="num">
                {t(`loads.column.${part}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ordered.map((file) => (
            <tr key={file.file}>
              <td className="mono file" title={file.md5 === null ? undefined : `MD5 ${file.md5}`}>
                {file.file}
              </td>
              <td>{file.source_name?.[language] ?? '—'}</td>
              <td className={file.refusal === null && file.note === null ? '' : 'wrap refusal'}>
                <span className={`tag ${tones[file.state] ?? ''}`}>{code('fileState', file.state)}</span>
                {file.refusal !== null && (
                  <span className="bad">
                    {' '}
                    {file.refusal[language]}
                    {file.refusal.detail !== null && <small>{file.refusal.detail}</small>}
                  </span>
                )}
                {file.note !== null && <small>{file.note[language]}</small>}
              </td>
              <td className="num">{count(file.rows_in)}</td>
              <td className="barcell">
                <span className="split" aria-hidden="true">
                  {parts.map(
                    (part) => file[part] > 0 && <i key={part} className={part} style={{ flex: file[part] / Math.max(1, file.rows_in) }} />,
                  )}
                </span>
              </td>
              <td className="num">{count(file.published)}</td>
              <td className="num">{count(file.merged)}</td>
              <td className="num">
                {file.quarantined > 0 ? (
                  <Link className="warn strong" to="/loads/$id/quarantine" params={{ id }} search={{ file: file.file }}>
                    {count(file.quarantined)}
                  </Link>
                ) : (
                  0
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
