import { useTranslation } from 'react-i18next';
import type { ProgressPage, Stage } from '#modules/village/contract.ts';
import { count, share, unknown, wan, yi } from '../../format.ts';
import { Section } from '../../parts/page.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import { colourOf, rateOf } from './words.ts';

/** From this much on a total is told in 亿元. */
const large = 100_000_000_00n;

/** Seven stages with people, households, money and what is lost between them. */
export function Funnel({ page }: { page: ProgressPage }) {
  const { t } = useTranslation();
  const whole = page.stages[0]?.households ?? 0;
  const money = page.stages.some(({ amount_fen }) => BigInt(amount_fen) >= large) ? 'yi' : 'wan';
  const lost = page.most_lost;
  const title =
    lost === null
      ? t('progress.lostNone')
      : t('progress.lost', {
          from: t(`progress.stage.${lost.from}`),
          to: t(`progress.stage.${lost.to}`),
          left: count(lost.left),
          of: count(lost.of),
        });
  return (
    <Section title={title} right={t('progress.ticks')}>
      <table className="dt fn" aria-label={title}>
        <thead>
          <tr>
            <th>{t('progress.column.stage')}</th>
            <th className="num">{t('progress.column.people')}</th>
            <th className="num">{t('progress.column.households')}</th>
            <th aria-hidden="true" />
            <th className="num">{t('progress.column.ofAll')}</th>
            <th className="num">{t('progress.column.ofLast')}</th>
            <th className="num">{t(`progress.column.${money}`)}</th>
          </tr>
        </thead>
        <tbody>
          {page.stages.map(({ stage, people, households, amount_fen }, index) => (
            <tr key={stage} className={lost?.to === stage ? 'lo' : undefined}>
              <th scope="row">{t(`progress.stage.${stage}`)}</th>
              <td className="num">{count(people)}</td>
              <td className="num strong">{count(households)}</td>
              <td className="bar">
                <Bar part={households} whole={whole} stage={stage} target={targetOf(page, stage)} />
              </td>
              <td className="num">{share(households, whole)}</td>
              <td className="num last">
                <OfLast households={households} before={page.stages[index - 1]?.households} />
              </td>
              <td className="num">{index < 4 ? unknown : money === 'yi' ? yi(amount_fen) : wan(amount_fen)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Finer page={page} />
    </Section>
  );
}

/** What is left of the stage before; where a stage can be reached without it, a share would say nothing. */
function OfLast({ households, before }: { households: number; before: number | undefined }) {
  const { t } = useTranslation();
  if (before === undefined) return <>{unknown}</>;
  return households > before ? <Unknown why={t('progress.aroundLast')} /> : <>{share(households, before)}</>;
}

/** Rounds, determination and what has left the pool: between the stages. */
function Finer({ page: { rounds, determined, excluded } }: { page: ProgressPage }) {
  const { t } = useTranslation();
  const parts = [
    ...rounds.map(({ round, people }) => t('progress.finer.round', { round, people: count(people) })),
    t('progress.finer.determined', { people: count(determined.people), amount: wan(determined.amount_fen) }),
    ...(excluded.households > 0 ? [t('progress.finer.excluded', { households: count(excluded.households) })] : []),
  ];
  return <p className="finer t3 sm">{parts.join(' · ')}</p>;
}

/** As a share of all collected households; the target of use is of those granted. */
function targetOf(page: ProgressPage, stage: Stage): number | null {
  const whole = page.stages[0]?.households ?? 0;
  if (whole === 0) return null;
  if (stage === 'filed' || stage === 'granted') return rateOf(page, stage).target / 10;
  if (stage !== 'used') return null;
  const { target, denominator } = rateOf(page, 'used');
  return ((denominator / whole) * target) / 10;
}

export function Bar({ part, whole, stage, target }: { part: number; whole: number; stage: Stage; target: number | null }) {
  const width = whole === 0 ? 0 : Math.min(100, (part / whole) * 100);
  return (
    <span className="track" aria-hidden="true">
      <i style={{ width: `${width}%`, background: colourOf(stage) }} />
      {target !== null && <b style={{ left: `${target}%` }} />}
    </span>
  );
}
