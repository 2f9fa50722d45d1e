import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, largestRoll, rolledIn, type RolledIn } from '#modules/village/contract.ts';
import { Problem } from '../../api/client.ts';
import { at, useVillageAct } from '../../api/village.ts';
import { base64Of } from '../../parts/base64.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { useRefused } from '../../parts/refused.ts';

interface Sent {
  file: string;
  is_trial: boolean;
}

/** A filled-in roll: checked first, taken in when it is in order; every error stands at its cell. */
export function RollIn({ project, onClose }: { project: string; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const [file, setFile] = useState<string | null>(null);
  const [isTooLarge, setTooLarge] = useState(false);
  const [answer, setAnswer] = useState<RolledIn | null>(null);
  const take = useVillageAct<Sent>('POST', at(addresses.rollIn, project), (given) => setAnswer(rolledIn.parse(given)));
  const faults = take.error instanceof Problem ? take.error.faults : [];
  const refused = useRefused(take.error, {}).rest;
  const choose = (chosen: File | undefined): void => {
    setAnswer(null);
    take.reset();
    setTooLarge(chosen !== undefined && chosen.size > largestRoll);
    setFile(null);
    if (chosen !== undefined && chosen.size <= largestRoll) void base64Of(chosen).then(setFile);
  };
  const isChecked = answer?.is_trial === true;
  const isDone = answer?.is_trial === false;
  return (
    <AskDrawer
      title={t('village.project.in')}
      says={t('village.project.inSays')}
      foot={isDone ? '' : t('ask.atOnce')}
      submit={isChecked ? t('village.project.take') : t('village.project.trial')}
      isReady={file !== null && !isDone}
      isBusy={take.isPending}
      refused={isTooLarge ? t('village.project.tooLarge') : refused}
      onSubmit={() => take.mutate({ file: file ?? '', is_trial: !isChecked })}
      onClose={onClose}
    >
      <p className="typed">
        <label htmlFor="roll-file">{t('village.project.file')}</label>
        <input
          id="roll-file"
          type="file"
          accept=".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
          onChange={(event) => choose(event.target.files?.[0])}
        />
      </p>
      {answer !== null && (
        <p className="ok" role="status">
          {t(isDone ? 'village.project.done' : 'village.project.trialDone', { ...answer })}
        </p>
      )}
      {faults.length > 0 && (
        <>
          <h3>{t('village.project.cells', { count: faults.length })}</h3>
          <ul className="cells">
            {faults.map((fault, index) => (
              <li key={index}>
                <b className="mono">{fault.place}</b> {i18n.language === 'en' ? fault.en : fault.zh}
              </li>
            ))}
          </ul>
        </>
      )}
    </AskDrawer>
  );
}
