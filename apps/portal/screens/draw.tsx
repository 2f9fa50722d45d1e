/** Borrowing out of the limit: amount, months, way to repay, use, payee, account, and one look at everything. */
import { useState } from 'react';
import { bank } from '../api.ts';
import type { Ready } from '../api.ts';
import { useAct, useApplication, useStanding } from '../application.tsx';
import { drawOf, drawPages, emptyDraft, isEntrusted, pageAhead, pageOf } from '../draw-draft.ts';
import type { DrawDraft } from '../draw-draft.ts';
import { shortYuan, yuan } from '../format.ts';
import { AmountKeys, useAmountFault } from '../parts/amount-keys.tsx';
import { Go } from '../parts/buttons.tsx';
import { DigitsField } from '../parts/digits-field.tsx';
import { Frame } from '../parts/frame.tsx';
import { Icon } from '../parts/icons.tsx';
import { Wrong } from '../parts/notice.tsx';
import { open, restart, usePlace } from '../router.ts';
import { amountOf } from '../typed-amount.ts';
import { makeKey } from '../use-loans.ts';
import { useWords } from '../words/index.tsx';
import { MethodPage, useMethodPreviews } from './draw-method.tsx';
import { PlanTable } from './plan-table.tsx';

export interface DrawPageProps {
  ready: Ready;
  draft: DrawDraft;
  /** Takes an answer and goes on to the next page that has none. */
  onAnswer: (answer: Partial<DrawDraft>) => void;
}

export function Draw() {
  const { ready } = useApplication();
  return ready === null ? null : <DrawPages ready={ready} />;
}

function DrawPages({ ready }: { ready: Ready }) {
  const { item } = usePlace();
  const [draft, setDraft] = useState<DrawDraft>(emptyDraft);
  const [isDrawn, setDrawn] = useState(false);
  const [key] = useState(makeKey);
  if (isDrawn) return <Drawn />;
  const page = pageOf(item, draft, ready);
  const onAnswer = (answer: Partial<DrawDraft>): void => {
    const next = { ...draft, ...answer };
    setDraft(next);
    const ahead = pageAhead(next, ready);
    // A page that was answered is followed by the next one in order, so that what depends on it is seen again.
    const following = drawPages[drawPages.indexOf(page) + 1] ?? 'confirm';
    const skipsPayee = following === 'payee' && !isEntrusted(next, ready);
    open('draw', drawPages.indexOf(ahead) < drawPages.indexOf(following) ? ahead : skipsPayee ? 'account' : following);
  };
  const props = { ready, draft, onAnswer };
  switch (page) {
    case 'amount':
      return <AmountPage {...props} />;
    case 'months':
      return <MonthsPage {...props} />;
    case 'method':
      return <MethodPage {...props} />;
    case 'purpose':
      return <PurposePage {...props} />;
    case 'payee':
      return <PayeePage {...props} />;
    case 'account':
      return <AccountPage {...props} />;
    case 'confirm':
      return (
        <ConfirmPage {...props} drawKey={key} onDrawn={() => setDrawn(true)} onEntrust={() => setDraft({ ...draft, mustEntrust: true })} />
      );
  }
}

function AmountPage({ ready, draft, onAnswer }: DrawPageProps) {
  const { words } = useWords();
  const bounds = { least: 100n, most: (BigInt(ready.available_fen) / 100n) * 100n };
  const [typed, type] = useState(draft.amountFen === null ? '' : (draft.amountFen / 100n).toString());
  const [isPressed, press] = useState(false);
  const tell = useAmountFault(bounds);
  const found = amountOf(typed, bounds);
  const next = (): void => {
    press(true);
    if (found.ok) onAnswer({ amountFen: found.fen });
  };
  return (
    <Frame
      title={words.drawAmountTitle}
      why={words.drawAmountWhy(shortYuan(ready.available_fen))}
      above="loans"
      dock={<Go onPress={next}>{words.next}</Go>}
    >
      <AmountKeys typed={typed} onType={type} bounds={bounds} wrong={isPressed && !found.ok ? tell(found.fault) : null} />
    </Frame>
  );
}

