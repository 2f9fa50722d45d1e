import { useState } from 'react';
import type { ReactNode } from 'react';
import { isAsked, readForm } from '#core/product/index.ts';
import type { Form, Question } from '#core/product/index.ts';
import type { ReviewSheet } from './bank.ts';
import type { Draft } from './kept.ts';
import { stepAmount } from './way.ts';
import { language, said, words } from './words.ts';

/** First whether the household is known; then bands, never a field to type in; the amount starts empty. */
export function PersonForm({
  sheet,
  draft,
  wrong,
  onDraft,
}: {
  sheet: ReviewSheet;
  draft: Draft;
  wrong: readonly string[];
  onDraft: (draft: Draft) => void;
}) {
  const read = readForm(sheet.form);
  const form = 'form' in read ? read.form : null;
  const know = (knows: Draft['knows']): void => onDraft({ ...draft, knows });
  return (
    <>
      <section className="ask" data-question="knows">
        <h2>{words.knows}</h2>
        <div className="chips">
          <Chip is={draft.knows === 'yes'} onPress={() => know('yes')}>
            {words.yes}
          </Chip>
          <Chip is={draft.knows === 'no'} onPress={() => know('no')}>
            {words.no}
          </Chip>
          <Chip is={draft.knows === 'recused'} onPress={() => know('recused')}>
            {words.aside}
          </Chip>
        </div>
        {draft.knows === 'recused' && <p className="quiet">{words.asideSays}</p>}
      </section>
      {draft.knows === 'yes' && form !== null && (
        <section className="bands">
          <Questions form={form} names={form.required} draft={draft} wrong={wrong} onDraft={onDraft} />
          <Amount sheet={sheet} draft={draft} isWrong={wrong.includes('suggested_fen')} onDraft={onDraft} />
          <More title={words.moreQuestions} count={optional(form).filter((name) => draft.answers[name] !== undefined).length}>
            <Questions form={form} names={optional(form)} draft={draft} wrong={wrong} onDraft={onDraft} />
          </More>
          <More title={words.kinds} count={draft.kinds.length}>
            <p className="quiet">{words.kindsSays}</p>
            <div className="kinds">
              {sheet.kinds.map((kind) => {
                const is = draft.kinds.includes(kind.code);
                const kinds = is ? draft.kinds.filter((code) => code !== kind.code) : [...draft.kinds, kind.code];
                return (
                  <Chip key={kind.code} is={is} onPress={() => onDraft({ ...draft, kinds })}>
                    {said(kind)}
                  </Chip>
                );
              })}
            </div>
          </More>
        </section>
      )}
    </>
  );
}

const optional = (form: Form): string[] => Object.keys(form.properties).filter((name) => !form.required.includes(name));

function Questions({
  form,
  names,
  draft,
  wrong,
  onDraft,
}: {
  form: Form;
  names: readonly string[];
  draft: Draft;
  wrong: readonly string[];
  onDraft: (draft: Draft) => void;
}) {
  return names.map((name) => {
    const question = form.properties[name];
    if (question === undefined || !isAsked(question, draft.answers)) return null;
    const answer = (value: string | boolean): void => {
      const { [name]: present, ...others } = draft.answers;
      // Pressed once more an optional answer is taken back.
      const isBack = present === value && !form.required.includes(name);
      onDraft({ ...draft, answers: isBack ? others : { ...others, [name]: value } });
    };
    return (
      <div
        key={name}
        className={wrong.includes(name) ? 'row wrong' : 'row'}
        data-question={name}
        role="group"
        aria-label={titleOf(question)}
      >
        <h3>
          {titleOf(question)}
          {question.description !== undefined && <small>{language === 'en' ? question['x-description-en'] : question.description}</small>}
        </h3>
        <div className={choicesOf(question).length > 4 ? 'chips three' : 'chips'}>
          {choicesOf(question).map((choice) => (
            <Chip
              key={String(choice.value)}
              is={draft.answers[name] === choice.value}
              isUnsure={choice.value === 'unsure'}
              onPress={() => answer(choice.value)}
            >
              {choice.text}
            </Chip>
          ))}
        </div>
      </div>
    );
  });
}

const titleOf = (question: Question): string => (language === 'en' ? question['x-title-en'] : question.title);

function choicesOf(question: Question): { value: string | boolean; text: string }[] {
  if (question.type === 'boolean') {
    return [
      { value: true, text: language === 'en' ? 'Yes' : '有' },
      { value: false, text: language === 'en' ? 'No' : '没有' },
    ];
  }
  if (question.type !== 'string' || !('enum' in question)) return [];
  return question.enum.map((value) => {
    const wording = question['x-words'][value];
    return { value, text: wording === undefined ? value : said(wording) };
  });
}

function Amount({
  sheet,
  draft,
  isWrong,
  onDraft,
}: {
  sheet: ReviewSheet;
  draft: Draft;
  isWrong: boolean;
  onDraft: (draft: Draft) => void;
}) {
  const press = (by: 1 | -1): void => onDraft({ ...draft, suggestedFen: stepAmount(sheet.suggestions_fen, draft.suggestedFen, by) });
  return (
    <div className={isWrong ? 'row wrong' : 'row'} data-question="suggested_fen">
      <h3>{words.amount}</h3>
      <div className="stepper">
        <button type="button" aria-label={words.less} onClick={() => press(-1)}>
          −
        </button>
        <output>
          {draft.suggestedFen === null ? (
            <span className="weak">{words.notChosen}</span>
          ) : (
            <>
              <b>{Number(draft.suggestedFen) / 1_000_000}</b>
              {words.wan}
            </>
          )}
        </output>
        <button type="button" aria-label={words.moreAmount} onClick={() => press(1)}>
          +
        </button>
      </div>
    </div>
  );
}

/** Behind one quiet line until somebody has something to say. */
function More({ title, count, children }: { title: string; count: number; children: ReactNode }) {
  const [isOpen, setOpen] = useState(count > 0);
  return (
    <div className="more">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={({ currentTarget }) => {
          setOpen(!isOpen);
          // What opens below the edge of a phone would not be seen to have opened.
          if (!isOpen) requestAnimationFrame(() => currentTarget.scrollIntoView({ block: 'start', behavior: 'smooth' }));
        }}
      >
        <span>{title}</span>
        {count > 0 && <b>{count}</b>}
        <i aria-hidden="true" />
      </button>
      {isOpen && children}
    </div>
  );
}

function Chip({ is, isUnsure = false, onPress, children }: { is: boolean; isUnsure?: boolean; onPress: () => void; children: ReactNode }) {
  return (
    <button type="button" className={isUnsure ? 'pick unsure' : 'pick'} aria-pressed={is} onClick={onPress}>
      {children}
    </button>
  );
}
