import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { ConfigurationPage, ReadableDecision } from '#modules/village/contract.ts';
import { wan, yuan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Section } from '../../parts/page.tsx';
import { ProductName } from '../../parts/product-name.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { usePlainRule } from './words.ts';

const tabs = ['terms', 'forms', 'kinds', 'formulas'] as const;
const percent = (permille: number): string => String(permille / 10);

/** A bank's way of doing whole-village credit: terms, forms, kinds of exclusion, formulas, as they were written. */
export function Rules({ title, note, configuration }: { title: ReactNode; note?: ReactNode; configuration: ConfigurationPage }) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<(typeof tabs)[number]>('terms');
  return (
    <Section
      title={title}
      note={note ?? t('village.project.hash', { hash: configuration.hash.slice(0, 8) })}
      className="rules"
      right={<Tabs tabs={tabs} open={tab} nameOf={(one) => t(`village.rules.tab.${one}`)} isInside onOpen={setTab} />}
    >
      {tab === 'terms' && <Terms configuration={configuration} />}
      {tab === 'forms' && <Forms configuration={configuration} />}
      {tab === 'kinds' && <Kinds configuration={configuration} />}
      {tab === 'formulas' && <Formulas configuration={configuration} />}
    </Section>
  );
}

function Terms({ configuration }: { configuration: ConfigurationPage }) {
  const { t } = useTranslation();
  const language = spoken();
  const plainRule = usePlainRule();
  const { rated, panel, acceptance, visit, limits, notice, grant, targets, rounds } = configuration;
  const words = (all: Readonly<Record<string, { zh: string; en: string }>>): string =>
    Object.values(all)
      .map((one) => one[language])
      .join(t('list.comma'));
  const rows: [string, ReactNode][] = [
    [t('village.projects.column.product'), <ProductName key="product" code={configuration.product} />],
    [t('village.rules.rated'), t('village.rules.ratedText', { from: rated.from_age, to: rated.to_age, members: rated.members })],
    [
      t('village.rules.panel'),
      t('village.rules.panelText', {
        rounds,
        reviewers: panel.reviewers,
        outside: panel.least_outside_committee,
        households: panel.households_per_reviewer,
        fee: yuan(panel.fee_per_row_fen),
      }),
    ],
    [t('village.rules.qualifications'), words(configuration.qualifications)],
    [t('village.rules.oath'), configuration.oath[language]],
    [
      t('village.rules.acceptance'),
      t('village.rules.acceptanceText', {
        ratio: percent(acceptance.ratio),
        least: acceptance.least,
        wrong: percent(acceptance.wrong_allowed),
      }),
    ],
    [t('village.rules.visit'), t('village.rules.visitText', { ...visit })],
    [
      t('village.rules.limits'),
      t('village.rules.limitsText', {
        rules: limits.rules.map(plainRule).join(t('list.comma')),
        household: wan(limits.household_cap_fen),
      }),
    ],
    [t('village.rules.notice'), t('village.rules.noticeText', { days: notice.days, objection: notice.objection_working_days })],
    [t('village.rules.grant'), t('village.rules.grantText', { months: grant.months })],
    [
      t('village.rules.targets'),
      t('village.rules.targetsText', { filed: percent(targets.filed), granted: percent(targets.granted), used: percent(targets.used) }),
    ],
    [t('village.rules.prefilter'), words(configuration.prefilter_reasons)],
  ];
  return (
    <dl className="kv rule-terms">
      {rows.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A question as forms write it, as far as it is shown. */
const question = z.looseObject({
  title: z.string(),
  'x-title-en': z.string(),
  type: z.enum(['string', 'boolean', 'integer', 'array']),
  enum: z.array(z.string()).optional(),
  'x-words': z.record(z.string(), z.object({ zh: z.string(), en: z.string() })).optional(),
  items: z.looseObject({ 'x-words': z.record(z.string(), z.object({ zh: z.string(), en: z.string() })).optional() }).optional(),
});
const form = z.looseObject({ required: z.array(z.string()), properties: z.record(z.string(), question) });

function Forms({ configuration }: { configuration: ConfigurationPage }) {
  const { t } = useTranslation();
  const language = spoken();
  return (
    <div className="rule-forms">
      {(['evaluation', 'visit'] as const).map((name) => {
        const { required, properties } = form.parse(configuration.forms[name]);
        return (
          <section key={name}>
            <h3>{t(`village.rules.form.${name}`)}</h3>
            <dl className="kv">
              {Object.entries(properties).map(([key, one]) => {
                const words = one['x-words'] ?? one.items?.['x-words'];
                return (
                  <div key={key}>
                    <dt>
                      {language === 'en' ? one['x-title-en'] : one.title}
                      {required.includes(key) && <small className="t3"> {t('village.rules.required')}</small>}
                    </dt>
                    <dd className="t2">
                      {words === undefined
                        ? t(`village.rules.type.${one.type}`)
                        : Object.values(words)
                            .map((word) => word[language])
                            .join(t('list.comma'))}
                    </dd>
                  </div>
                );
              })}
            </dl>
          </section>
        );
      })}
    </div>
  );
}

function Kinds({ configuration }: { configuration: ConfigurationPage }) {
  const { t, i18n } = useTranslation();
  const language = spoken();
  const treated = (treatment: string): string => {
    const found: unknown = i18n.getResource(i18n.language, 'translation', `village.rules.treatment.${treatment}`);
    return typeof found === 'string' ? found : treatment;
  };
  return (
    <table className="plain rule-kinds">
      <thead>
        <tr>
          <th>{t('village.rules.kind')}</th>
          <th>{t('village.rules.treated')}</th>
          <th>{t('village.rules.evidence')}</th>
        </tr>
      </thead>
      <tbody>
        {configuration.kinds.map((kind) => (
          <tr key={kind.code}>
            <td>
              <span className="mono t3">{kind.code}</span> {kind.name[language]}
            </td>
            <td>
              {treated(kind.treatment)}
              {kind.record_makes_hard && <small className="t3"> {t('village.rules.record')}</small>}
            </td>
            <td className="mono t2">{kind.evidence.join(t('list.comma')) || '—'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Formulas({ configuration }: { configuration: ConfigurationPage }) {
  const { t } = useTranslation();
  return (
    <div className="rule-formulas">
      {(['prefilter', 'aggregate', 'take'] as const).map((name) => (
        <section key={name}>
          <h3>{t(`village.rules.formula.${name}`)}</h3>
          {configuration.formulas[name].map((decision) => (
            <Decision key={decision.name} decision={decision} />
          ))}
        </section>
      ))}
    </div>
  );
}

function Decision({ decision: { name, description, reads, expression, table } }: { decision: ReadableDecision }) {
  const { t } = useTranslation();
  return (
    <article className="formula">
      <h4>
        <span className="mono">{name}</span> {description !== null && <span className="t2">{description}</span>}
        {reads.length > 0 && <small className="t3">{t('village.rules.reads', { names: reads.join(t('list.comma')) })}</small>}
      </h4>
      {expression !== null && <pre className="mono">{expression}</pre>}
      {table !== null && (
        <div className="scroll" tabIndex={0}>
          <table className="plain">
            <thead>
              <tr>
                {table.inputs.map((label) => (
                  <th key={label}>{label}</th>
                ))}
                {table.outputs.map((label) => (
                  <th key={label} className="out">
                    {t('village.rules.result')}
                    <small>{label}</small>
                  </th>
                ))}
                <th>{t('village.rules.note')}</th>
              </tr>
            </thead>
            <tbody>
              {table.rules.map((rule, index) => (
                <tr key={index}>
                  {rule.inputs.map((cell, place) => (
                    <td key={place} className="mono">
                      {cell}
                    </td>
                  ))}
                  {rule.outputs.map((cell, place) => (
                    <td key={place} className="mono out">
                      {cell}
                    </td>
                  ))}
                  <td className="t2">{rule.note}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </article>
  );
}
