import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { correction, quarantineLine, type QuarantineLine, type QuarantineRow } from '#modules/intake/contract.ts';
import { send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { count } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Drawer } from '../../parts/drawer.tsx';
import { Refusal } from '../../parts/wrong.tsx';

/** One row: what is wrong, its masked line, and — for a stated reason — the plain line to be put right. */
export function Correct({ load, row, onClose, onNext }: { load: string; row: QuarantineRow; onClose: () => void; onNext: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const [line, setLine] = useState<QuarantineLine | null>(null);
  const closed = row.state === 'reloaded' || row.state === 'superseded';
  return (
    <Drawer
      title={t('quarantine.line', { row: count(row.row_number) })}
      notes={<span className="t2 mono">{row.file}</span>}
      onClose={onClose}
    >
      <p className="wrong">
        <span className="warn">{row[spoken()]}</span> {row.field !== null && <span className="mono">{row.field}</span>}
      </p>
      <h3>{t('quarantine.rawMasked')}</h3>
      <pre className="raw-line">{row.raw_masked}</pre>
      {closed && <p className="notice">{t(`quarantine.closed.${row.state === 'reloaded' ? 'reloaded' : 'superseded'}`)}</p>}
      {!closed &&
        line === null &&
        (me.may('intake.reveal') || me.may('intake.correct') ? (
          <AskForLine load={load} row={row} onLine={setLine} />
        ) : (
          <p className="t3 sm">{t('quarantine.mayNot')}</p>
        ))}
      {!closed && line !== null && <Edit load={load} row={row} line={line} onNext={onNext} />}
    </Drawer>
  );
}

function AskForLine({ load, row, onLine }: { load: string; row: QuarantineRow; onLine: (line: QuarantineLine) => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const look = useMutation({
    mutationFn: () => send(quarantineLine, 'POST', `/api/v1/loads/${load}/quarantine/${row.id}/reveal`, { reason: reason.trim() }),
    onSuccess: onLine,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (reason.trim().length >= 4) look.mutate();
  };
  return (
    <form onSubmit={submit}>
      <h3>{t('quarantine.correct')}</h3>
      <label htmlFor="line-reason" className="sm t2">
        {t('reveal.reason')}
      </label>
      <textarea
        id="line-reason"
        className="area"
        rows={2}
        maxLength={200}
        value={reason}
        placeholder={t('quarantine.reasonExample')}
        onChange={(event) => setReason(event.target.value)}
      />
      <Refusal problem={look.error} small />
      <button type="submit" className="btn" disabled={reason.trim().length < 4 || look.isPending}>
        {t('quarantine.open')}
      </button>
    </form>
  );
}

function Edit({ load, row, line, onNext }: { load: string; row: QuarantineRow; line: QuarantineLine; onNext: () => void }) {
  const { t } = useTranslation();
  const language = spoken();
  const client = useQueryClient();
  const [text, setText] = useState(line.corrected_line ?? line.raw_line);
  const save = useMutation({
    mutationFn: () => send(correction, 'PUT', `/api/v1/loads/${load}/quarantine/${row.id}`, { line: text }),
    onSuccess: (answer) => {
      if (answer.valid) void client.invalidateQueries({ queryKey: ['quarantine', load] });
    },
  });
  const answer = save.data;
  return (
    <>
      <h3>{t('quarantine.correct')}</h3>
      <label htmlFor="corrected" className="sm t2">
        {t('quarantine.lineLabel')}
      </label>
      <textarea
        id="corrected"
        className="area mono"
        rows={6}
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          save.reset();
        }}
      />
      {line.fields !== null && (
        <dl className="kv fields">
          {line.fields.map((field) => (
            <div key={field.field} className="pair">
              <dt className={field.field === row.field ? 'mono warn' : 'mono'}>{field.field}</dt>
              <dd className={field.field === row.field ? 'strong' : ''}>
                {field.value === '' ? (
                  <span className="t3">{field.required ? t('quarantine.missing') : t('quarantine.blank')}</span>
                ) : (
                  field.value
                )}{' '}
                <span className="t3 sm">{field.type}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
      <Refusal problem={save.error} />
      {answer !== undefined && !answer.valid && (
        <ul className="notice bad findings" role="alert">
          {answer.findings.map((finding) => (
            <li key={`${finding.field}-${finding.code}`}>
              <span className="mono">{finding.field ?? t('quarantine.wholeLine')}</span> {finding[language]}
            </li>
          ))}
        </ul>
      )}
      {answer?.valid === true && (
        <p className="notice ok" role="status">
          {t('quarantine.saved')}
        </p>
      )}
      <p className="do-line">
        <button type="button" className="btn pri" disabled={save.isPending || text.trim() === ''} onClick={() => save.mutate()}>
          {t('quarantine.save')}
        </button>
        <button type="button" className="btn" onClick={onNext}>
          {t('quarantine.next')}
        </button>
      </p>
    </>
  );
}
