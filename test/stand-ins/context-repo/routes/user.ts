import { data } from '../answers.ts';
import type { Route } from '../route.ts';

export const userRoutes: readonly Route[] = [
  {
    operation: 'get_user_info',
    method: 'GET',
    path: '/v1/user/me',
    scopes: 'any caller',
    family: 'readonly',
    handle: ({ caller }) =>
      data({
        id: `u${caller.user}`,
        name: caller.user,
        email: `${caller.user}@example.com`,
        externalId: `user_${caller.user}`,
        authMethod: caller.method,
        permissions: caller.scopes,
      }),
  },
  {
    operation: 'capabilities',
    method: 'GET',
    path: '/v1/mcp/capabilities',
    scopes: 'public',
    family: 'readonly',
    handle: () => data({ tools: [], version: '1' }),
  },
];
