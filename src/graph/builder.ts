import SchemaBuilder from '@pothos/core';
import type { GraphContext } from '../loaders/context.ts';
import { DateTime, URLText } from './scalars.ts';

export const builder = new SchemaBuilder<{
  Context: GraphContext;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    URL: { Input: string; Output: string };
  };
}>({ defaultFieldNullability: false });

builder.addScalarType('DateTime', DateTime);
builder.addScalarType('URL', URLText);

export const Query = builder.queryType({
  description: 'Where every query begins. All of it can be asked anonymously; a preview token shows drafts too.',
});
