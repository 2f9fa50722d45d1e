import { useTranslation } from 'react-i18next';
import { Unknown } from '../../parts/unknown.tsx';

/** < 0.10 stable, to 0.25 watch, above act. */
const watchPsi = 0.1;
const actPsi = 0.25;

export function Drift({ psi }: { psi: number | null }) {
  const { t } = useTranslation();
  if (psi === null) return <Unknown why={t('indicators.noBefore')} />;
  const tone = psi > actPsi ? 'bad strong' : psi >= watchPsi ? 'warn' : '';
  const word = psi > actPsi ? t('indicators.act') : psi >= watchPsi ? t('indicators.watch') : t('indicators.stable');
  return (
    <span className={tone} title={word}>
      {psi.toFixed(3)}
    </span>
  );
}

export function CoverageBar({ share, before }: { share: number | null; before: number | null }) {
  if (share === null) return null;
  return (
    <span className="coverage" aria-hidden="true">
      <i style={{ width: `${share * 100}%` }} />
      {before !== null && <b style={{ left: `${before * 100}%` }} />}
    </span>
  );
}
