import { z } from 'zod';
import { httpUrlProblem } from '../../lib/http-url.ts';
import { isInstant } from '../../lib/instant.ts';

/** A key without a value (`images:`) says as much as no key. */
const optional = <T extends z.ZodType>(schema: T) => schema.nullish();

const httpUrl = z
  .string()
  .min(1)
  .max(2048)
  .superRefine((text, context) => {
    const problem = httpUrlProblem(text);
    if (problem) context.addIssue({ code: 'custom', message: problem, params: { code: 'URL_INVALID' } });
  })
  .meta({ format: 'uri', description: 'An absolute http or https address, without credentials.' });

const dateTime = z.iso
  .datetime({ offset: true, abort: true })
  .refine((text) => isInstant(Date.parse(text)), {
    message: 'a date of the years 1 to 9999',
    params: { code: 'DATE_INVALID' },
  })
  .meta({ description: 'RFC 3339 with a time zone: 2023-05-10T13:42:00Z.' });

/** 32 bits, as GraphQL's Int. */
const int = (description: string) => z.int32().meta({ description });

const image = z.looseObject({
  url: httpUrl,
  width: optional(z.int32().min(0).meta({ description: 'Width in pixels.' })),
  height: optional(z.int32().min(0).meta({ description: 'Height in pixels.' })),
  isCached: optional(z.boolean().meta({ description: 'Whether the site keeps a copy of it.' })),
  title: optional(z.string().meta({ description: 'Caption or alternative text.' })),
});

const images = optional(z.array(image).meta({ description: 'Pictures, the leading one first.' }));

const provider = z
  .looseObject({
    name: z.string().min(1).meta({ description: 'As readers know it: TechSpot.' }),
    domain: z
      .string()
      .regex(/^[^\s/:@]+$/, 'a domain name')
      .max(253)
      .meta({ description: 'Its identity: techspot.com.' }),
    images,
  })
  .meta({ description: 'Who published the article.' });

const story = {
  title: z.string().min(1).meta({ description: 'The headline.' }),
  excerpt: optional(z.string().meta({ description: 'A sentence or two of it.' })),
  publishedDateTime: dateTime.meta({
    description: 'When its provider published it. RFC 3339 with a time zone: 2023-05-10T13:42:00Z.',
  }),
  updatedDateTime: optional(dateTime),
  webUrl: optional(httpUrl),
  originalUrl: optional(httpUrl),
  ampWebUrl: optional(httpUrl),
  cdnAmpWebUrl: optional(httpUrl),
  type: z
    .string()
    .min(1)
    .meta({
      description: 'What it is.',
      examples: ['article', 'video', 'course', 'download'],
    }),
  quality: optional(int('How good it is, 0 or more: orders related stories.')),
  provider,
  images,
};

const hasAddress = (value: { webUrl?: unknown; originalUrl?: unknown }) => Boolean(value.webUrl ?? value.originalUrl);
const ADDRESS_RULE = { message: 'webUrl or originalUrl', path: ['webUrl'], params: { code: 'URL_MISSING' } };

export const relatedEntrySchema = z
  .looseObject(story)
  .refine(hasAddress, ADDRESS_RULE)
  .meta({ description: 'Another article on the same story.' });

/** What a file's front matter has to say. Unknown keys are welcome everywhere. */
export const documentSchema = z
  .looseObject({
    ...story,
    category: optional(z.string().meta({ description: 'The section it belongs to: news.' })),
    heat: optional(int('How much is being written about its story; -1 if it does not lead one.')),
    published: z.boolean().meta({ description: 'Whether it is listed in the public feed.' }),
    removed: optional(z.boolean().meta({ description: 'Whether it was taken down: if so, it is not public.' })),
    topics: optional(z.array(z.string().min(1)).meta({ description: 'What it is about: AI, AI Hardware.' })),
    related: optional(z.array(relatedEntrySchema).meta({ description: "The story's other coverage, best first." })),
    secured: optional(z.string().meta({ description: 'An opaque ciphertext. Never served.' })),
  })
  .refine(hasAddress, ADDRESS_RULE);

export type Document = z.infer<typeof documentSchema>;
export type RelatedEntry = z.infer<typeof relatedEntrySchema>;
export type DocumentImage = z.infer<typeof image>;
export type DocumentProvider = z.infer<typeof provider>;
