import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isFieldName, fieldOf } from '#core/product/index.ts';
import { addresses, difference, type LayerVersionRow } from '#modules/product/contract.ts';
import { get } from '../../api/client.ts';
import { BeforeAfterTable } from '../../parts/before-after.tsx';
import { Section } from '../../parts/page.tsx';
import { Bones, Failure } from '../../parts/states.tsx';
import { saidTerm, type Saying } from './said.ts';

const tones: Record<LayerVersionRow['state'], string> = { coming: 'warn', in_force: 'ok', superseded: '', ended: '' };

/** Every version of the layer, newest first, and what one changed. */
export function Versions({ code, versions, saying }: { code: string; versions: readonly LayerVersionRow[]; saying: Saying }) {
  const { t } = saying;
  const [compared, setCompared] = useState<number | null>(null);
  return (
    <Section title={t('products.versions')} note={t('products.versionsNote')} className="versions">
      <div className="scroll" tabIndex={0}>
        <table className="dt flush" aria-label={t('products.versions')}>
          <thead>
            <tr>
              <th>{t('products.column.version')}</th>
              <th>{t('products.since')}</th>
              <th>{t('products.proposedBy')}</th>
              <th>{t('products.approvedBy')}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {versions.map((one) => (
              <tr key={one.version}>
                <td>
                  {one.version} <span className={`tag ${tones[one.state]}`}>{t(`products.inForce.${one.state}`)}</span>
                </td>
                <td>
                  {one.effective_from}
                  {one.effective_to !== null && <> – {one.effective_to}</>}
                </td>
                <td>{whoOf(one.proposed_by, saying)}</td>
                <td>{whoOf(one.approved_by, saying)}</td>
                <td>
                  {one.version === 1 ? (
                    <span className="t3">{t('products.first')}</span>
                  ) : (
                    <button type="button" className="link" onClick={() => setCompared(compared === one.version ? null : one.version)}>
                      {t('products.compare')}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {compared !== null && <Compared code={code} to={compared} saying={saying} />}
    </Section>
  );
}

/** The template's layers were there before anybody could propose or approve. */
const whoOf = (staffId: string, { t }: Saying): string => (staffId === 'installation' ? t('products.installed') : staffId);

function Compared({ code, to, saying }: { code: string; to: number; saying: Saying }) {
  const { t, language } = saying;
  const from = to - 1;
  const read = useQuery({
    queryKey: ['product-difference', code, from, to],
    queryFn: () => get(difference, addresses.difference.replace(':code', code), { from, to }),
  });
  if (read.isError) return <Failure problem={read.error} retry={() => void read.refetch()} inside />;
  if (read.data === undefined) return <Bones rows={2} />;
  const said = (field: string, value: unknown): string =>
    isFieldName(field) && value !== null ? saidTerm(field, value, saying) : t('products.notStated');
  const rows = read.data.changes.map(({ field, before, after }) => ({
    name: isFieldName(field) ? fieldOf(field).name[language] : field,
    before: said(field, before),
    after: said(field, after),
  }));
  return (
    <div className="compared">
      <h3 className="h2">{t('products.compareTitle', { from, to })}</h3>
      <BeforeAfterTable label={t('products.compareTitle', { from, to })} rows={rows} />
    </div>
  );
}
