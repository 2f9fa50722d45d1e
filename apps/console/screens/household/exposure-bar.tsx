import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { exposure as exposureContract } from '#modules/population/contract.ts';
import { useCodes } from '../../codes.ts';
import { wan, wanLength } from '../../format.ts';

type Exposure = z.infer<typeof exposureContract>;
type Part = Exposure['parts'][number];

const shades = { loan: 'a', guarantee: 'g', limit: 'n' } as const;

/** A part narrower than this share of the bar is named in the list below, not on the bar. */
const nameableShare = 0.14;

function PartName({ part }: { part: Part }) {
  const { t } = useTranslation();
  const code = useCodes();
  return (
    <>
      <b>
        {part.name} {part.product === null ? code('exposure', part.kind) : code('product', part.product)} {wan(part.amount_fen)}
      </b>{' '}
      {part.kind === 'loan' && part.used_fen !== null && t('household.used', { amount: wan(part.used_fen) })}
      {part.kind === 'limit' && t('household.notGranted')}
      {part.kind !== 'limit' && !part.counted && t('household.secured')}
    </>
  );
}

/** Loans solid, undrawn pale, guarantees hatched, limits on offer outlined; the tick is the household's cap. */
export function ExposureBar({ exposure }: { exposure: Exposure }) {
  const { t } = useTranslation();
  const cap = wanLength(exposure.cap_fen);
  const length = exposure.parts.reduce((sum, part) => sum + wanLength(part.amount_fen), 0);
  const scale = Math.max(cap, length);
  const share = (part: Part): number => wanLength(part.amount_fen) / scale;
  const rest = scale - length;
  const unnamed = exposure.parts.filter((part) => share(part) < nameableShare);
  return (
    <div className="expo">
      <div className="tick" style={{ right: `${(1 - cap / scale) * 100}%` }}>
        {t('household.cap', { amount: wan(exposure.cap_fen) })}
      </div>
      <div className="bar" role="img" aria-label={t('household.exposure')}>
        {exposure.parts.map((part, index) => (
          <span
            key={`${part.person_id}-${index}`}
            className={`${shades[part.kind]} ${part.counted ? '' : 'free'}`}
            style={{ flex: share(part) }}
            title={`${part.name} ${wan(part.amount_fen)}`}
          >
            {part.kind === 'loan' && part.used_fen !== null && (
              <i style={{ width: `${Math.min(100, (wanLength(part.used_fen) / wanLength(part.amount_fen)) * 100)}%` }} />
            )}
          </span>
        ))}
        {rest > 0 && <span className="rest" style={{ flex: rest / scale }} />}
      </div>
      <div className="lb">
        {exposure.parts.map((part, index) => (
          <span key={`${part.person_id}-${index}`} style={{ flex: share(part) }}>
            {share(part) >= nameableShare && <PartName part={part} />}
          </span>
        ))}
        {rest > 0 && <span style={{ flex: rest / scale }}>{exposure.parts.length === 0 && t('household.noExposure')}</span>}
      </div>
      {unnamed.length > 0 && (
        <p className="lb small">
          {unnamed.map((part, index) => (
            <span key={`${part.person_id}-${index}`}>
              <PartName part={part} />
            </span>
          ))}
        </p>
      )}
    </div>
  );
}