function MonthsPage({ ready, draft, onAnswer }: DrawPageProps) {
  const { words } = useWords();
  return (
    <Frame title={words.drawMonthsTitle} why={words.drawMonthsWhy} above="loans">
      <ul className="options">
        {ready.months.map((months) => (
          <li key={months}>
            <button type="button" aria-pressed={draft.months === months} onClick={() => onAnswer({ months })}>
              {words.months(months)}
              <Icon of={draft.months === months ? 'check' : 'onward'} />
            </button>
          </li>
        ))}
      </ul>
    </Frame>
  );
}

function PurposePage({ ready, draft, onAnswer }: DrawPageProps) {
  const { words, say } = useWords();
  return (
    <Frame title={words.drawPurposeTitle} above="loans">
      <ul className="options">
        {ready.purposes.map(({ value, label }) => (
          <li key={value}>
            <button type="button" aria-pressed={draft.purpose === value} onClick={() => onAnswer({ purpose: value })}>
              {say(label)}
              <Icon of={draft.purpose === value ? 'check' : 'onward'} />
            </button>
          </li>
        ))}
      </ul>
      {ready.forbidden.length > 0 && (
        <section className="block">
          <h2>{words.drawForbidden}</h2>
          <p>{ready.forbidden.map(say).join(words.listJoin)}</p>
        </section>
      )}
    </Frame>
  );
}

function PayeePage({ ready, draft, onAnswer }: DrawPageProps) {
  const { words } = useWords();
  const [name, typeName] = useState(draft.payee?.name ?? '');
  const [account, typeAccount] = useState(draft.payee?.account ?? '');
  const [isPressed, press] = useState(false);
  const wrong = { name: name.trim().length < 2, account: !/^\d{8,32}$/.test(account) };
  const next = (): void => {
    press(true);
    if (!wrong.name && !wrong.account) onAnswer({ payee: { name: name.trim(), account } });
  };
  const from = ready.entrusted_from_fen;
  return (
    <Frame
      title={words.drawPayeeTitle}
      why={draft.mustEntrust || from === null ? words.drawPayeeSplit : words.drawPayeeWhy(shortYuan(from))}
      above="loans"
      dock={<Go onPress={next}>{words.next}</Go>}
    >
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          next();
        }}
      >
        <label className="field">
          <span>{words.payeeName}</span>
          <input
            value={name}
            maxLength={60}
            autoComplete="off"
            onChange={(event) => typeName(event.target.value)}
            aria-invalid={isPressed && wrong.name}
            aria-describedby="payee-name-wrong"
          />
        </label>
        <Wrong id="payee-name-wrong">{isPressed && wrong.name ? words.payeeNameBad : null}</Wrong>
        <label className="field">
          <span>{words.payeeAccount}</span>
          <input
            className="figures"
            inputMode="numeric"
            autoComplete="off"
            value={account.replaceAll(/(\d{4})(?=\d)/g, '$1 ')}
            onChange={(event) => typeAccount(event.target.value.normalize('NFKC').replaceAll(/\D/g, '').slice(0, 32))}
            aria-invalid={isPressed && wrong.account}
            aria-describedby="payee-account-wrong"
          />
        </label>
        <Wrong id="payee-account-wrong">{isPressed && wrong.account ? words.payeeAccountBad : null}</Wrong>
        <button type="submit" className="unseen" tabIndex={-1} aria-hidden="true" />
      </form>
    </Frame>
  );
}

function AccountPage({ ready, draft, onAnswer }: DrawPageProps) {
  const { words } = useWords();
  if (ready.accounts.length === 0) return <OwnAccount />;
  return (
    <Frame title={isEntrusted(draft, ready) ? words.drawAccountTitle : words.drawAccountTitleOwn} why={words.drawAccountWhy} above="loans">
      <ul className="options">
        {ready.accounts.map(({ account_id: accountId, masked }) => (
          <li key={accountId}>
            <button type="button" aria-pressed={draft.accountId === accountId} onClick={() => onAnswer({ accountId })}>
              {words.accountOf(masked)}
              <Icon of={draft.accountId === accountId ? 'check' : 'onward'} />
            </button>
          </li>
        ))}
      </ul>
    </Frame>
  );
}

