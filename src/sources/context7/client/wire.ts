import * as z from 'zod';

// What comes over the wire. Fields that are not named here are dropped; those that Context7 does not promise are optional,
// and one of the wrong type counts as missing rather than costing the whole answer.

const text = z.string().optional().catch(undefined);
const number = z.number().optional().catch(undefined);

const wireLibrary = z.object({
  id: z.string(),
  title: text,
  description: text,
  state: text,
  totalSnippets: number,
  trustScore: number,
  versions: z.array(z.unknown()).optional().catch(undefined),
});
export type WireLibrary = z.infer<typeof wireLibrary>;

export const wireSearch = z.object({ results: z.array(wireLibrary) });

export const wireCode = z.object({
  codeTitle: z.string(),
  codeDescription: text,
  codeTokens: number,
  codeId: text,
  pageTitle: text,
  codeList: z.array(z.object({ language: text, code: z.string() })),
});
export type WireCode = z.infer<typeof wireCode>;

export const wireInfo = z.object({
  pageId: text,
  breadcrumb: text,
  content: z.string(),
  contentTokens: number,
});
export type WireInfo = z.infer<typeof wireInfo>;

/** `rules` is left out on purpose: it is a channel through which third parties instruct models. */
export const wireContext = z.object({ codeSnippets: z.array(wireCode), infoSnippets: z.array(wireInfo) });

const pagination = z.object({ hasNext: z.boolean() }).optional().catch(undefined);
export const wireCodePage = z.object({ snippets: z.array(wireCode), pagination });
export const wireInfoPage = z.object({ snippets: z.array(wireInfo), pagination });

export const wireError = z.object({ error: z.string(), message: text, redirectUrl: text });
export type WireError = z.infer<typeof wireError>;
