import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Decision, Explanation } from '#modules/strategy/contract.ts';
import { useCodes } from '../../codes.ts';
import { count, percentOfPpm, wan, yuan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Figure, Section } from '../../parts/page.tsx';
import { outcomeTone } from '../../parts/outcome.tsx';
import { Known } from '../../parts/unknown.tsx';
import { Because } from './because.tsx';
import { Changes } from './changes.tsx';
import { Rules } from './rules.tsx';
import { Score } from './score.tsx';
import { Waterfall } from './waterfall.tsx';
import './decision.css';

/** What 10,000 yuan cost for a year at this rate: half-up to the fen. */
function costOfTenThousand(ratePpm: number): string {
  return yuan(BigInt(ratePpm));
}

/** One decision explained on one screen: figures, two waterfalls, score, rules, and what would change it. */
export function Explained({ decision, explanation, provenance }: { decision: Decision; explanation: Explanation; provenance: ReactNode }) {
  const { t } = useTranslation();
  const code = useCodes();
  const language = spoken();
  const declined = decision.outcome === 'decline' ? t('persons.noLimit') : null;
  const score = explanation.score;
  const first = explanation.reasons[0];
  return (
    <>
      <div className="sum">
        <Figure
          label={t('decision.outcome')}
          value={code('outcome', decision.outcome)}
          tone={outcomeTone(decision.outcome)}
          note={first === undefined ? code('segment', decision.segment) : `${first.code} ${first.staff[language]}`}
        />
        <Figure
          label={decision.outcome === 'refer' ? t('decision.limitIf') : t('decision.limit')}
          value={<Known value={decision.limit_fen} write={wan} why={declined} />}
          unit={t('unit.wan')}
          note={explanation.limit_model?.name[language]}
        />
        <Figure
          label={t('decision.rate')}
          value={<Known value={decision.rate_ppm} write={percentOfPpm} why={declined} />}
          unit="%"
          note={decision.rate_ppm === null ? undefined : t('decision.cost', { amount: costOfTenThousand(decision.rate_ppm) })}
        />
        <Figure
          label={t('decision.score')}
          value={<Known value={decision.score} write={count} why={t('decision.noScore')} />}
          unit={score === null ? '' : t('decision.band', { band: score.band })}
          note={score?.card_name[language]}
        />
        {provenance}
      </div>
      {decision.outcome === 'decline' ? (
        <Because reasons={explanation.reasons} />
      ) : (
        <div className="row r1">
          <Waterfall kind="limit" steps={explanation.limit_steps} />
          <Waterfall kind="rate" steps={explanation.rate_steps} />
        </div>
      )}
      <div className="row r2">
        <Score score={score} />
        <Rules explanation={explanation} />
        <Section title={t('decision.changes')} note={t('decision.changesNote')}>
          <Changes changes={explanation.changes} toVerify={explanation.to_verify} />
        </Section>
      </div>
    </>
  );
}
