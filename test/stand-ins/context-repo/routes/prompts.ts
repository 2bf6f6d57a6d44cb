import type { StoredPrompt } from '../account.ts';
import { data, noContent, refuse } from '../answers.ts';
import { anyText, id, list, oneOf, optional, required, text, texts } from '../fields.ts';
import { page, pageFields } from '../pages.ts';
import type { Call, Route } from '../route.ts';
import { changesOf, hasTags, matches, nextVersion, type Versioned } from './versions.ts';

const read = ['prompts.read'] as const;
const write = ['prompts.write'] as const;

export const promptRoutes: readonly Route[] = [
  {
    operation: 'list_prompts',
    method: 'GET',
    path: '/v1/prompts',
    scopes: read,
    family: 'readonly',
    query: {
      ...pageFields,
      workspace: optional(text),
      includePublic: optional(oneOf('true', 'false')),
      q: optional(text),
      tags: optional(text),
    },
    handle({ account, query }) {
      const rows = [...account.prompts.values()].filter(
        (prompt) =>
          matches(query.q, prompt.title, prompt.description, prompt.content) &&
          hasTags(prompt.tags, query.tags),
      );
      return page(
        rows.map(({ variables: _variables, versions: _versions, ...row }) => row),
        query,
        `prompts ${query.q} ${query.tags}`,
      );
    },
  },
  {
    operation: 'get_prompt',
    method: 'GET',
    path: '/v1/prompts/{id}',
    scopes: read,
    family: 'readonly',
    handle: (call) => withPrompt(call, (prompt) => data(promptOf(prompt))),
  },
  {
    operation: 'create_prompt',
    method: 'POST',
    path: '/v1/prompts',
    scopes: write,
    family: 'api',
    body: {
      title: required(text),
      description: required(anyText),
      content: required(text),
      engine: optional(anyText),
      parameters: optional((value) => (typeof value === 'object' ? undefined : 'must be an object')),
      variables: optional(list),
      tags: optional(texts),
    },
    handle({ account, body }) {
      const prompt: StoredPrompt = {
        id: account.newId('p'),
        title: String(body.title),
        description: String(body.description),
        content: String(body.content),
        variables: [],
        tags: (body.tags as string[] | undefined) ?? [],
        isPublic: false,
        currentVersion: 1,
        versions: [],
      };
      account.prompts.set(prompt.id, prompt);
      return data(promptOf(prompt), {}, 201);
    },
  },
  {
    operation: 'update_prompt',
    method: 'PATCH',
    path: '/v1/prompts/{id}',
    scopes: write,
    family: 'api',
    body: {
      title: optional(text),
      description: optional(anyText),
      content: optional(text),
      changeLog: optional(anyText),
      tags: optional(texts),
    },
    handle: (call) =>
      withPrompt(call, (prompt) => {
        const changes = changesOf(call.body);
        if (changes === undefined) return refuse(400, 'Nothing to update.');
        if (changes.content !== undefined)
          nextVersion(prompt, call, String(changes.content), call.body.changeLog);
        Object.assign(prompt, changes);
        return data(promptOf(prompt));
      }),
  },
  {
    operation: 'delete_prompt',
    method: 'DELETE',
    path: '/v1/prompts/{id}',
    scopes: write,
    family: 'api',
    handle: (call) =>
      withPrompt(call, (prompt) => {
        call.account.prompts.delete(prompt.id);
        return noContent;
      }),
  },
  {
    operation: 'get_prompt_versions',
    method: 'GET',
    path: '/v1/prompts/{id}/versions',
    scopes: read,
    family: 'readonly',
    handle: (call) => withPrompt(call, (prompt) => data(prompt.versions)),
  },
  {
    operation: 'restore_prompt_version',
    method: 'POST',
    path: '/v1/prompts/{id}/restore',
    scopes: write,
    family: 'api',
    body: { versionId: required(id) },
    handle: (call) => withPrompt(call, (prompt) => restore(prompt, call)),
  },
];

function restore(prompt: StoredPrompt & Versioned, call: Call) {
  const version = prompt.versions.find((one) => one.id === call.body.versionId);
  if (version === undefined) return refuse(404, 'Version not found.');
  nextVersion(prompt, call, version.content, `Restored version ${version.version}`);
  return data({ id: prompt.id, title: prompt.title, currentVersion: prompt.currentVersion });
}

function withPrompt(call: Call, handle: (prompt: StoredPrompt) => ReturnType<Route['handle']>) {
  const prompt = call.account.prompts.get(call.id);
  return prompt === undefined ? refuse(404, 'Prompt not found.') : handle(prompt);
}

function promptOf({ versions: _versions, ...prompt }: StoredPrompt): object {
  return { ...prompt, isArchived: false, stats: { views: 4, copies: 1 } };
}
