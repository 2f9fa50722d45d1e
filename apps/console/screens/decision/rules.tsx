import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Explanation, RuleAnswer, RuleState } from '#modules/strategy/contract.ts';
import { useCodes } from '../../codes.ts';
import { decimal } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { conditionInWords, inputTitle, inputValue, plainValue } from '../../parts/indicator-value.tsx';
import { Section } from '../../parts/page.tsx';

const marks: Record<RuleState, string> = { hit: 'h', unknown: 'u', pass: '', later: 'l' };
const rank: Record<RuleState, number> = { hit: 0, unknown: 1, pass: 2, later: 3 };
const nearestPasses = 5;
const mostOpen = 9;

/** Hits and unknowns first; then the passes nearest to their condition. */
function shownRules(rules: readonly RuleAnswer[], all: boolean): { open: readonly RuleAnswer[]; passes: readonly RuleAnswer[] } {
  const ordered = rules.toSorted((a, b) => rank[a.state] - rank[b.state]);
  const open = ordered.filter((rule) => rule.state === 'hit' || rule.state === 'unknown');
  if (all) return { open, passes: ordered.filter((rule) => rule.state === 'pass' || rule.state === 'later') };
  const near = rules
    .filter((rule) => rule.state === 'pass' && rule.distance !== null && rule.distance !== 0)
    .toSorted((a, b) => Math.abs(a.distance ?? 0) - Math.abs(b.distance ?? 0));
  const passes = near.length > 0 ? near : rules.filter((rule) => rule.state === 'pass');
  return { open: open.slice(0, mostOpen), passes: passes.slice(0, Math.max(1, Math.min(nearestPasses, mostOpen - open.length))) };
}

export function Rules({ explanation }: { explanation: Explanation }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const { rules } = explanation;
  const tally = (state: RuleState): number => rules.filter((rule) => rule.state === state).length;
  const { open, passes } = shownRules(rules, all);
  const unknowns = tally('unknown');
  return (
    <Section
      title={t('decision.rules', { count: rules.length })}
      note={
        <>
          <span className={tally('hit') > 0 ? 'warn' : ''}>{t('decision.hits', { count: tally('hit') })}</span> ·{' '}
          {t('decision.unknowns', { count: unknowns })} · {t('decision.passes', { count: tally('pass') })}
          {tally('later') > 0 && ` · ${t('decision.later', { count: tally('later') })}`}
        </>
      }
      right={
        <button type="button" className="link sm" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('decision.fewRules') : t('decision.allRules', { count: rules.length })}
        </button>
      }
    >
      <Strip explanation={explanation} />
      <div className="rule-scroll" tabIndex={0}>
        <table className="dt flush rules">
          <thead>
            <tr>
              <th>{t('decision.column.state')}</th>
              <th>{t('decision.column.code')}</th>
              <th>{t('decision.column.rule')}</th>
              <th className="num">{t('decision.column.value')}</th>
              <th className="num">{t('decision.column.condition')}</th>
              <th>{t('decision.column.effect')}</th>
            </tr>
          </thead>
          <tbody>
            {open.map((rule) => (
              <Rule key={rule.code} rule={rule} />
            ))}
            {passes.length > 0 && (
              <tr className="mid">
                <td colSpan={6}>{all ? t('decision.restOfRules') : t('decision.nearest')}</td>
              </tr>
            )}
            {passes.map((rule) => (
              <Rule key={rule.code} rule={rule} />
            ))}
          </tbody>
        </table>
      </div>
      {unknowns > 0 && <p className="foot2">{t('decision.unknownNote')}</p>}
    </Section>
  );
}

/** One cell a rule, family by family. An unknown is an open frame: never the grey of a pass. */
function Strip({ explanation }: { explanation: Explanation }) {
  const { t } = useTranslation();
  const language = spoken();
  return (
    <div className="strip" role="img" aria-label={t('decision.strip')}>
      {explanation.families.map((family) => (
        <span key={family.id} title={family.name[language]}>
          <em>
            {explanation.rules
              .filter((rule) => rule.family === family.id)
              .map((rule) => (
                <i key={rule.code} className={marks[rule.state]} title={`${rule.code} ${rule.name[language]}`} />
              ))}
          </em>
          <small>
            {family.name[language]} {family.rules}
          </small>
        </span>
      ))}
    </div>
  );
}

/** A condition stands as the table states it; a bare truth value and the codes of its input are said in words. */
function conditionText({ condition, inputs: [first] }: RuleAnswer, t: TFunction): string {
  if (condition === 'true') return t('list.yes');
  return condition === 'false' ? t('list.no') : conditionInWords(condition, first, t);
}

function Rule({ rule }: { rule: RuleAnswer }) {
  const { t } = useTranslation();
  const code = useCodes();
  const language = spoken();
  const read = rule.inputs.map((input) => (input.value === null ? '—' : inputValue(input, input.value, t)));
  const hover = rule.inputs.map((input) => `${input.label[language]} (${input.name}): ${inputTitle(input, input.value, t)}`).join('\n');
  const passed = rule.state === 'pass' || rule.state === 'later';
  const unit = rule.inputs[0]?.unit ?? null;
  const distance =
    rule.distance === null
      ? ''
      : t('decision.distance', {
          distance: unit === 'fen' ? plainValue(String(Math.round(Math.abs(rule.distance))), unit, t) : decimal(Math.abs(rule.distance)),
        });
  const effect =
    rule.state === 'hit'
      ? code('effect', rule.effect)
      : rule.state === 'unknown'
        ? code('effect', 'refer')
        : rule.state === 'pass'
          ? distance
          : code('ruleState', 'later');
  return (
    <tr className={passed ? 'p' : ''}>
      <td>
        <span className={`st ${marks[rule.state]}`}>{code('ruleState', rule.state)}</span>
      </td>
      <td className="mono">{rule.code}</td>
      <td className="rname" title={rule.annotation}>
        {rule.name[language]}
      </td>
      <td className={passed ? 'num rval' : 'num strong rval'} title={hover}>
        {read.length === 0 ? '—' : read.slice(0, 2).join(' · ')}
      </td>
      <td className="num t3 rcond" title={rule.condition}>
        {conditionText(rule, t)}
      </td>
      <td>{effect}</td>
    </tr>
  );
}
