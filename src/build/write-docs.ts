import { writeFile } from 'node:fs/promises';
import { knownKinds } from '../config/load.ts';
import { openApi, type Schema } from '../http/openapi.ts';
import { routes } from '../http/routes.ts';
import { code, generatedDocs, grid, origin, page } from './docs.ts';

/** Text of docs/http-api.md: the table of routes and, from the document of the API, what each request may carry. */
export async function httpApiPage(): Promise<string> {
  const { paths } = await openApi(routes);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== 'head')
      .map(([method, operation]) => ({ title: `${method.toUpperCase()} ${path}`, ...operation })),
  );
  return page(
    '# HTTP API',
    origin,
    '`GET /api/openapi.json` is the same as an OpenAPI 3.1 document. How to ask, with examples: [README](../README.md#running-it-by-hand-and-asking-it). How to add a route: [adding-a-route.md](adding-a-route.md).',
    '*Key*: the function key in the header `x-functions-key`; it opens every route, unless sign-in is required. *Role*: the app role of who signs in instead; who has `operator` or `approver` may do what `reader` may ([deployment](deployment.md)). Every refusal is a problem (RFC 9457, `application/problem+json`) with `detail`, and `next` or `issues` where they help. An unknown parameter or field is refused where some are listed here, except for feeds.',
    grid(
      ['Methods', 'Path', 'Function', 'Key', 'Role', 'What it does'],
      routes.map(({ methods, path, name, authLevel, role = 'none', summary }) => [
        methods.join(', '),
        code(`/api/${path.replaceAll('{*', '{')}`),
        code(name),
        authLevel !== 'anonymous' ? 'yes' : role === 'none' ? 'none' : 'its own',
        role === 'any' || role === 'none' ? role : code(role),
        summary,
      ]),
    ),
    ...operations.flatMap(({ title, parameters = [], requestBody }) => {
      const query = parameters.filter((one) => one.in === 'query');
      const body = requestBody?.content['application/json'].schema;
      if (query.length === 0 && body === undefined) return [];
      return [
        `## ${code(title)}`,
        ...(query.length === 0
          ? []
          : [
              grid(
                ['Parameter', 'Form', 'Required', 'Meaning'],
                query.map(({ name, schema, required, description = '' }) => [
                  code(name),
                  formOf(schema),
                  required ? 'yes' : '',
                  description,
                ]),
              ),
            ]),
        ...(body === undefined ? [] : bodyTables(body)),
      ];
    }),
  );
}

/** The fields of a body. Of several kinds, first what all of them have. */
function bodyTables(body: Schema): string[] {
  const kinds = body.oneOf;
  if (kinds === undefined) return [fields(body, () => true)];
  const [first = {}] = kinds;
  const common = new Set(
    Object.keys(first.properties ?? {}).filter((name) => kinds.every((one) => one.properties?.[name])),
  );
  return [
    'The field `kind`, and:',
    fields(first, (name) => name !== 'kind' && common.has(name)),
    ...kinds.flatMap((one) => [
      `With ${code(`"kind": ${JSON.stringify(one.properties?.kind?.const)}`)} also:`,
      fields(one, (name) => !common.has(name)),
    ]),
  ];
}

function fields({ properties = {}, required = [] }: Schema, wanted: (name: string) => boolean): string {
  const rows = Object.entries(properties)
    .filter(([name]) => wanted(name))
    .map(([name, schema]) => [
      code(name),
      formOf(schema),
      required.includes(name) ? 'yes' : '',
      schema.description ?? '',
    ]);
  return grid(['Field', 'Form', 'Required', 'Meaning'], rows);
}

/** The form of a value, in a few words. */
function formOf({ type, enum: choices, items, anyOf }: Schema): string {
  if (choices !== undefined) return choices.map((one) => code(String(one))).join(', ');
  if (anyOf !== undefined) return anyOf.map(formOf).join(' or ');
  if (type === 'array') return `list of ${formOf(items ?? {})}s`;
  if (type === 'boolean') return 'true or false';
  if (type === 'integer') return 'whole number';
  return type === 'string' ? 'text' : (type ?? 'any');
}

// npm run docs: writes the files under docs/ that follow from the code.
if (import.meta.main) {
  const root = new URL('../../', import.meta.url);
  for (const [path, text] of [...generatedDocs(knownKinds), ['docs/http-api.md', await httpApiPage()] as const]) {
    await writeFile(new URL(path, root), text);
  }
}
