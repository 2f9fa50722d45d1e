import { useTranslation } from 'react-i18next';
import { Empty } from '../parts/states.tsx';

/** An address that leads nowhere. */
export function Lost() {
  const { t } = useTranslation();
  return <Empty title={t('shell.lost.title')}>{t('shell.lost.next')}</Empty>;
}
