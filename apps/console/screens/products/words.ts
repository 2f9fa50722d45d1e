import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { addresses, productWords, type ProductWords } from '#modules/product/contract.ts';
import { get } from '../../api/client.ts';
import { useCodes } from '../../codes.ts';
import { spoken } from '../../i18n.ts';
import type { Saying } from './said.ts';

const none: ProductWords = { dictionary: {}, forms: [], strategies: [] };

/** The bank's words for products; codes stand as they are until they have come. */
export function useSaying(): Saying {
  const { t } = useTranslation();
  const code = useCodes();
  const read = useQuery({
    queryKey: ['product-words'],
    queryFn: () => get(productWords, addresses.words),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { t, code, words: read.data ?? none, language: spoken() };
}
