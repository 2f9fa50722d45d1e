import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGridNode } from '../api/grid.ts';
import { useMe } from '../api/session.ts';
import { useKeys } from '../parts/keys.ts';
import { useIsNarrow } from '../parts/narrow.ts';
import { Bar } from './bar.tsx';
import { Help } from './help.tsx';
import { allowed, isGroup, leadsTo, type NavGroup, type NavItem } from './navigation.ts';
import { Palette } from './palette.tsx';
import { useScope } from './scope.ts';
import { ScopeSwitch, Top } from './top.tsx';
import { Marked } from './watermark.tsx';

function Brand() {
  const { t } = useTranslation();
  return (
    <Link to="/" className="brand">
      <svg width="18" height="18" viewBox="0 0 18 18" fill="none" stroke="var(--qm-color-primary)" strokeWidth="1.6" aria-hidden="true">
        <path d="M1 6h16M1 12.5h16M6 1v16M12.5 1v16" />
      </svg>
      {t('shell.brand')}
    </Link>
  );
}

/** Older than this many days the figures are marked as stale. */
const freshForDays = 3;

function AsOf({ onHelp }: { onHelp: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const seesData = me.may('population.read');
  const root = useGridNode(seesData ? me.home : null);
  const day = root.data?.figures.people.as_of ?? null;
  const age = day === null ? 0 : Math.round((Date.parse(me.today) - Date.parse(day)) / 86_400_000);
  return (
    <div className="foot">
      {seesData && (
        <>
          {t('shell.asOf')}
          <br />
          {root.isLoading ? '…' : day === null ? t('shell.noData') : t('shell.asOfDay', { day })}
          {age > freshForDays && <span className="stale"> {t('shell.stale', { days: age })}</span>}
          <br />
        </>
      )}
      <button type="button" onClick={onHelp}>
        <kbd>?</kbd> {t('shell.shortcuts')}
      </button>
    </div>
  );
}

function Entry({ item, path, scope }: { item: NavItem; path: string; scope: string }) {
  const { t } = useTranslation();
  const on = leadsTo(item, path);
  return (
    <Link
      to={item.to}
      search={item.scoped === true ? { grid: scope } : {}}
      className={on ? 'on' : ''}
      aria-current={on ? 'page' : undefined}
    >
      {t(`shell.nav.${item.key}`)}
    </Link>
  );
}

/** The frame around every screen: where I am, where I can go, how to find anything. */
export function Frame() {
  const { t } = useTranslation();
  const me = useMe();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const scope = useScope(me.home);
  const [finding, setFinding] = useState(false);
  const [helping, setHelping] = useState(false);
  // Closed again wherever the menu leads.
  const [openedAt, setOpenedAt] = useState<string | null>(null);
  const isNarrow = useIsNarrow();
  const isOpened = openedAt === path;
  useKeys({ '/': () => setFinding(true), '?': () => setHelping(true) });
  return (
    <div className={isNarrow && isOpened ? 'shell opened' : 'shell'}>
      <a className="skip" href="#content">
        {t('shell.skip')}
      </a>
      {isNarrow ? (
        <Bar isOpened={isOpened} onMenu={() => setOpenedAt(isOpened ? null : path)} onFind={() => setFinding(true)} />
      ) : (
        <>
          <Brand />
          <Top scope={scope} onFind={() => setFinding(true)} />
        </>
      )}
      {(!isNarrow || isOpened) && (
        <nav className="nav" aria-label={t('shell.nav.label')}>
          {isNarrow && me.may('population.read') && <ScopeSwitch scope={scope} />}
          {allowed(me.permissions).map((entry) =>
            isGroup(entry) ? (
              <Group key={entry.key} entry={entry} path={path} scope={scope} isWhole={isNarrow} />
            ) : (
              <Entry key={entry.key} item={entry} path={path} scope={scope} />
            ),
          )}
          <AsOf onHelp={() => setHelping(true)} />
        </nav>
      )}
      <Marked>
        <main className="main" id="content" tabIndex={-1}>
          <Outlet />
        </main>
      </Marked>
      <Palette open={finding} onOpen={() => setFinding(true)} onClose={() => setFinding(false)} />
      <Help open={helping} onClose={() => setHelping(false)} />
    </div>
  );
}

interface GroupProps {
  entry: NavGroup;
  path: string;
  scope: string;
  /** Every entry is one tap away: the menu closes with it. */
  isWhole: boolean;
}

function Group({ entry, path, scope, isWhole }: GroupProps) {
  const { t } = useTranslation();
  const isHere = entry.items.some((item) => leadsTo(item, path));
  const first = entry.items[0];
  if (first === undefined) return null;
  return (
    <>
      <Link to={first.to} search={first.scoped === true ? { grid: scope } : {}} className={isHere ? 'on' : ''}>
        {t(`shell.nav.${entry.key}`)}
      </Link>
      {(isHere || isWhole) && (
        <div className="sub">
          {entry.items.map((item) => (
            <Entry key={item.key} item={item} path={path} scope={scope} />
          ))}
        </div>
      )}
    </>
  );
}
