import { z } from 'zod';
import { productCode } from '#core/product/index.ts';
import { route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import {
  addresses,
  difference,
  differenceQuery,
  permissions,
  previewBody,
  previewed,
  productList,
  productPage,
  productPageQuery,
  productQuery,
  productWords,
  proposeBody,
  proposed,
} from './contract.ts';
import type { Products } from './index.ts';

const tag = 'product';
const named = z.object({ code: productCode });
/** A layer states some forty terms; its caps are the longest of them. */
const largestLayer = 96 * 1024;

export function addRoutes(api: Api, products: Products): void {
  addReading(api, products);
  addProposing(api, products);
}

function addReading(api: Api, products: Products): void {
  route(api, {
    method: 'GET',
    path: addresses.list,
    summary: { zh: '产品清单', en: 'Products, layer under layer' },
    tag,
    permission: permissions.read,
    query: productQuery,
    answer: productList,
    handle: ({ session, query }) => products.list(session, query),
  });
  route(api, {
    method: 'GET',
    path: addresses.words,
    summary: { zh: '产品用语、表单与策略', en: 'Words, forms and strategies that products may name' },
    tag,
    permission: permissions.read,
    answer: productWords,
    handle: ({ session }) => products.words(session),
  });
  route(api, {
    method: 'GET',
    path: addresses.one,
    summary: { zh: '一个产品的条款、来历与版本', en: 'A product: its terms, where each comes from, its versions' },
    tag,
    permission: permissions.read,
    params: named,
    query: productPageQuery,
    answer: productPage,
    handle: ({ session, params, query }) => products.one(session, params.code, query.on),
  });
  route(api, {
    method: 'GET',
    path: addresses.difference,
    summary: { zh: '两个版本的差异', en: 'What two versions state differently' },
    tag,
    permission: permissions.read,
    params: named,
    query: differenceQuery,
    answer: difference,
    handle: ({ session, params, query }) => products.difference(session, params.code, query),
  });
}

function addProposing(api: Api, products: Products): void {
  route(api, {
    method: 'POST',
    path: addresses.preview,
    summary: { zh: '试算一层条款', en: 'What a layer would be, without keeping it' },
    tag,
    permission: permissions.propose,
    body: previewBody,
    bodyLimit: largestLayer,
    answer: previewed,
    handle: ({ session, body }) => products.preview(session, body.content),
  });
  route(api, {
    method: 'POST',
    path: addresses.propose,
    summary: { zh: '提交一层条款，待复核', en: 'Propose a layer; it waits for a second person' },
    tag,
    permission: permissions.propose,
    body: proposeBody,
    bodyLimit: largestLayer,
    answer: proposed,
    status: 201,
    handle: ({ session, body, requestId }) => products.propose(session, body, requestId),
  });
}
