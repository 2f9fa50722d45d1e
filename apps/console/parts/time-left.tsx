import { useTranslation } from 'react-i18next';
import { timeLeft } from './time-left.ts';
import './time-left.css';

type Timed = Parameters<typeof timeLeft>[0];
const tones = { over: 'bad strong', soon: 'warn strong', ok: '', off: 't3', none: 't3' } as const;

/** Time left in words: hours and minutes of working time. */
export function useTimeWords(): (task: Timed) => string {
  const { t } = useTranslation();
  return (task) => {
    const { tone, hours, minutes } = timeLeft(task);
    if (tone === 'off') return t('work.left.off');
    if (tone === 'over' && hours === 0 && minutes === 0) return t('work.left.now');
    if (tone === 'none') return t('work.left.none');
    const words =
      hours === 0 ? t('work.left.minutes', { minutes }) : t('work.left.hours', { hours, minutes: String(minutes).padStart(2, '0') });
    return tone === 'over' ? t('work.left.over', { words }) : words;
  };
}

/** The bar fills as the limit is used; amber within the last hour, red beyond it, empty while the clock stands. */
export function TimeLeft({ task }: { task: Timed }) {
  const words = useTimeWords();
  const { tone, used } = timeLeft(task);
  return (
    <span className="left">
      <span className={`sl ${tone}`} aria-hidden="true">
        <i style={{ width: `${Math.round(used * 100)}%` }} />
      </span>
      <span className={tones[tone]}>{words(task)}</span>
    </span>
  );
}

/** The words alone, with their tone. */
export function TimeWords({ task }: { task: Timed }) {
  const words = useTimeWords();
  return <span className={tones[timeLeft(task).tone]}>{words(task)}</span>;
}
