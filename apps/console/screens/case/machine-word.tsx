import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ApplicationPage } from '#modules/lending/contract.ts';
import type { CasePage } from '#modules/process/contract.ts';
import type { Explanation, InputRead } from '#modules/strategy/contract.ts';
import { useLoggedDecision, useReasonWords } from '../../api/cases.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { weighed } from './reasons.ts';
import { count, percentOfPpm, wan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { inputTitle, inputValue } from '../../parts/indicator-value.tsx';
import { Known } from '../../parts/unknown.tsx';

/** What the strategy said of it, in figures beside what people said: asked, machine, investigated, granted, price. */
export function MachineWord({ page, application }: { page: CasePage; application: ApplicationPage | undefined }) {
  const { t } = useTranslation();
  const code = useCodes();
  const logged = useLoggedDecision(application?.decision_id ?? null);
  const decision = logged.data?.decision;
  const machine = application?.machine ?? null;
  const investigated = application?.investigations.findLast((one) => one.limit_fen !== null)?.limit_fen ?? null;
  const granted = application?.approvals.findLast((one) => one.outcome === 'agree')?.limit_fen ?? null;
  const rate = application?.offer?.rate_ppm ?? decision?.rate_ppm ?? machine?.rate_ppm ?? null;
  const band = logged.data?.explanation.score?.band;
  return (
    <>
      <h3>
        {page.proposed_fen === null
          ? t('cases.askedOnly', { asked: wan(page.amount_fen) })
          : t('cases.askedProposed', { asked: wan(page.amount_fen), proposed: wan(page.proposed_fen) })}
        {application?.decision_id != null && decision !== undefined && (
          <Link to="/decisions/$id" params={{ id: application.decision_id }}>
            {t('cases.whole')}
          </Link>
        )}
      </h3>
      <dl className="three four">
        <Amount label={t('cases.limit')} fen={decision?.limit_fen ?? machine?.limit_fen ?? null} />
        <Amount label={t('cases.investigated')} fen={investigated} />
        {granted !== null && <Amount label={t('cases.granted')} fen={granted} />}
        <div>
          <dt>{t('cases.rate')}</dt>
          <dd>
            <Known value={rate} write={percentOfPpm} />
            {rate !== null && <small>%</small>}
          </dd>
        </div>
        {decision !== undefined && (
          <div>
            <dt>{t('cases.score')}</dt>
            <dd>
              <Known value={decision.score} write={count} />
              <small>{band === undefined ? code('segment', decision.segment) : t('cases.band', { band })}</small>
            </dd>
          </div>
        )}
      </dl>
    </>
  );
}

function Amount({ label, fen }: { label: string; fen: string | null }) {
  const { t } = useTranslation();
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <Known value={fen} write={wan} />
        {fen !== null && <small>{t('unit.wan')}</small>}
      </dd>
    </div>
  );
}

const tones: Record<string, string> = { decline: 'bad', refer: 'warn', wait: 'warn', cap: 't2', price: 't2' };

/** Why people look at it: reasons in the strategy's words with the values that were read. */
export function Why({ application }: { application: ApplicationPage | undefined }) {
  const { t } = useTranslation();
  const me = useMe();
  const code = useCodes();
  const words = useReasonWords();
  const language = spoken();
  const logged = useLoggedDecision(application?.decision_id ?? null);
  const explanation = logged.data?.explanation;
  if (application === undefined) return null;
  const { machine } = application;
  if (machine === null) {
    return (
      <>
        <h3>{t('cases.why')}</h3>
        <p className="t3 sm">
          {t('cases.noDecision')} {t('cases.noDecisionNext')}
        </p>
      </>
    );
  }
  if (explanation === undefined) {
    return (
      <>
        <h3>{t('cases.why')}</h3>
        <ul className="why">
          {machine.reasons.map((reason) => (
            <li key={reason}>
              <span />
              <span className="mono">{reason}</span>
              <span>{words.get(reason)?.[language] ?? ''}</span>
            </li>
          ))}
        </ul>
        {!me.may('strategy.read') && <p className="t3 sm">{t('cases.decisionHidden')}</p>}
      </>
    );
  }
  const tally = (state: string): number => explanation.rules.filter((rule) => rule.state === state).length;
  return (
    <>
      <h3>
        {t('cases.why')}
        <small>{t('cases.whyNote', { rules: explanation.rules.length, hits: tally('hit'), unknowns: tally('unknown') })}</small>
      </h3>
      <ul className="why">
        {weighed(explanation.reasons, machine).map(({ reason, holds }) => (
          <li key={reason.code}>
            <span className={holds === 'signing' ? 't2' : tones[reason.effect]}>
              {holds === null ? code('effect', reason.effect) : t(`cases.whyEffect.${holds}`)}
            </span>
            <span className="mono">{reason.code}</span>
            <span>{reason.staff[language]}</span>
            <b
              title={readFor(
                explanation,
                reason.code,
                (input) => `${input.label[language]} (${input.name}): ${inputTitle(input, input.value, t)}`,
                '\n',
              )}
            >
              {readFor(explanation, reason.code, (input) => inputValue(input, input.value, t), ' / ')}
            </b>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The values that a reason's rule read; nothing for a reason without a rule. */
function readFor(explanation: Explanation, code: string, write: (input: InputRead) => string, between: string): string {
  const rule = explanation.rules.find((one) => one.code === code || code === `${one.code}U`);
  return (rule?.inputs ?? []).map(write).join(between);
}
