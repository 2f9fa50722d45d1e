import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { StrategyPage } from '#modules/strategy/contract.ts';
import { spoken } from '../../i18n.ts';
import { Section } from '../../parts/page.tsx';

/** Every value the strategy reads, by the name it is read under. */
export function Inputs({ inputs }: { inputs: StrategyPage['inputs'] }) {
  const { t } = useTranslation();
  const language = spoken();
  return (
    <Section title={t('strategies.inputCount', { count: inputs.length })}>
      <dl className="values">
        {inputs.map((input) => (
          <div key={input.name}>
            <dt>
              <Link to="/indicators" search={{ open: input.name }}>
                {input.label[language]}
              </Link>
              <span className="mono t3">{input.name}</span>
            </dt>
            <dd className="t3">
              {input.type}
              {input.unit !== null && ` · ${t(`codes.unit.${input.unit as 'month'}`, { defaultValue: input.unit })}`}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
