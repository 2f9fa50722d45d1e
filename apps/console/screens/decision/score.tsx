import { useTranslation } from 'react-i18next';
import type { Explanation } from '#modules/strategy/contract.ts';
import { decimal, signed } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { inputTitle, inputValue } from '../../parts/indicator-value.tsx';
import { Section } from '../../parts/page.tsx';
import { Empty } from '../../parts/states.tsx';

type ScoreExplanation = NonNullable<Explanation['score']>;
type Contribution = ScoreExplanation['contributions'][number];

const shownRows = 9;
const axis = 40;

const weight = (one: Contribution): number => one.against_mean ?? one.points;

/** Contributions against the mean of the segment where one is published, else the points themselves; the many small ones in one row. */
export function Score({ score }: { score: Explanation['score'] }) {
  const { t } = useTranslation();
  const language = spoken();
  if (score === null) {
    return (
      <Section title={t('decision.scoreTitle')}>
        <Empty title={t('decision.noScore')} inside>
          {t('decision.noScoreNext')}
        </Empty>
      </Section>
    );
  }
  const ordered = score.contributions.toSorted((a, b) => weight(b) - weight(a));
  const few = ordered.length <= shownRows + 1;
  const strongest = few ? ordered : ordered.toSorted((a, b) => Math.abs(weight(b)) - Math.abs(weight(a))).slice(0, shownRows);
  const rows = ordered.filter((one) => strongest.includes(one));
  const rest = ordered.filter((one) => !strongest.includes(one));
  const restSum = rest.reduce((sum, one) => sum + weight(one), 0);
  const longest = Math.max(1, ...rows.map((one) => Math.abs(weight(one))), Math.abs(restSum));
  const difference = score.mean_score === null ? null : Math.round(score.score - score.mean_score);
  const title =
    difference === null
      ? t('decision.scorePoints', { score: score.score, base: score.base_points })
      : difference >= 0
        ? t('decision.scoreAbove', { points: difference })
        : t('decision.scoreBelow', { points: -difference });
  return (
    <Section
      title={title}
      note={score.mean_score === null ? score.card_name[language] : t('decision.mean', { mean: decimal(score.mean_score, 0) })}
      right={t('unit.points')}
    >
      <ol className="sc">
        {rows.map((one) => (
          <Row
            key={one.name}
            label={one.label[language]}
            read={inputValue(one, one.value, t)}
            title={inputTitle(one, one.value, t)}
            points={weight(one)}
            longest={longest}
          />
        ))}
        {rest.length > 0 && (
          <Row className="sum2" label={t('decision.rest', { count: rest.length })} read="" points={restSum} longest={longest} />
        )}
      </ol>
    </Section>
  );
}

function Row({
  label,
  read,
  title = read,
  points,
  longest,
  className = '',
}: {
  label: string;
  read: string;
  title?: string;
  points: number;
  longest: number;
  className?: string;
}) {
  const plus = points >= 0;
  const room = plus ? 100 - axis : axis;
  const length = (Math.abs(points) / longest) * room * 0.95;
  return (
    <li className={className}>
      <span className="n" title={label}>
        {label}
      </span>
      <span className="rd" title={title}>
        {read}
      </span>
      <span className="track" aria-hidden="true">
        <s />
        <i
          className={plus ? 'plus' : 'minus'}
          style={plus ? { left: `${axis}%`, width: `${length}%` } : { left: `${axis - length}%`, width: `${length}%` }}
        />
      </span>
      <span className="num">{signed(decimal(points, 1))}</span>
    </li>
  );
}
