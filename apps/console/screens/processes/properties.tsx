import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { addresses, roleList } from '#modules/organization/contract.ts';
import { get } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { spoken } from '../../i18n.ts';
import { ChosenField, TypedField } from '../../parts/field.tsx';
import type { Chosen, Drawing } from './drawing.ts';
import { canBeSigned, hasCondition, signModes, signTerms, termsOf, type Term } from './drawn-terms.ts';

/** The properties of the chosen element: those that the machine reads. */
export function Properties({
  chosen,
  drawing,
  usual,
}: {
  chosen: Chosen;
  drawing: Drawing;
  usual: Readonly<Partial<Record<Term, readonly string[]>>>;
}) {
  const { t } = useTranslation();
  const { id, type } = chosen;
  const offered = termsOf(type);
  const isFlow = hasCondition(type, chosen.fromType);
  return (
    <div className="properties" key={id}>
      <p className="t3 sm mono">
        {type.replace('bpmn:', '')} {id}
      </p>
      <Line id="drawn-name" label={t('processes.edit.name')} value={chosen.name} onChange={drawing.name} />
      {offered.map((term) =>
        term === 'role' ? (
          <RoleField key={term} value={chosen.terms.role ?? ''} onChange={(value) => drawing.term('role', value)} />
        ) : (
          <Line
            key={term}
            id={`drawn-${term}`}
            label={t(`processes.edit.${term}`)}
            value={chosen.terms[term] ?? ''}
            usual={usual[term]}
            onChange={(value) => drawing.term(term, value)}
          />
        ),
      )}
      {isFlow && <Line id="drawn-condition" label={t('processes.edit.condition')} value={chosen.condition} onChange={drawing.condition} />}
      {canBeSigned(type) && <Signing chosen={chosen} drawing={drawing} />}
      {offered.length === 0 && !isFlow && <p className="t3 sm">{t('processes.edit.nothing')}</p>}
    </div>
  );
}

function Line({
  id,
  label,
  value,
  usual,
  onChange,
}: {
  id: string;
  label: string;
  value: string;
  usual?: readonly string[] | undefined;
  onChange: (value: string) => void;
}) {
  return <TypedField id={id} label={label} value={value} decimal={false} {...(usual === undefined ? {} : { usual })} onChange={onChange} />;
}

/** Roles of the bank; a name that the drawing brought along stays choosable. */
function RoleField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const language = spoken();
  const roles = useQuery({
    queryKey: ['roles'],
    queryFn: () => get(roleList, addresses.roles),
    enabled: me.may('organization.read'),
    staleTime: 30 * 60_000,
  });
  const known = (roles.data?.items ?? []).map(({ role, name }) => ({ value: role, text: name[language] }));
  const own = value === '' || known.some((role) => role.value === value) ? [] : [{ value, text: value }];
  return (
    <ChosenField
      id="drawn-role"
      label={t('processes.edit.role')}
      value={value}
      options={[{ value: '', text: '—' }, ...known, ...own]}
      onChange={onChange}
    />
  );
}

function Signing({ chosen, drawing }: { chosen: Chosen; drawing: Drawing }) {
  const { t } = useTranslation();
  const { mode, terms, completion } = chosen.signing;
  return (
    <>
      <ChosenField
        id="drawn-signing"
        label={t('processes.edit.signing')}
        value={mode}
        options={signModes.map((value) => ({ value, text: t(`processes.edit.mode.${value}`) }))}
        onChange={(value) => drawing.sign(signModes.find((one) => one === value) ?? 'none')}
      />
      {mode !== 'none' && (
        <>
          {signTerms.map((term) => (
            <Line
              key={term}
              id={`drawn-${term}`}
              label={t(`processes.edit.${term}`)}
              value={terms[term]}
              onChange={(value) => drawing.signTerm(term, value)}
            />
          ))}
          {mode === 'vote' && (
            <Line id="drawn-completion" label={t('processes.edit.completion')} value={completion} onChange={drawing.completion} />
          )}
        </>
      )}
    </>
  );
}
