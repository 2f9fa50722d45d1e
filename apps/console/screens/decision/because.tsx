import { useTranslation } from 'react-i18next';
import type { Reason } from '#modules/strategy/contract.ts';
import { useCodes } from '../../codes.ts';
import { spoken } from '../../i18n.ts';
import { Section } from '../../parts/page.tsx';

const tones = { decline: 'bad', refer: 'warn', wait: 't2', cap: 't2', price: 't2' } as const;

/** Without a limit or a rate to explain, the reasons take their place: what they are, and what may be said to the customer. */
export function Because({ reasons }: { reasons: readonly Reason[] }) {
  const { t } = useTranslation();
  const code = useCodes();
  const language = spoken();
  // What decided is what is told; what would only have followed later is not.
  const decisive = reasons.filter((reason) => reason.effect === 'decline');
  const said = [...new Set((decisive.length > 0 ? decisive : reasons).map((reason) => reason.customer[language]))];
  return (
    <div className="row because">
      <Section title={t('decision.because', { count: reasons.length })} note={t('decision.becauseNote')}>
        <table className="dt flush">
          <tbody>
            {reasons.map((reason) => (
              <tr key={reason.code}>
                <td className="mono">{reason.code}</td>
                <td className="wrap">{reason.staff[language]}</td>
                <td className={`num ${tones[reason.effect]}`}>{code('effect', reason.effect)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
      <Section title={t('decision.toCustomer')} note={t('decision.toCustomerNote')}>
        <ul className="said">
          {said.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      </Section>
    </div>
  );
}