/** No account of this person is known yet: given once, then chosen like any other. */
function OwnAccount() {
  const { words } = useWords();
  const acting = useAct();
  const [account, type] = useState('');
  const [isPressed, press] = useState(false);
  const isAccount = /^\d{8,32}$/.test(account);
  const next = (): void => {
    press(true);
    if (isAccount) void acting.run(() => bank.giveAccount({ account }));
  };
  return (
    <Frame
      title={words.drawAccountTitleOwn}
      why={words.noAccounts}
      above="loans"
      acting={acting}
      dock={
        <Go onPress={next} isBusy={acting.isBusy}>
          {words.next}
        </Go>
      }
    >
      <DigitsField
        label={words.ownAccount}
        value={account}
        onType={type}
        most={32}
        groups={[4, 4, 4, 4, 4]}
        kind="off"
        wrong={isPressed && !isAccount ? words.payeeAccountBad : null}
        onEnter={next}
      />
    </Frame>
  );
}

/** Everything once more, with the whole plan; the same key however often it is tried. */
function ConfirmPage({
  ready,
  draft,
  drawKey,
  onDrawn,
  onEntrust,
}: Omit<DrawPageProps, 'onAnswer'> & { drawKey: string; onDrawn: () => void; onEntrust: () => void }) {
  const { words, say } = useWords();
  const { refresh } = useStanding();
  const acting = useAct();
  const draw = drawOf(draft, ready, drawKey);
  const [found] = useMethodPreviews(draft, draft.method === null ? [] : [draft.method]);
  if (draw === null) return null;
  const purpose = ready.purposes.find(({ value }) => value === draw.purpose);
  const account = ready.accounts.find(({ account_id: id }) => id === draw.account_id);
  const needsPayee = acting.problem?.is('entrusted_needed', 'draw_split') === true && !isEntrusted(draft, ready);
  const send = async (): Promise<void> => {
    const isDone = await acting.run(async () => {
      await bank.draw(draw);
    });
    if (!isDone) return;
    onDrawn();
    await refresh();
  };
  const entrust = (): void => {
    onEntrust();
    open('draw', 'payee');
  };
  const facts: [string, string][] = [
    [words.borrowAmount, `${shortYuan(draw.amount_fen)} ${words.yuan}`],
    [words.borrowFor, words.months(draw.months)],
    [words.repayHow, words.method[draw.method]],
    [words.usedFor, purpose ? say(purpose.label) : draw.purpose],
    ...(draw.payee ? [[words.paidTo, draw.payee.name] satisfies [string, string]] : []),
    [words.account, account?.masked ?? ''],
  ];
  return (
    <Frame
      title={words.drawConfirmTitle}
      above="loans"
      acting={acting}
      dock={
        needsPayee ? (
          <Go onPress={entrust}>{words.drawPayeeTitle}</Go>
        ) : (
          <Go onPress={() => void send()} isBusy={acting.isBusy}>
            {words.drawDo(shortYuan(draw.amount_fen))}
          </Go>
        )
      }
    >
      {found?.preview && (
        <section className="cost">
          <h2>
            {words.costOf(shortYuan(draw.amount_fen), draw.months)} <b>{words.costInterest(yuan(found.preview.interest_fen))}</b>
          </h2>
          <p>
            {words.allTogether}{' '}
            <b>
              {yuan(found.preview.total_fen)} {words.yuan}
            </b>
          </p>
        </section>
      )}
      <dl className="facts facts--inset">
        {facts.map(([term, told]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{told}</dd>
          </div>
        ))}
      </dl>
      {found?.preview && <PlanTable preview={found.preview} />}
    </Frame>
  );
}

function Drawn() {
  const { words } = useWords();
  return (
    <Frame
      title={words.drawnTitle}
      why={words.drawnText}
      above="loans"
      dock={<Go onPress={() => void restart('loans')}>{words.toLoans}</Go>}
    />
  );
}
