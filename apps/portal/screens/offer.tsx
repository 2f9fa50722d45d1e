import { bank } from '../api.ts';
import type { Method } from '../api.ts';
import { useAct, useApplication } from '../application.tsx';
import { percent, shortYuan, wan, yuan } from '../format.ts';
import { Go, Quiet } from '../parts/buttons.tsx';
import { CostTable } from '../parts/cost-table.tsx';
import { Frame } from '../parts/frame.tsx';
import { open } from '../router.ts';
import { useWords } from '../words/index.tsx';

const isMethod = (method: string, names: object): method is Method => method in names;

/** Yuan before percent, every cost, and what is accepted is what stands here: its hash goes back with the yes. */
export function Offer() {
  const { words, say, language } = useWords();
  const { offer, name } = useApplication();
  const acting = useAct();
  if (offer === null) return null;
  const { cost, limit_fen: limit, asked_fen: asked, conditions } = offer;
  const { method, months, principal_fen: principal } = cost.example;
  const isLess = asked !== null && BigInt(limit) < BigInt(asked);
  return (
    <Frame
      title={name === null ? words.offerTitleBare : words.offerTitle(name)}
      acting={acting}
      dock={
        <>
          <Go onPress={() => void acting.run(() => bank.accept({ offer_id: offer.offer_id, hash: offer.hash }))} isBusy={acting.isBusy}>
            {words.accept}
          </Go>
          <Quiet onPress={() => open('leave')}>{words.acceptLater}</Quiet>
        </>
      }
    >
      <section className="top">
        <p className="hero">
          {language === 'zh' ? (
            <>
              <b>{wan(limit)}</b> <span>{words.wanYuan}</span> <i>{words.thatIs(shortYuan(limit))}</i>
            </>
          ) : (
            <>
              <b>{shortYuan(limit)}</b> <span>{words.yuan}</span>
            </>
          )}
        </p>
        <p>{offer.is_revolving ? words.offerUntil(offer.limit_until) : words.offerOnce(offer.limit_until)}</p>
        {isLess && asked !== null && <p>{words.offerLess(shortYuan(asked))}</p>}
      </section>
      <section className="cost">
        <h2>
          {words.costOf(shortYuan(principal), months)} <b>{words.costInterest(yuan(cost.interest_fen))}</b>
        </h2>
        <p>
          <b>{words.rate(percent(offer.rate_ppm))}</b> {isMethod(method, words.method) && words.costMethod(words.method[method])}
        </p>
      </section>
      <CostTable cost={cost} />
      {conditions.length > 0 && (
        <section className="block">
          <h2>{words.conditionsTitle}</h2>
          <ul className="dots">
            {conditions.map(({ code, text }) => (
              <li key={code}>{say(text)}</li>
            ))}
          </ul>
        </section>
      )}
      <p className="foot">{words.offerValid(offer.valid_until)}</p>
    </Frame>
  );
}
