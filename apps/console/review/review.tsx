import { useEffect, useState } from 'react';
import { bank, refusedOf } from './bank.ts';
import type { ReviewSession, ReviewSheet } from './bank.ts';
import { Enter } from './enter.tsx';
import { Oath } from './oath.tsx';
import { Plain } from './plain.tsx';
import { Walk } from './walk.tsx';
import { words } from './words.ts';

type At =
  | { readonly at: 'opening' }
  | { readonly at: 'enter' }
  | { readonly at: 'gone'; readonly wasHandedOver: boolean }
  | { readonly at: 'fault'; readonly says: string }
  | { readonly at: 'here'; readonly session: ReviewSession; readonly sheet: ReviewSheet };

/** Who is here decides what is shown: nobody, somebody who has not sworn, or somebody with a sheet. */
export function Review() {
  const [state, setState] = useState<At>({ at: 'opening' });
  useEffect(() => void whoIsHere().then(setState), []);
  const open = (given?: ReviewSession): void => void whoIsHere(given).then(setState);
  switch (state.at) {
    case 'opening':
      return <Plain title={words.own}>{words.loading}</Plain>;
    case 'fault':
      return (
        <Plain title={words.own} act={{ text: words.tryAgain, run: () => open() }}>
          {state.says}
        </Plain>
      );
    case 'enter':
      return <Enter onEntered={(session) => open(session)} />;
    case 'gone':
      return state.wasHandedOver ? (
        <Plain title={words.gone} act={{ text: words.staffSignIn, run: () => window.location.replace('/') }}>
          {words.goneSays}
        </Plain>
      ) : (
        <Enter onEntered={(session) => open(session)} />
      );
    case 'here':
      return state.session.is_sworn ? (
        <Walk
          key={state.session.reviewer_id}
          session={state.session}
          sheet={state.sheet}
          onGone={() => setState({ at: 'gone', wasHandedOver: state.session.is_handed_over })}
          onSignedOut={() => setState({ at: 'enter' })}
        />
      ) : (
        <Oath session={state.session} onSworn={(session) => open(session)} />
      );
  }
}

async function whoIsHere(given?: ReviewSession): Promise<At> {
  try {
    const session = given ?? (await bank.session());
    return { at: 'here', session, sheet: await bank.sheet() };
  } catch (fault) {
    const refused = refusedOf(fault);
    if (refused.code === 'review_signed_out') return { at: 'enter' };
    return { at: 'fault', says: refused.words ?? (refused.code === 'network' ? words.noSignal : words.fault) };
  }
}
