import { builder } from '../builder.ts';

/** The operators of each kind of value. Their meaning stands in lib/comparison.ts. */

const NULLS = 'Operators that are given must all hold; one that is left out or null asks nothing.';
const IN = 'One of these: an empty list is true of nothing.';
const NOT_IN = 'None of these: an empty list is true of everything. True of what is absent.';
const NE = 'Not this. True of what is absent.';
const IS_NULL = 'Whether it is absent.';

export const IDFilter = builder.inputType('IDFilter', {
  description: `What an \`id\` must be. ${NULLS}`,
  fields: (t) => ({
    eq: t.id({ description: 'This.' }),
    ne: t.id({ description: NE }),
    in: t.idList({ description: IN }),
    notIn: t.idList({ description: NOT_IN }),
  }),
});

export const StringFilter = builder.inputType('StringFilter', {
  description: `What a text must be. ${NULLS}`,
  fields: (t) => ({
    eq: t.string({ description: 'This.' }),
    ne: t.string({ description: NE }),
    in: t.stringList({ description: IN }),
    notIn: t.stringList({ description: NOT_IN }),
    isNull: t.boolean({ description: IS_NULL }),
  }),
});

export const IntFilter = builder.inputType('IntFilter', {
  description: `What a number must be. ${NULLS} What is absent is neither less nor greater than anything.`,
  fields: (t) => ({
    eq: t.int({ description: 'This.' }),
    ne: t.int({ description: NE }),
    in: t.intList({ description: IN }),
    notIn: t.intList({ description: NOT_IN }),
    gt: t.int({ description: 'More than this.' }),
    gte: t.int({ description: 'At least this.' }),
    lt: t.int({ description: 'Less than this.' }),
    lte: t.int({ description: 'At most this.' }),
    isNull: t.boolean({ description: IS_NULL }),
  }),
});

export const DateTimeFilter = builder.inputType('DateTimeFilter', {
  description: `When something must have been. ${NULLS}`,
  fields: (t) => ({
    eq: t.field({ type: 'DateTime', description: 'At this instant.' }),
    ne: t.field({ type: 'DateTime', description: NE }),
    in: t.field({ type: ['DateTime'], description: IN }),
    notIn: t.field({ type: ['DateTime'], description: NOT_IN }),
    gt: t.field({ type: 'DateTime', description: 'After this instant.' }),
    gte: t.field({ type: 'DateTime', description: 'At this instant or after it.' }),
    lt: t.field({ type: 'DateTime', description: 'Before this instant.' }),
    lte: t.field({ type: 'DateTime', description: 'At this instant or before it.' }),
  }),
});

export const BooleanFilter = builder.inputType('BooleanFilter', {
  description: `What must be true or false. ${NULLS}`,
  fields: (t) => ({
    eq: t.boolean({ description: 'This.' }),
    ne: t.boolean({ description: 'Not this.' }),
  }),
});
