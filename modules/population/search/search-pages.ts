import type { Language } from '#platform/http/index.ts';
import type { SearchHit } from '../contract.ts';
import type { Reader } from '../reader.ts';

interface Page {
  page: string;
  permission: string;
  zh: string;
  en: string;
}

/** The console's pages by their address, and the permission without which a page is not offered. */
const pages: readonly Page[] = [
  { page: 'grid', permission: 'population.read', zh: '网格', en: 'Grid' },
  { page: 'households', permission: 'population.read', zh: '户', en: 'Households' },
  { page: 'persons', permission: 'population.read', zh: '客户', en: 'Persons' },
  { page: 'decide', permission: 'strategy.decide', zh: '即时决策', en: 'Decide now' },
  { page: 'whitelist', permission: 'whitelist.read', zh: '白名单', en: 'Whitelist' },
  { page: 'strategies', permission: 'strategy.read', zh: '策略', en: 'Strategies' },
  { page: 'loads', permission: 'intake.read', zh: '装载', en: 'Loads' },
  { page: 'sources', permission: 'intake.read', zh: '数据源', en: 'Sources' },
  { page: 'identity', permission: 'intake.identity', zh: '身份核对', en: 'Identity review' },
  { page: 'indicators', permission: 'indicators.read', zh: '指标', en: 'Indicators' },
  { page: 'changes', permission: 'change.read', zh: '变更复核', en: 'Changes' },
  { page: 'audit', permission: 'audit.read', zh: '审计', en: 'Audit trail' },
];

export function findPages(reader: Reader, text: string, language: Language): SearchHit[] {
  const wanted = text.toLowerCase();
  return pages
    .filter(({ permission }) => reader.permissions.has(permission))
    .filter(({ page, zh, en }) => [page, zh, en.toLowerCase()].some((name) => name.includes(wanted)))
    .map((found) => ({ kind: 'page', page: found.page, title: found[language], subtitle: language === 'zh' ? '页面' : 'Page' }));
}
