import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { personIndicators, type IndicatorValue } from '#modules/indicators/contract.ts';
import { get } from '../../api/client.ts';
import { spoken } from '../../i18n.ts';
import { plainValue } from '../../parts/indicator-value.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Unknown } from '../../parts/unknown.tsx';

function Value({ item }: { item: IndicatorValue }) {
  const { t } = useTranslation();
  const language = spoken();
  if (item.withheld) return <span className="t3">{t('person.withheld')}</span>;
  if (item.value === null) return <Unknown why={item.null_meaning?.[language]} />;
  return <b>{item.label?.[language] ?? plainValue(item.value, item.unit, t)}</b>;
}

/** Every indicator of one person as it was read, in columns; unknown says why. */
export function PersonIndicators({ id }: { id: string }) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState('');
  const answer = useQuery({
    queryKey: ['person-indicators', id],
    queryFn: () => get(personIndicators, `/api/v1/persons/${id}/indicators`),
  });
  if (answer.isError) return <Failure problem={answer.error} retry={() => void answer.refetch()} />;
  if (answer.data === undefined) return <div className="sec">{<Bones rows={12} />}</div>;
  const language = spoken();
  const text = wanted.trim().toLowerCase();
  const items = answer.data.items.filter(
    (item) => text === '' || item.code.toLowerCase().includes(text) || item.name[language].toLowerCase().includes(text),
  );
  const unknown = answer.data.items.filter((item) => item.value === null && !item.withheld).length;
  return (
    <>
      <div className="sent">
        <span className="words">
          {t('person.indicatorCount', { all: answer.data.items.length, unknown })} {t('list.asOf', { at: answer.data.as_of })}
        </span>
        <span className="r">
          <input
            className="f"
            type="search"
            aria-label={t('person.findIndicator')}
            placeholder={t('person.findIndicator')}
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
          />
        </span>
      </div>
      {items.length === 0 ? (
        <Empty title={t('person.noIndicator')} />
      ) : (
        <dl className="values">
          {items.map((item) => (
            <div key={item.code}>
              <dt>
                <Link to="/indicators" search={{ open: item.code }}>
                  {item.name[language]}
                </Link>
                <span className="mono t3">{item.code}</span>
              </dt>
              <dd>
                <Value item={item} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
