import { useTranslation } from 'react-i18next';
import type { PersonPage } from '#modules/population/contract.ts';
import { useCodes } from '../../codes.ts';
import { wan, wanLength } from '../../format.ts';
import { Section } from '../../parts/page.tsx';
import { Empty } from '../../parts/states.tsx';
import { Known } from '../../parts/unknown.tsx';

type Sheet = PersonPage['balance_sheet'];
type Line = Sheet['assets'][number];

/** Debts to the left, assets to the right, on one scale. */
export function BalanceSheet({ sheet }: { sheet: Sheet }) {
  const { t } = useTranslation();
  const { assets, liabilities, asset_fen: asset, liability_fen: liability } = sheet;
  const net = asset === null || liability === null ? null : BigInt(asset) - BigInt(liability);
  const longest = Math.max(0.01, ...[...assets, ...liabilities].map((line) => wanLength(line.amount_fen)));
  const title =
    net === null
      ? t('person.balance')
      : net >= 0n
        ? t('person.netPlus', { amount: wan(net) })
        : t('person.netMinus', { amount: wan(-net) });
  return (
    <Section title={title} right={t('unit.wan')}>
      {assets.length + liabilities.length === 0 ? (
        <Empty title={t('person.noBalance')} inside>
          {t('person.noBalanceNext')}
        </Empty>
      ) : (
        <>
          <p className="two-sided sum-line">
            <span>
              {t('person.liabilities')}{' '}
              <b>
                <Known value={liability} write={wan} />
              </b>
            </span>
            <span>
              {t('person.assets')}{' '}
              <b>
                <Known value={asset} write={wan} />
              </b>
            </span>
          </p>
          <ol className="sides">
            {assets.map((line, index) => (
              <Side key={`a-${index}`} line={line} side="asset" longest={longest} />
            ))}
            {liabilities.map((line, index) => (
              <Side key={`l-${index}`} line={line} side="debt" longest={longest} />
            ))}
          </ol>
        </>
      )}
    </Section>
  );
}

function Side({ line, side, longest }: { line: Line; side: 'asset' | 'debt'; longest: number }) {
  const { t } = useTranslation();
  const code = useCodes();
  const share = `${(wanLength(line.amount_fen) / longest) * 50}%`;
  const label = `${code('balance', line.kind)}${line.label === null ? '' : ` ${code('product', line.label)}`}`;
  return (
    <li title={line.as_of === null ? label : `${label}，${t('list.asOf', { at: line.as_of })}`}>
      <span className="n">{label}</span>
      <span className="track">
        <s style={{ left: '50%' }} />
        <i className={side} style={side === 'asset' ? { left: '50%', width: share } : { right: '50%', width: share }} />
      </span>
      <span className="num">
        <Known value={line.amount_fen} write={wan} />
      </span>
    </li>
  );
}
