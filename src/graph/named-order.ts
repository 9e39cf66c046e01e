import type { NamedOrder as Order } from '../catalog/named.ts';
import { builder } from './builder.ts';

export const NamedOrder = builder.enumType('NamedOrder', {
  description:
    'In which sequence providers and topics are listed. Every order is total: what ties is told apart by id.',
  values: {
    NAME: { description: 'By name from A to Z, whatever its case and accents.' },
    ARTICLE_COUNT: { description: 'Most articles first, then by name. Stubs are not counted.' },
  } satisfies Record<Order, object>,
});
