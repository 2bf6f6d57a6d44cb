import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  inputRequired,
  inputResponse,
  type McpServer,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server';
import * as z from 'zod';

type Answer = { content: { type: 'text'; text: string }[] } | ReturnType<typeof inputRequired>;

const done = (text: string): Answer => ({ content: [{ type: 'text', text }] });
const ask = (message: string, requestedSchema: z.ZodObject) =>
  inputRequired.elicit({ message, requestedSchema });
const sample = (text: string, maxTokens: number) =>
  inputRequired.createMessage({ messages: [{ role: 'user', content: { type: 'text', text } }], maxTokens });
const named = z.object({ name: z.string() });

/** The tools and the prompt that ask the client for something before they answer, in the way of the 2026-07-28 protocol. */
export function addFixtureInputTools(server: McpServer, states: RequestStateCodec): void {
  const add = (name: string, answer: (context: ServerContext) => Answer | Promise<Answer>): void => {
    server.registerTool(name, { description: name, inputSchema: z.object({}) }, async (_, context) =>
      answer(context),
    );
  };

  for (const name of ['test_input_required_result_elicitation', 'test_streaming_elicitation'])
    add(name, ({ mcpReq }) => {
      const found = acceptedContent(mcpReq.inputResponses, 'user_name', named);
      return found === undefined
        ? inputRequired({ inputRequests: { user_name: ask('What is your name?', named) } })
        : done(`Hello, ${found.name}.`);
    });
  add('test_input_required_result_sampling', ({ mcpReq }) => {
    const found = inputResponse(mcpReq.inputResponses, 'capital_question');
    return found.kind === 'sampling'
      ? done(`Sampled: ${JSON.stringify(found.result.content)}`)
      : inputRequired({ inputRequests: { capital_question: sample('What is the capital of France?', 100) } });
  });
  add('test_input_required_result_list_roots', ({ mcpReq }) => {
    const found = inputResponse(mcpReq.inputResponses, 'client_roots');
    return found.kind === 'roots'
      ? done(`Roots: ${found.roots.map(({ uri }) => uri).join(', ')}`)
      : inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
  });
  const confirmed = z.object({ ok: z.boolean() });
  for (const name of [
    'test_input_required_result_request_state',
    'test_input_required_result_tampered_state',
  ])
    add(name, async (context) => {
      const { inputResponses, requestState } = context.mcpReq;
      const isConfirmed = acceptedContent(inputResponses, 'confirm', confirmed) !== undefined;
      if (isConfirmed && requestState<string>() === 'asked') return done('state-ok');
      return inputRequired({
        inputRequests: { confirm: ask('Please confirm', confirmed) },
        requestState: await states.mint('asked', context),
      });
    });
  add('test_input_required_result_multiple_inputs', async (context) => {
    const { inputResponses } = context.mcpReq;
    const isWhole =
      acceptedContent(inputResponses, 'user_name', named) !== undefined &&
      inputResponse(inputResponses, 'greeting').kind === 'sampling' &&
      inputResponse(inputResponses, 'client_roots').kind === 'roots';
    if (isWhole) return done('All three came.');
    return inputRequired({
      inputRequests: {
        user_name: ask('What is your name?', named),
        greeting: sample('Generate a greeting', 50),
        client_roots: inputRequired.listRoots(),
      },
      requestState: await states.mint('asked', context),
    });
  });
  const coloured = z.object({ color: z.string() });
  add('test_input_required_result_multi_round', async (context) => {
    const { inputResponses } = context.mcpReq;
    if (acceptedContent(inputResponses, 'step2', coloured) !== undefined) return done('Both steps came.');
    const isSecond = acceptedContent(inputResponses, 'step1', named) !== undefined;
    return inputRequired({
      inputRequests: isSecond
        ? { step2: ask('Step 2: What is your favorite color?', coloured) }
        : { step1: ask('Step 1: What is your name?', named) },
      requestState: await states.mint(isSecond ? 'second' : 'first', context),
    });
  });
  // The SDK refuses to ask a client for what it has not declared.
  add('test_missing_capability', () =>
    inputRequired({ inputRequests: { greeting: sample('Generate a greeting', 50) } }),
  );
  add('test_input_required_result_capabilities', ({ mcpReq }) => {
    const envelope: Record<string, unknown> = mcpReq.envelope ?? {};
    const can = envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
    return inputRequired({
      inputRequests: {
        ...(can?.sampling === undefined ? {} : { greeting: sample('Generate a greeting', 50) }),
        ...(can?.elicitation === undefined ? {} : { user_name: ask('What is your name?', named) }),
      },
    });
  });

  const contextual = z.object({ context: z.string() });
  const name = 'test_input_required_result_prompt';
  server.registerPrompt(name, { description: name }, async ({ mcpReq }: ServerContext) => {
    const found = acceptedContent(mcpReq.inputResponses, 'user_context', contextual);
    if (found === undefined)
      return inputRequired({
        inputRequests: { user_context: ask('What context should the prompt use?', contextual) },
      });
    return { messages: [{ role: 'user', content: { type: 'text', text: `Context: ${found.context}` } }] };
  });
}
