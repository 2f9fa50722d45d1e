import { useQuery } from '@tanstack/react-query';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { addresses, dayEndPage } from '#modules/servicing/contract.ts';
import { get } from '../api/client.ts';
import { enclosing, useGridNode } from '../api/grid.ts';
import { useMe, useSignOut } from '../api/session.ts';
import { languages, speak, spoken } from '../i18n.ts';
import { Menu } from '../parts/menu.tsx';
import { remember } from './scope.ts';

const languageNames = { zh: '中文', en: 'English' } as const;

/** The part of the grid that the reader looks at. */
export function ScopeSwitch({ scope }: { scope: string }) {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const match = useRouterState({ select: (state) => state.matches.at(-1) });
  const county = enclosing(scope, 'county');
  const township = enclosing(scope, 'township');
  const village = enclosing(scope, 'village');
  const top = useGridNode(county);
  const middle = useGridNode(township);
  const go = (code: string): void => {
    remember(code);
    const path = match?.fullPath ?? '/';
    if (path === '/grid/$code') void navigate({ to: '/grid/$code', params: { code } });
    else if (match !== undefined && 'grid' in (match.search as Record<string, unknown>))
      void navigate({ to: match.pathname, search: { grid: code } });
  };
  const townships = top.data?.children.filter((child) => child.level === 'township') ?? [];
  const villages = middle.data?.children.filter((child) => child.level === 'village') ?? [];
  const bound = (length: number): boolean => me.home.length >= length;
  return (
    <div className="scope" role="group" aria-label={t('shell.scope.label')}>
      <select
        className={township === null ? 'here' : ''}
        aria-label={t('codes.level.county')}
        value={county ?? ''}
        disabled={bound(9)}
        onChange={(event) => go(event.target.value)}
        onClick={() => {
          if (township !== null && !bound(9) && county !== null) go(county);
        }}
      >
        <option value={county ?? ''}>{top.data?.name ?? '…'}</option>
      </select>
      <select
        className={township !== null && village === null ? 'here' : ''}
        aria-label={t('codes.level.township')}
        title={township === null ? undefined : middle.data?.name}
        value={township ?? ''}
        disabled={bound(9)}
        onChange={(event) => go(event.target.value === '' ? (county ?? me.home) : event.target.value)}
      >
        {!bound(9) && <option value="">{t('shell.scope.allTownships')}</option>}
        {township !== null && townships.every((one) => one.code !== township) && (
          <option value={township}>{middle.data?.name ?? '…'}</option>
        )}
        {townships.map((one) => (
          <option key={one.code} value={one.code}>
            {one.name}
          </option>
        ))}
      </select>
      <select
        className={village === null ? '' : 'here'}
        aria-label={t('codes.level.village')}
        title={villages.find((one) => one.code === village)?.name}
        value={village ?? ''}
        disabled={township === null || bound(12)}
        onChange={(event) => go(event.target.value === '' ? (township ?? me.home) : event.target.value)}
      >
        {!bound(12) && <option value="">{t('shell.scope.allVillages')}</option>}
        {village !== null && villages.every((one) => one.code !== village) && <option value={village}>…</option>}
        {villages.map((one) => (
          <option key={one.code} value={one.code}>
            {one.name}
          </option>
        ))}
      </select>
    </div>
  );
}

/** The open business date. A day that was just closed on this desk is known before the session is asked again. */
export function BusinessDate() {
  const { t } = useTranslation();
  const me = useMe();
  const closed = useQuery({ queryKey: ['day-ends'], queryFn: () => get(dayEndPage, addresses.dayEnds), enabled: false }).data?.open_date;
  const date = closed !== null && closed !== undefined && closed > me.businessDate ? closed : me.businessDate;
  const behind = daysFrom(date, me.today);
  return (
    <span className="t3 business-date">
      <span>{t('shell.businessDate')}</span> <span className="t2">{date}</span>
      {behind > 0 && (
        <span className="warn" title={t('shell.today', { today: me.today })}>
          {' '}
          {t('shell.behind', { days: behind })}
        </span>
      )}
    </span>
  );
}

const daysFrom = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** Language and the way out. `short`: the name without the post. */
export function Own({ short = false }: { short?: boolean }) {
  const { t } = useTranslation();
  const me = useMe();
  const signOut = useSignOut();
  return (
    <Menu label={t('shell.me.open')} className="me" face={short ? <span title={me.name}>{me.name}</span> : `${me.name} · ${me.post}`}>
      {languages.map((language) => (
        <button key={language} type="button" lang={language} aria-pressed={spoken() === language} onClick={() => void speak(language)}>
          {spoken() === language ? '✓ ' : '　 '}
          {languageNames[language]}
        </button>
      ))}
      <hr />
      <button type="button" onClick={() => signOut.mutate()}>
        {t('shell.me.out')}
      </button>
    </Menu>
  );
}

export function Top({ scope, onFind }: { scope: string; onFind: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <header className="top">
      {me.may('population.read') && <ScopeSwitch scope={scope} />}
      <BusinessDate />
      <span className="grow" />
      <button type="button" className="find" onClick={onFind}>
        <span>{t('shell.search.open')}</span>
        <span>
          <kbd>/</kbd> <kbd>Ctrl K</kbd>
        </span>
      </button>
      <Own />
    </header>
  );
}
