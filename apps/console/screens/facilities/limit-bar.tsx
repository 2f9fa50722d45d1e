import { useTranslation } from 'react-i18next';
import type { Facility } from '#modules/servicing/contract.ts';
import { wan, wanLength } from '../../format.ts';
import './facilities.css';

/** How much of a limit is used, promised to payments under way, and free. */
export function LimitBar({ facility }: { facility: Facility }) {
  const { t } = useTranslation();
  const { limit_fen: limit, used_fen: used, reserved_fen: reserved, available_fen: available } = facility;
  const words = t('facility.bar', { limit: wan(limit), used: wan(used), reserved: wan(reserved), available: wan(available) });
  // A limit that was cut below what is used is drawn full.
  const whole = Math.max(wanLength(limit), wanLength(used) + wanLength(reserved), Number.EPSILON);
  const width = (fen: string): { width: string } => ({ width: `${(wanLength(fen) / whole) * 100}%` });
  return (
    <span className="limit-bar" role="img" aria-label={words} title={words}>
      <i className="used" style={width(used)} />
      <i className="reserved" style={width(reserved)} />
      <i className="free" style={width(available)} />
    </span>
  );
}
