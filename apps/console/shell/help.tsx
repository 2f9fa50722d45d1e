import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';

const keys = [
  ['/', 'search'],
  ['Ctrl K', 'palette'],
  ['j', 'next'],
  ['k', 'previous'],
  ['Enter', 'open'],
  ['Esc', 'back'],
  ['?', 'help'],
] as const;

export function Help({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open={open} title={t('shell.keys.title')} footer={null} onCancel={onClose} width={360} destroyOnHidden>
      <dl className="kv">
        {keys.map(([key, word]) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(`shell.keys.${word}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
