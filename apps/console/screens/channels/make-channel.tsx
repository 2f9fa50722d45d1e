import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { addresses, channelKinds, type MakeChannel as Request } from '#modules/lending/contract.ts';
import { addresses as productAddresses, productList } from '#modules/product/contract.ts';
import { get, send } from '../../api/client.ts';
import { spoken } from '../../i18n.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { ChosenField, TypedField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';

const made = z.object({ code: z.string() });

/** A new code: for oneself and a product, or for a product alone. */
export function MakeChannel({ onClose, onMade }: { onClose: () => void; onMade: (code: string) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const language = spoken();
  const products = useQuery({ queryKey: ['products', 'sold'], queryFn: () => get(productList, productAddresses.list) });
  const sold = (products.data?.items ?? []).filter((row) => row.is_sold && row.process !== null);
  const [kind, setKind] = useState<Request['kind']>('manager');
  const [chosen, setChosen] = useState('');
  const [note, setNote] = useState('');
  const product = chosen === '' ? (sold[0]?.code ?? '') : chosen;
  const make = useMutation({
    mutationFn: (body: Request) => send(made, 'POST', addresses.channels, body),
    onSuccess: async ({ code }) => {
      await client.invalidateQueries({ queryKey: ['channels'] });
      onMade(code);
    },
  });
  const refused = useRefused(make.error ?? products.error, {});
  return (
    <AskDrawer
      docked
      title={t('channels.make')}
      says={t('channels.says')}
      foot={t('ask.atOnce')}
      submit={t('channels.make')}
      isReady={product !== ''}
      isBusy={make.isPending}
      refused={refused.rest}
      onSubmit={() => make.mutate({ kind, product, ...(note.trim() === '' ? {} : { note: note.trim() }) })}
      onClose={onClose}
    >
      <ChosenField
        id="channel-product"
        label={t('channels.column.product')}
        value={product}
        options={sold.map((row) => ({ value: row.code, text: row.name[language] }))}
        onChange={setChosen}
      />
      <ChosenField
        id="channel-kind"
        label={t('channels.column.kind')}
        value={kind}
        options={channelKinds.map((value) => ({ value, text: t(`channels.kind.${value}`) }))}
        onChange={(value) => setKind(channelKinds.find((one) => one === value) ?? 'manager')}
      />
      <TypedField
        id="channel-note"
        label={t('channels.column.note')}
        value={note}
        decimal={false}
        hint={t('channels.noteHint')}
        onChange={setNote}
      />
    </AskDrawer>
  );
}
