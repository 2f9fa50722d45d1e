import { useQuery } from '@tanstack/react-query';
import { addresses, productList } from '#modules/product/contract.ts';
import { get } from '../api/client.ts';
import { useMe } from '../api/session.ts';
import { spoken } from '../i18n.ts';

/** What a product is called, with its code on hover; the code alone where nobody may read the name, or nobody knows it. */
export function ProductName({ code }: { code: string }) {
  const me = useMe();
  const products = useQuery({
    queryKey: ['products', 'sold'],
    queryFn: () => get(productList, addresses.list),
    enabled: me.may('product.read'),
    staleTime: 60_000,
  });
  if (products.isLoading) return <span className="t3">…</span>;
  const name = products.data?.items.find((row) => row.code === code)?.name[spoken()];
  return name === undefined ? <span className="mono">{code}</span> : <span title={code}>{name}</span>;
}
